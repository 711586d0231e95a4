"""Stands in for HiveFrame where it is not installed: its objects by their attribute names, and enough behaviour to be read while it changes."""

import enum
import math
import threading
import time
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue


class BeeRole(enum.Enum):
    EMPLOYED = 1
    ONLOOKER = 2
    SCOUT = 3


class WaggleDance:
    def __init__(self, partition_id, quality_score, processing_time, result_size, worker_id):
        self.partition_id = partition_id
        self.quality_score = quality_score
        self.processing_time = processing_time
        self.result_size = result_size
        self.worker_id = worker_id
        self.timestamp = time.time()

    @property
    def vigor(self):
        if self.processing_time == 0:
            return self.quality_score
        return self.quality_score * (1 + math.log1p(self.result_size / self.processing_time) / 10)


class FoodSource:
    def __init__(self, partition_id, data):
        self.partition_id = partition_id
        self.data = data


class DanceFloor:
    def __init__(self):
        self.dances = defaultdict(list)
        self._lock = threading.Lock()

    def perform_dance(self, dance):
        with self._lock:
            self.dances[dance.partition_id].append(dance)
            if len(self.dances[dance.partition_id]) > 50:
                self.dances[dance.partition_id] = self.dances[dance.partition_id][-50:]


class Pheromone:
    def __init__(self, signal_type, intensity):
        self.signal_type = signal_type
        self.intensity = intensity
        self.timestamp = time.time()

    def current_intensity(self):
        return self.intensity * math.exp(-0.1 * (time.time() - self.timestamp))


class ColonyState:
    def __init__(self):
        self.food_sources = {}
        self.dance_floor = DanceFloor()
        self.pheromones = []
        self.temperature = defaultdict(lambda: 0.5)
        self._lock = threading.Lock()

    def emit_pheromone(self, pheromone):
        with self._lock:
            self.pheromones.append(pheromone)


class Bee:
    def __init__(self, worker_id, role, colony):
        self.worker_id = worker_id
        self.role = role
        self.colony = colony
        self.current_source = None
        self.results = []

    def forage(self, source, fn):
        self.current_source = source
        began = time.time()
        try:
            result, quality = fn(source.data), 1.0
        except Exception:
            result, quality = None, 0.0
        took = time.time() - began
        self.results.append((source.partition_id, result))
        dance = WaggleDance(source.partition_id, quality, took, len(str(result)) if result else 0, self.worker_id)
        self.colony.dance_floor.perform_dance(dance)
        self.colony.temperature[self.worker_id] = took


class HiveFrame:
    def __init__(self, num_workers=8):
        self.num_workers = num_workers
        self.colony = None
        self.bees = []

    def map(self, data, fn):
        self.colony = ColonyState()
        for index, item in enumerate(data):
            key = "partition_%d" % index
            self.colony.food_sources[key] = FoodSource(key, item)
        employed, onlookers = int(self.num_workers * 0.5), int(self.num_workers * 0.4)
        roles = [BeeRole.EMPLOYED] * employed + [BeeRole.ONLOOKER] * onlookers
        roles += [BeeRole.SCOUT] * (self.num_workers - len(roles))
        counts = defaultdict(int)
        bees = []
        for role in roles:
            name = role.name.lower()
            bees.append(Bee("%s_%d" % (name, counts[name]), role, self.colony))
            counts[name] += 1
        self.bees = bees
        sources = list(self.colony.food_sources.values())

        def work(index):
            for source in sources[index :: len(bees)]:
                bees[index].forage(source, fn)

        with ThreadPoolExecutor(max_workers=len(bees)) as executor:
            list(executor.map(work, range(len(bees))))
        found = {key: result for bee in self.bees for key, result in bee.results}
        return [found.get("partition_%d" % index) for index in range(len(data))]


class StreamBuffer:
    def __init__(self, max_size):
        self.max_size = max_size
        self.buffer = deque(maxlen=max_size)


class StreamPartitioner:
    def __init__(self, num_partitions):
        self.partition_health = {index: 1.0 for index in range(num_partitions)}


class StreamBee:
    def __init__(self, worker_id, role, stream, process_fn):
        self.worker_id = worker_id
        self.role = role
        self.stream = stream
        self.process_fn = process_fn
        self.running = False
        self.processed_count = 0
        self.error_count = 0
        self._thread = None

    def start(self):
        self.running = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self.running = False
        if self._thread:
            self._thread.join(timeout=5.0)

    def _run(self):
        while self.running:
            try:
                value = self.stream.records.get(timeout=0.02)
            except Empty:
                continue
            try:
                self.process_fn(value)
                self.processed_count += 1
                self.stream.colony.temperature[self.worker_id] = 0.001
            except Exception:
                self.error_count += 1
                self.stream.colony.emit_pheromone(Pheromone("alarm", 0.5))


class HiveStream:
    def __init__(self, num_workers=8, buffer_size=10000):
        self.num_workers = num_workers
        self.colony = ColonyState()
        self.buffer = StreamBuffer(buffer_size)
        self.partitioner = StreamPartitioner(num_workers)
        self.records = Queue()
        self.workers = []
        self.running = False

    def start(self, process_fn):
        self.running = True
        roles = [BeeRole.EMPLOYED] * (self.num_workers - 1) + [BeeRole.SCOUT]
        self.workers = [
            StreamBee("stream_%s_%d" % (role.name.lower(), roles[:index].count(role)), role, self, process_fn)
            for index, role in enumerate(roles)
        ]
        for worker in self.workers:
            worker.start()

    def submit(self, key, value):
        self.records.put(value)

    def stop(self):
        self.running = False
        for worker in self.workers:
            worker.stop()


class MetricLabels:
    def __init__(self, labels):
        self.labels = labels

    def __hash__(self):
        return hash(tuple(sorted(self.labels.items())))

    def __eq__(self, other):
        return self.labels == other.labels


class MetricType(enum.Enum):
    COUNTER = 1
    GAUGE = 2
    HISTOGRAM = 3
    SUMMARY = 4


class Counter:
    metric_type = MetricType.COUNTER

    def __init__(self, name, help_text):
        self.name = name
        self.help_text = help_text
        self._values = defaultdict(float)

    def inc(self, value=1.0, labels=None):
        self._values[MetricLabels(labels or {})] += value


class Gauge(Counter):
    metric_type = MetricType.GAUGE

    def set(self, value, labels=None):
        self._values[MetricLabels(labels or {})] = value


class Histogram:
    metric_type = MetricType.HISTOGRAM
    buckets = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))

    def __init__(self, name, help_text):
        self.name = name
        self.help_text = help_text
        self._bucket_counts = defaultdict(lambda: [0] * len(self.buckets))
        self._sums = defaultdict(float)
        self._counts = defaultdict(int)

    def observe(self, value, labels=None):
        key = MetricLabels(labels or {})
        for index, bound in enumerate(self.buckets):
            if value <= bound:
                self._bucket_counts[key][index] += 1
        self._sums[key] += value
        self._counts[key] += 1


class Summary:
    metric_type = MetricType.SUMMARY
    quantiles = (0.5, 0.9, 0.95, 0.99)
    max_age = 60.0

    def __init__(self, name, help_text):
        self.name = name
        self.help_text = help_text
        self._observations = defaultdict(lambda: deque(maxlen=10000))
        self._sums = defaultdict(float)
        self._counts = defaultdict(int)

    def observe(self, value, labels=None):
        key = MetricLabels(labels or {})
        self._observations[key].append((time.time(), value))
        self._sums[key] += value
        self._counts[key] += 1


class MetricsRegistry:
    def __init__(self, prefix="hiveframe"):
        self.prefix = prefix
        self._metrics = {}

    def _made(self, kind, name, help_text):
        return self._metrics.setdefault("%s_%s" % (self.prefix, name), kind("%s_%s" % (self.prefix, name), help_text))

    def counter(self, name, help_text=""):
        return self._made(Counter, name, help_text)

    def gauge(self, name, help_text=""):
        return self._made(Gauge, name, help_text)

    def histogram(self, name, help_text=""):
        return self._made(Histogram, name, help_text)

    def summary(self, name, help_text=""):
        return self._made(Summary, name, help_text)


class Watermark:
    def __init__(self, timestamp):
        self.timestamp = timestamp


class StreamRecord:
    def __init__(self, key, value, timestamp):
        self.key = key
        self.value = value
        self.timestamp = timestamp


class Checkpoint:
    def __init__(self, checkpoint_id, timestamp):
        self.checkpoint_id = checkpoint_id
        self.timestamp = timestamp


class StateBackend:
    latest = None

    def get_latest_checkpoint(self):
        return self.latest


class EnhancedStreamProcessor:
    def __init__(self, num_workers=8, *, metrics_registry=None):
        self._colony = ColonyState()
        self._window_state = {}
        self._current_watermark = Watermark(0)
        self._late_data = deque(maxlen=1000)
        self._state_backend = StateBackend()
        self._metrics_registry = metrics_registry
        self._metrics_initialized = False

    def process_record(self, record, aggregator, initial_value=0):
        if not self._metrics_initialized:
            self._records_processed = self._metrics_registry.counter("stream_records_processed")
            self._late_records = self._metrics_registry.counter("stream_late_records")
            self._windows_triggered = self._metrics_registry.counter("stream_windows_triggered")
            self._metrics_initialized = True
        if record.timestamp < self._current_watermark.timestamp:
            self._late_records.inc()
        self._current_watermark = Watermark(max(self._current_watermark.timestamp, record.timestamp - 5))
        key = (record.key, int(record.timestamp / 60))
        self._window_state[key] = aggregator(self._window_state.get(key, initial_value), record.value)
        self._records_processed.inc()

    def _checkpoint(self):
        now = time.time()
        self._state_backend.latest = Checkpoint("chk_%d" % int(now * 1000), now)


class LogLevel(enum.Enum):
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


class LogRecord:
    def __init__(self, level, message, logger_name, extra):
        self.timestamp = time.time()
        self.level = level
        self.message = message
        self.logger_name = logger_name
        self.extra = extra
        self.exception = None


class Logger:
    def __init__(self, name, handlers=None):
        self.name = name
        self.handlers = [] if handlers is None else handlers

    def _log(self, level, message, **extra):
        record = LogRecord(level, message, self.name, extra)
        for handler in self.handlers:
            try:
                handler.handle(record)
            except Exception:
                pass
