"""Commands from the dashboard, carried out by callables of the program."""

from __future__ import annotations

import queue
from typing import Any, Optional

from .actions import Restart, Scale
from .outbox import Entry
from .session import Session
from .wire import TEXT_CHARS, Json, cut, dumps, text_of

MOST_WAITING_COMMANDS = 2_000
MOST_REMEMBERED = 20_000


class Commands:
    """Carries out each command once at most in this run, one after the other, on a thread of its own."""

    def __init__(self, session: Session, prefix: str, restart: Optional[Restart], scale: Optional[Scale]) -> None:
        self._session = session
        self._prefix = prefix
        self._restart = restart
        self._scale = scale
        self._waiting: "queue.Queue[Json]" = queue.Queue(maxsize=MOST_WAITING_COMMANDS)
        self._begun: dict[str, None] = {}
        self.unanswered: set[str] = set()

    def begin(self, frame: Json) -> bool:
        """Queues a command. Returns False for a repeat."""
        key = frame.get("id")
        if not isinstance(key, str):
            return False
        with self._session.lock:
            if key in self._begun:
                return False
            self._begun[key] = None
            self.unanswered.add(key)
            if len(self._begun) > MOST_REMEMBERED:
                del self._begun[next(iter(self._begun))]
        if not (self._restart or self._scale):
            self._answer(key, False, "this colony takes no commands")
            return True
        try:
            self._waiting.put_nowait(frame)
        except queue.Full:
            self._answer(key, False, "too many commands are waiting")
        return True

    def run(self) -> None:
        while not self._session.over.is_set():
            try:
                frame = self._waiting.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                message = self._carry_out(frame.get("command") or {})
                self._answer(frame["id"], True, message)
            except BaseException as error:  # The program's callable may raise anything: the command has failed.
                self._answer(frame["id"], False, text_of(error) or type(error).__name__)

    def _carry_out(self, command: Json) -> Optional[str]:
        action = command.get("action")
        if action == "restart" and self._restart:
            worker = str(command.get("worker", ""))
            return self._restart(worker[len(self._prefix) :] if worker.startswith(self._prefix) else worker)
        if action == "scale" and self._scale:
            return self._scale(int(command.get("workers", 0)))
        raise ValueError("this colony cannot %s" % action)

    def _answer(self, key: str, ok: bool, message: Any) -> None:
        result: Json = {"command": key, "ok": ok}
        if message is not None:
            result["message"] = cut(text_of(message), TEXT_CHARS)
        with self._session.lock:
            self._session.put([Entry("result", [dumps(result)[1:-1]])])
            self.unanswered.discard(key)
            self._session.hurry()
