"""Shows a HiveFrame colony, a Python process, on a HiveFrame Dashboard.

    from hiveframe_bridge import attach

    bridge = attach(hive, to="https://dashboard.example.com", cluster="production", token=TOKEN)

Standard library only, Python 3.9 and later. The colony's workers, tasks, streams, metrics and logs are on the dashboard until
``bridge.stop()`` or the end of the program.

The bridge does not disturb the colony. Its own threads read the colony's objects; a log handler puts lines into a bounded queue. No
thread of the colony waits for the bridge, and no error of the bridge reaches it. Frames that cannot be sent are kept in bounded memory;
past it the oldest samples are evicted, and the dashboard shows a gap with their number.

Frames are sent in plain HTTP requests, numbered, kept until the dashboard has them on disk, sent again after a broken connection, and
counted once. ``colony-bridge/protocol/wire/up.ts`` of the dashboard has their schema.
"""

from .actions import restart_bee, scale_hive
from .attach import attach
from .bridge import Bridge
from .wire import __version__ as __version__

__all__ = ["Bridge", "attach", "restart_bee", "scale_hive"]
