# Run by colony_program.py: `vectors_of(...)` makes a bridge whose colony is a list of samples.


class VectorReader:
    """Gives one sample of a vector after the other; the last is repeated without its events."""

    def __init__(self, samples):
        self.samples = samples
        self.index = 0

    def watch(self, prefix):
        pass

    def read(self, sample):
        given = self.samples[min(self.index, len(self.samples) - 1)]
        for part in hiveframe_bridge.STATE_PARTS:
            if part in given:
                sample.part(part).extend(given[part])
        for key in ("health", "queued"):
            if key in given:
                sample.state[key] = given[key]
        for metric in given.get("metrics", ()):
            # "NaN" and "Infinity" are text in JSON, and floats to Python.
            value = metric["value"]
            value = float(value) if value in ("NaN", "Infinity", "-Infinity") else value
            sample.number(
                metric["name"], value, metric.get("type", "gauge"), metric.get("labels", {}), metric.get("unit"), metric.get("help", "")
            )
        if self.index < len(self.samples):
            events = [dict(line, type="log") for line in given.get("logs", ())] + [dict(end, type="taskEnd") for end in given.get("ended", ())]
            sample.events += map(event_parts, events)
        self.index += 1


def event_parts(event):
    """JSON text with the instants in between."""
    instants = ("at", "queuedAt", "startedAt", "endedAt")
    parts = [json.dumps({key: value for key, value in event.items() if key not in instants})[:-1]]
    for key in instants:
        if key in event:
            parts += [',"%s":' % key, event[key]]
    return parts + ["}"]


def attach_vector(vector, url):
    global bridge
    warnings_seen.clear()
    capabilities = vector.get("capabilities", [])
    bridge = hiveframe_bridge.Bridge(
        readers=[VectorReader(vector["samples"])],
        tap=hiveframe_bridge.LogTap(1_000_000),
        new_client=lambda: hiveframe_bridge.HttpClient(hiveframe_bridge.endpoint(url, None), None, None),
        hello={
            "type": "hello",
            "protocol": hiveframe_bridge.PROTOCOL_VERSION,
            "oldest": hiveframe_bridge.OLDEST_PROTOCOL_VERSION,
            "bridge": "vector",
            "colony": "vectors",
            "capabilities": capabilities,
        },
        interval=0.1,
        most_bytes=8_000_000,
        prefix="",
        labels=(),
        restart=(lambda worker: "restarted %s" % worker) if "restart" in capabilities else None,
        scale=(lambda workers: "scaled to %d" % workers) if "scale" in capabilities else None,
    )
    bridge._start()


COMMANDS["attach_vector"] = attach_vector
