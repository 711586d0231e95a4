"""``Bridge``: the threads, their start and their end."""

from __future__ import annotations

import atexit
import os
import threading
import time
import traceback
from typing import Any, Callable, Iterable, Optional

from .actions import Restart, Scale
from .clock import Backoff
from .commands import Commands
from .http_client import HttpClient
from .logs import LogTap
from .long_poll import LongPoll
from .sampler import Sampler
from .session import Session
from .sigterm import call_at_sigterm, cancel_at_sigterm
from .uplink import GOODBYE_TIMEOUT, Uplink
from .warnings import Warnings
from .wire import Json, Labels

#: Seconds for the last frames at the end of the program.
EXIT_TIMEOUT = 2.0


class Bridge:
    """Returned by :func:`attach`. ``stop()`` or a ``with`` block ends it; ``stats`` has its statistics."""

    def __init__(
        self,
        readers: list[Any],
        tap: LogTap,
        new_client: Callable[[], HttpClient],
        hello: Json,
        interval: float,
        most_bytes: int,
        prefix: str,
        labels: Labels,
        restart: Optional[Restart],
        scale: Optional[Scale],
        secrets: Iterable[str] = (),
        release_name: Callable[[], None] = lambda: None,
    ) -> None:
        self._tap = tap
        self._release_name = release_name
        self._pid = os.getpid()
        self._warnings = Warnings(secrets)
        self._session = Session(hello, interval, most_bytes, labels, self._warnings, tap.detach)
        self._client = new_client()
        self._commands = Commands(self._session, prefix, restart, scale)
        self._sampler = Sampler(self._session, readers, tap, prefix)
        self._long_poll = LongPoll(self._session, new_client, self._commands)
        uplink = Uplink(self._session, self._client, self._commands, self._sampler.report_if_slow)
        work = {"sample": self._sampler.run, "push": uplink.run, "listen": self._long_poll.run, "warn": self._warnings.run}
        if restart or scale:
            work["command"] = self._commands.run
        self._threads = {name: self._thread(name, run) for name, run in work.items()}

    @property
    def stats(self) -> Json:
        """Statistics for a log or a health check. Never waits."""
        session = self._session
        outbox = session.outbox
        return {
            "state": session.state,
            "connected": session.state == "live",
            "epoch": session.epoch,
            "acked": outbox.acked,
            "seq": outbox.seq,
            "buffered": {"frames": len(outbox.entries), "bytes": outbox.bytes},
            "series": len(session.series),
            "gaps": dict(outbox.gaps),
            "refused": session.refused,
            "warnings": self._warnings.count,
            "reconnects": session.reconnects,
            "viewers": session.viewers,
            "skew_ms": session.clock.skew or 0,
        }

    def _start(self) -> None:
        for thread in self._threads.values():
            thread.start()
        atexit.register(self._at_exit)
        call_at_sigterm(self._at_exit, EXIT_TIMEOUT + 1.0)

    def stop(self, timeout: float = 5.0) -> None:
        """Takes a last sample and waits until the dashboard has every frame, ``timeout`` seconds at most. Leaves no thread but one that hangs
        in the program's own code. Never raises."""
        if self._pid != os.getpid():
            return
        atexit.unregister(self._at_exit)
        cancel_at_sigterm(self._at_exit)
        session = self._session
        deadline = time.monotonic() + timeout
        self._tap.detach()
        first = not session.stopping.is_set()
        session.stopping.set()
        if first and session.state != "superseded":
            # The last sample may take half of the time; the rest is for sending.
            self._join(self._threads["sample"], deadline - timeout / 2)
            self._settle_commands(deadline)
            self._flush(deadline)
            self._send_goodbye(min(deadline, time.monotonic() + GOODBYE_TIMEOUT))
        session.over.set()
        with session.changed:
            if session.state != "superseded":
                session.state = "stopped"
            session.changed.notify_all()
        self._client.abort()
        self._long_poll.abort()
        self._warnings.end()
        self._release_name()
        for thread in self._threads.values():
            self._join(thread, max(deadline, time.monotonic() + 0.1))

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def _at_exit(self) -> None:
        # An unreachable dashboard does not delay the program's end.
        self.stop(EXIT_TIMEOUT if self._session.state in ("live", "connecting") else 0.0)

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            backoff = Backoff()
            while True:
                try:
                    work()
                    return
                except Exception as error:  # A fault of the bridge must neither end it nor reach the program.
                    # Type and place only: the message may quote a secret.
                    line = traceback.extract_tb(error.__traceback__)[-1]
                    fault = "%s in %s, line %s" % (type(error).__name__, line.name, line.lineno)
                    self._warnings.add("the bridge's %s thread failed: %s" % (name, fault))
                if self._session.over.wait(backoff.next()):
                    return

        return threading.Thread(target=run, name="hiveframe-bridge-" + name, daemon=True)

    @staticmethod
    def _join(thread: threading.Thread, deadline: float) -> None:
        if thread is not threading.current_thread() and thread.ident is not None:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _settle_commands(self, deadline: float) -> None:
        while self._commands.unanswered and time.monotonic() < deadline:
            time.sleep(0.02)

    def _flush(self, deadline: float) -> None:
        session = self._session
        with session.changed:
            session.hurry()
            while session.outbox.entries and session.state in ("live", "connecting"):
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                session.changed.wait(left)

    def _send_goodbye(self, deadline: float) -> None:
        """If every frame has arrived, releases the name on the dashboard, which then does not count the bridge as stale."""
        session = self._session
        with session.changed:
            if session.state != "live" or session.outbox.entries:
                return
            session.parting = True
        # A hello of the long poll after goodbye would begin another run.
        self._long_poll.abort()
        self._join(self._threads["listen"], deadline)
        with session.changed:
            session.goodbye_due = True
            session.changed.notify_all()
            while session.goodbye_due and session.changed.wait(deadline - time.monotonic()):
                pass
