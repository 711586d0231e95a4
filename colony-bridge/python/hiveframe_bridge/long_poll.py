"""A long poll for commands and the viewer count, on a thread of its own."""

from __future__ import annotations

import http.client
import time
import urllib.parse
from typing import Callable, Optional

from .clock import Backoff
from .commands import Commands
from .http_client import HttpClient, count_of, frames_of, problem_of
from .session import Session
from .wire import Json

#: Seconds that the dashboard holds the request.
LONG_POLL = 25
#: Ids of unanswered commands that the request names.
MOST_NAMED_COMMANDS = 100


class LongPoll:
    def __init__(self, session: Session, new_client: Callable[[], HttpClient], commands: Commands) -> None:
        self._session = session
        self._new_client = new_client
        self._client: Optional[HttpClient] = None
        self._commands = commands

    def abort(self) -> None:
        if self._client is not None:
            self._client.abort()

    def run(self) -> None:
        session = self._session
        backoff = Backoff()
        client = self._client = self._new_client()
        while not session.over.is_set():
            with session.changed:
                # Pushes find out whether the dashboard can be reached.
                while session.state != "live" and not (session.over.is_set() or session.parting):
                    session.changed.wait(1.0)
                if session.over.is_set() or session.parting:
                    return
                line, epoch = session.hello_line(), session.epoch
                query = self._query()
            asked = time.monotonic()
            try:
                response = client.post(line, LONG_POLL + 15.0, query)
            except (OSError, http.client.HTTPException):
                if not session.parting:
                    session.over.wait(backoff.next())
                continue
            if response.status != 200:
                # Superseded by a later run, unless this bridge has begun it itself.
                if problem_of(response)[0] == "superseded" and epoch == session.epoch:
                    session.supersede(problem_of(response)[1])
                    return
                session.over.wait(max(response.retry_after, backoff.next()))
                continue
            frames = frames_of(response.text)
            if any(frame["type"] == "welcome" for frame in frames):
                # A dashboard without long polls takes it for a push: commands come with the responses to pushes.
                return
            news = [self._take(frame) for frame in frames]
            if any(news) or time.monotonic() - asked > 1.0:
                backoff.reset()
            else:
                session.over.wait(max(response.retry_after, backoff.next()))

    def _query(self) -> str:
        """With the lock held: what the bridge has received already."""
        query = "?wait=%ds" % LONG_POLL
        if self._session.viewers is not None:
            query += "&viewers=%d" % self._session.viewers
        unanswered = list(self._commands.unanswered)[:MOST_NAMED_COMMANDS]
        return query + "&received=" + urllib.parse.quote(",".join(unanswered)) if unanswered else query

    def _take(self, frame: Json) -> bool:
        """Returns whether the frame was new."""
        session = self._session
        if frame["type"] == "command":
            return self._commands.begin(frame)
        if frame["type"] != "viewers":
            return False
        with session.changed:
            session.viewers = count_of(frame, "count")
            # A new viewer sees the gathered samples at once.
            session.urgent = session.urgent or session.viewers > 0
            session.changed.notify_all()
        return True
