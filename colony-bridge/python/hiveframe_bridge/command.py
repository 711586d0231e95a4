"""The command ``hiveframe-bridge``: attaches to an object of a program that knows nothing of the dashboard, or tries the way to one."""

from __future__ import annotations

import argparse
import http.client
import importlib
import logging
import os
import ssl
import sys
from threading import Event
from typing import Any, Callable, NoReturn, Optional, Sequence, TypeVar

from .actions import restart_bee, scale_hive
from .attach import TOKEN, attach
from .endpoint import endpoint
from .http_client import HttpClient, failure_reason, problem_of
from .readers import is_hive
from .wire import __version__

#: Exit codes, those of the dashboard's own command ``bridge``.
FAILED, USAGE, DENIED, UNSENT = 1, 2, 3, 5
#: Seconds.
CHECK_TIMEOUT = 10.0

Checked = TypeVar("Checked")


def main(arguments: Optional[Sequence[str]] = None) -> int:
    given = parser().parse_args(arguments)
    url = checked(lambda: endpoint(given.to, given.cluster))
    token = None if given.token_file is None else token_of(given.token_file)
    return check_dashboard(url, token) if given.command == "check" else run_program(given, token)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="hiveframe-bridge", description="Shows a HiveFrame colony on a HiveFrame Dashboard.")
    found.add_argument("--version", action="version", version="hiveframe-bridge " + __version__)
    commands = found.add_subparsers(required=True, dest="command", metavar="COMMAND")
    run = commands.add_parser("run", help="import a program's object and attach to it")
    check = commands.add_parser("check", help="try the dashboard's address and the token")
    for command in (run, check):
        command.add_argument("--to", required=True, metavar="URL", help="the dashboard's address")
        command.add_argument("--cluster", metavar="NAME", help="the cluster there; without it the default one")
        command.add_argument("--token-file", metavar="FILE", help="a file that holds the dashboard's bridge token")
    run.add_argument("--call", metavar="FUNCTION", help="of the module, called once attached; without it the command goes on until stopped")
    run.add_argument("--name", help="of the bridge, unique in its cluster; default MODULE@HOST")
    run.add_argument("--prefix", default="", help="precedes the ids of workers, where several processes push to one cluster")
    run.add_argument("--logs", action="store_true", help="show what the program writes with logging, too")
    run.add_argument("--commands", action="store_true", help="let the dashboard restart bees of a HiveStream and scale a HiveFrame")
    run.add_argument("object", metavar="MODULE:ATTRIBUTE", help="a HiveFrame, HiveStream or EnhancedStreamProcessor, such as app.jobs:hive")
    return found


def refuse(message: str) -> NoReturn:
    """Ends the command with what the caller must correct."""
    print("hiveframe-bridge: " + message, file=sys.stderr)
    sys.exit(USAGE)


def checked(work: Callable[[], Checked]) -> Checked:
    try:
        return work()
    except (ValueError, TypeError) as error:
        refuse(str(error))


def token_of(path: str) -> str:
    try:
        with open(path, encoding="latin-1") as file:
            token = file.read().strip()
    except OSError as error:
        refuse("cannot read the token file %s: %s" % (path, error.strerror))
    if not TOKEN.fullmatch(token):
        refuse("the token file %s must hold one line of visible ASCII characters without spaces" % path)
    return token


def run_program(given: argparse.Namespace, token: Optional[str]) -> int:
    colony, work = imported(given.object, given.call)
    bridge = checked(
        lambda: attach(
            colony,
            to=given.to,
            cluster=given.cluster,
            token=token,
            name=given.name,
            prefix=given.prefix,
            logger=logging.getLogger() if given.logs else None,
            scale=scale_hive(colony) if given.commands and is_hive(colony) else None,
            restart=restart_bee(colony) if given.commands and hasattr(colony, "workers") else None,
        )
    )
    # A SIGTERM ends the program as it does without this command, once the bridge has sent what is left.
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        bridge.stop()
    left = bridge.stats["buffered"]["frames"]
    if left:
        print("hiveframe-bridge: %d frames were not acknowledged at the end" % left, file=sys.stderr)
    return UNSENT if left else 0


def imported(wanted: str, call: Optional[str]) -> tuple[Any, Callable[[], object]]:
    """The object, and what to do once it is attached. An exception of the program's own keeps its traceback."""
    name, _, attribute = wanted.partition(":")
    if not name or not attribute:
        refuse("%r is no MODULE:ATTRIBUTE; write it as app.jobs:hive" % wanted)
    sys.path.insert(0, os.getcwd())
    # The program sees itself as started, without the arguments of this command; the bridge's default name is made of it.
    sys.argv = [name.rpartition(".")[2] + ".py"]
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name + ".").startswith(error.name + "."):
            raise
        refuse("there is no module %s here; run this in the folder it is imported from" % error.name)
    found = getattr(module, attribute, None)
    work = Event().wait if call is None else getattr(module, call, None)
    if found is None or not callable(work):
        refuse("module %s has no %s" % (name, attribute if found is None else "function %s" % call))
    return found, work


def check_dashboard(url: str, token: Optional[str]) -> int:
    """Asks for the bridge's place without taking it."""
    client = HttpClient(url, token, ssl.create_default_context() if url.startswith("https:") else None)
    try:
        answer = client.get(CHECK_TIMEOUT)
    except (OSError, http.client.HTTPException) as error:
        print("no response from %s: %s" % (client.where, failure_reason(error)))
        return FAILED
    finally:
        client.close()
    kind, detail = problem_of(answer)
    if kind == "upgrade":
        print("the dashboard at %s takes this bridge" % client.where)
        return 0
    if answer.status in (401, 403):
        print("the dashboard at %s refuses the token (%d): %s" % (client.where, answer.status, detail))
        return DENIED
    print(detail or "%s answers %d and is no dashboard; check the address" % (client.where, answer.status))
    return FAILED
