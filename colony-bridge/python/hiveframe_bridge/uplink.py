"""Pushes frames to the dashboard, on a thread of its own."""

from __future__ import annotations

import http.client
import time
from typing import Callable, Optional

from .clock import Backoff
from .commands import Commands
from .http_client import HttpClient, Response, failure_reason, frames_of, problem_of
from .outbox import Entry
from .sampling import SLOW_READ
from .session import Session
from .wire import cut, dumps

#: Seconds.
RESPONSE_TIMEOUT = 20.0
GOODBYE_TIMEOUT = 1.5
#: Longest wait for a name that another bridge holds.
NAME_RETRY = 15.0


class Uplink:
    def __init__(self, session: Session, client: HttpClient, commands: Commands, report_if_slow: Callable[[], None]) -> None:
        self._session = session
        self._client = client
        self._commands = commands
        self._report_if_slow = report_if_slow

    def run(self) -> None:
        session = self._session
        backoff = Backoff()
        while True:
            with session.changed:
                while not (session.is_due() or session.goodbye_due or session.over.is_set()):
                    session.changed.wait(min(session.until_due(), SLOW_READ / 2))
                    self._report_if_slow()
                if session.over.is_set():
                    return
                # The first request of a run is hello alone: its welcome numbers the run and measures the clock's skew.
                entries = session.outbox.next() if session.welcomed else []
                # Frames before an urgent one are urgent too.
                session.urgent = session.urgent and (not entries or entries[-1] is not session.outbox.entries[-1])
                skew = session.clock.skew or 0
                epoch = session.epoch
                goodbye = session.goodbye_due and not entries
                last = [dumps({"type": "goodbye", "seq": session.outbox.seq + 1})] if goodbye else []
                body = "\n".join([session.hello_line(), *(entry.line(skew) for entry in entries), *last])
            if goodbye:
                self._send_goodbye(body)
                return
            pause = self._push(body, entries, epoch)
            if pause is None:
                backoff.reset()
                continue
            with session.lock:
                session.reconnects += 1
            session.over.wait(max(pause, backoff.next()))

    def _send_goodbye(self, body: str) -> None:
        """Sent once: a second hello would begin another run."""
        try:
            self._client.post(body, GOODBYE_TIMEOUT)
        except (OSError, http.client.HTTPException):
            pass
        with self._session.changed:
            self._session.goodbye_due = False
            self._session.changed.notify_all()

    def _push(self, body: str, entries: list[Entry], epoch: int) -> Optional[float]:
        """Returns None after progress, else the seconds to wait from ``Retry-After``."""
        session = self._session
        try:
            response = self._client.post(body, RESPONSE_TIMEOUT)
        except (OSError, http.client.HTTPException) as error:
            if not session.over.is_set():
                message = "no response from %s: %s" % (self._client.where, failure_reason(error))
                session.disconnect(message + "; frames are kept and sent again", "no response")
            return 0.0
        if response.status != 200 or "ndjson" not in response.kind:
            return self._on_refusal(response, entries)
        frames = frames_of(response.text)
        with session.changed:
            session.pushed_at = time.monotonic()
            current = epoch == session.epoch
            progress = current and session.take(frames, {entry.seq: entry for entry in entries})
            session.changed.notify_all()
        if current and not progress:
            session.disconnect("the dashboard's response acknowledged nothing; frames are kept and sent again", "no progress")
        for frame in frames:
            if frame["type"] == "command":
                self._commands.begin(frame)
        return None if progress else response.retry_after

    def _on_refusal(self, response: Response, entries: list[Entry]) -> float:
        """Returns the seconds to wait."""
        session = self._session
        kind, detail = problem_of(response)
        if response.status == 413:
            with session.lock:
                session.outbox.shrink(entries)
        if kind == "superseded":
            session.supersede(detail)
        elif kind == "in-use":
            session.disconnect("%s; frames are kept and sent again" % detail, "in use")
            return min(response.retry_after, NAME_RETRY)
        elif kind == "sequence":
            self._resume()
        elif response.status in (401, 403):
            session.disconnect("the dashboard refused the bridge's token (%d): %s" % (response.status, detail), "token")
        elif response.status == 200:
            session.disconnect("the response is not from a dashboard's bridge endpoint; check the address", "no dashboard")
        elif 300 <= response.status < 400:
            where = (self._client.where, response.status, cut(response.location, 200))
            session.disconnect("%s redirects the bridge (%d) to %s; use that address" % where, "redirect")
        else:
            session.disconnect(
                "the dashboard refused a push (%d %s): %s; it is sent again" % (response.status, kind, detail), "refused push"
            )
        return response.retry_after

    def _resume(self) -> None:
        """The dashboard has not received frames before these: asks for its last sequence number."""
        session = self._session
        with session.lock:
            line, epoch = session.hello_line(), session.epoch
        try:
            response = self._client.post(line, RESPONSE_TIMEOUT)
        except (OSError, http.client.HTTPException):
            return
        welcome = next((frame for frame in frames_of(response.text) if frame["type"] == "welcome"), None)
        if response.status != 200 or welcome is None:
            return
        with session.changed:
            if epoch == session.epoch:
                session.welcome(welcome)
            session.changed.notify_all()
