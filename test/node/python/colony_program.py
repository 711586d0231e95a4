"""A colony in a process of its own. Reads commands as JSON lines from standard input, and answers each with a line on standard output.

Arguments: the folder to import hiveframe_bridge from. HIVEFRAME_SRC names a checkout of HiveFrame, which then takes the stand-in's place.
"""

import json
import logging
import os
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])
ahead = float(os.environ.get("CLOCK_AHEAD", "0"))
if ahead:
    right = time.time
    time.time = lambda: right() + ahead
if os.environ.get("HIVEFRAME_SRC"):
    source = os.environ["HIVEFRAME_SRC"]
    sys.path.insert(0, os.path.join(source, "src") if os.path.isdir(os.path.join(source, "src")) else source)
    from hiveframe.core import HiveFrame, Pheromone
    from hiveframe.monitoring.logging import Logger, LogHandler, LogLevel
    from hiveframe.monitoring.metrics import MetricsRegistry
    from hiveframe.streaming import EnhancedStreamProcessor, HiveStream, StreamRecord

    class Silent(LogHandler):
        def handle(self, record):
            pass

    def pheromone(trail, intensity):
        return Pheromone(signal_type=trail, intensity=intensity, source_worker="test")

    logger = Logger("queen", handlers=[Silent()])
else:
    from hiveframe_standin import (
        EnhancedStreamProcessor,
        HiveFrame,
        HiveStream,
        Logger,
        LogLevel,
        MetricsRegistry,
        Pheromone,
        StreamRecord,
    )

    pheromone = Pheromone
    logger = Logger("queen")

import hiveframe_bridge

# The bridge's warnings, for the tests.
warnings_seen = []


class WarningsSeen(logging.Handler):
    def emit(self, record):
        warnings_seen.append(record.getMessage())


logging.getLogger("hiveframe_bridge").addHandler(WarningsSeen())
logging.getLogger("hiveframe_bridge").propagate = False


class Tally:
    """A metric that counts its own reads: the samples that arrive must be 1, 2, 3, ..."""

    help_text = "Samples so far"
    reads = 0

    class metric_type:
        name = "GAUGE"

    class Key:
        labels = {}

    key = Key()

    @property
    def _values(self):
        self.reads += 1
        return {self.key: self.reads}


hive = HiveFrame(num_workers=8)
stream = HiveStream(num_workers=4, buffer_size=100)
registry = MetricsRegistry()
processor = EnhancedStreamProcessor(num_workers=2, metrics_registry=registry)
tally = Tally()
calls = []
finish = threading.Event()
bridge = None


def restart(worker):
    calls.append(["restart", worker])
    if worker == "stream_scout_0":
        raise RuntimeError("the scout is not to be found")
    finish.wait(20)
    return "%s is back" % worker


def scale(workers):
    calls.append(["scale", workers])
    return hiveframe_bridge.scale_hive(hive)(workers)


def attach(options):
    global bridge
    options = dict(options)
    if options.pop("commands", False):
        options.update(restart=restart, scale=scale)
    if options.pop("tally", False):
        registry._metrics["tally"] = tally
    bridge = hiveframe_bridge.attach(
        hive,
        registry=registry,
        logger=[logger, logging.getLogger("plain")],
        stream={"orders": stream, "clicks": processor},
        **options
    )
    return True


def job(count, seconds):
    def work(item):
        time.sleep(seconds)
        if item % 7 == 3:
            raise ValueError("no")
        return item * 2

    return hive.map(list(range(count)), work)


def records(count, fail=0):
    if not stream.running:
        stream.start(lambda value: 1 / value)
    for index in range(count):
        stream.submit("key-%d" % index, 0 if index < fail else 1)
        processor.process_record(StreamRecord(key="k", value=1, timestamp=time.time()), lambda a, b: a + b, 0)
    return count


def metric(kind, name, verb, value, labels=None):
    getattr(getattr(registry, kind)(name, "help of %s" % name), verb)(value, labels)
    return True


class Broken:
    """Every attribute raises."""

    def __getattr__(self, name):
        raise RuntimeError("broken on purpose: %s" % name)


def sabotage():
    """Replaces the colony's objects by ones of other types."""
    hive.bees = Broken()
    hive.colony = Broken()
    stream.workers = None
    registry._metrics["broken"] = Broken()
    return True


def busy_loop(seconds, log=False):
    """Durations of steps of the colony's own work, in microseconds."""
    steps = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter_ns()
        total = 0
        for index in range(300):
            total += index * index
        if log:
            logger._log(LogLevel.INFO, "step", total=total)
        steps.append((time.perf_counter_ns() - began) / 1000)
    steps.sort()
    return {"count": len(steps), "p50": steps[len(steps) // 2], "p99": steps[int(len(steps) * 0.99)], "max": steps[-1]}


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run(code):
    """Runs a test's code here, and returns what it assigns to ``answer``."""
    names = globals()
    names["answer"] = None
    exec(code, names)
    return answer


answer = None
COMMANDS = {
    "run": run,
    "attach": attach,
    "job": job,
    "records": records,
    "metric": metric,
    "log": lambda level, message, extra=None: logger._log(LogLevel[level], message, **(extra or {})),
    "plain": lambda level, message: logging.getLogger("plain").log(getattr(logging, level), message),
    "pheromone": lambda trail, intensity: stream.colony.emit_pheromone(pheromone(trail, intensity)),
    "checkpoint": lambda: processor._checkpoint() and None,
    "stats": lambda: bridge.stats,
    # Longer than its default: a busy machine has to send everything, too.
    "stop": lambda: bridge.stop(30),
    "calls": lambda: calls,
    "finish": lambda: finish.set(),
    "warnings": lambda: warnings_seen,
    "reads": lambda: tally.reads,
    "sabotage": sabotage,
    "busy_loop": busy_loop,
    "cpu": time.process_time,
    "memory": memory,
    "settle": time.sleep,
    "threads": lambda: [thread.name for thread in threading.enumerate()],
    "workers": lambda: hive.num_workers,
}

print(json.dumps({"ready": sys.version}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"answer": COMMANDS[request["do"]](*request.get("args", []))}
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(answer, default=str), flush=True)
