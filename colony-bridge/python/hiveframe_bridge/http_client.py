"""HTTP to the dashboard: one connection that is kept open, and what its responses mean."""

from __future__ import annotations

import base64
import email.utils
import errno
import http.client
import json
import re
import socket
import ssl
import time
import urllib.parse
import urllib.request
from typing import NamedTuple, Optional

from .wire import Json, __version__, cut

MOST_RETRY_AFTER = 600.0
MOST_RESPONSE_BYTES = 4_000_000


class Response(NamedTuple):
    status: int
    kind: str
    text: str
    #: Seconds, from the header ``Retry-After``.
    retry_after: float = 0.0
    location: str = ""


class HttpClient:
    """Requests over one connection that is kept open, through the proxies that the environment names."""

    def __init__(self, url: str, token: Optional[str], context: Optional[ssl.SSLContext]) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._context = context
        self._headers = {"Content-Type": "application/x-ndjson", "User-Agent": "hiveframe-bridge-python/" + __version__}
        if token is not None:
            self._headers["Authorization"] = "Bearer " + token
        self._connection: Optional[http.client.HTTPConnection] = None
        self._target = self._url.path
        self._aborted = False

    @property
    def where(self) -> str:
        return self._url.netloc

    def post(self, body: str, timeout: float, query: str = "") -> Response:
        """Raises OSError or HTTPException if there is no response."""
        return self._exchange("POST", body.encode("utf-8"), timeout, query)

    def get(self, timeout: float) -> Response:
        """Raises as ``post``."""
        return self._exchange("GET", None, timeout, "")

    def _exchange(self, method: str, data: Optional[bytes], timeout: float, query: str) -> Response:
        for attempt in (1, 2):
            if self._aborted:
                raise ConnectionAbortedError("the bridge has ended")
            fresh = self._connection is None
            connection = self._connection or self._connect(timeout)
            self._connection = connection
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(timeout)
                connection.request(method, self._target + query, data, self._headers)
                answer = connection.getresponse()
                text = answer.read(MOST_RESPONSE_BYTES).decode("utf-8", "replace")
                if answer.will_close or answer.length:
                    self.close()
                header = answer.getheader
                retry_after, location = seconds_of(header("Retry-After")), header("Location") or ""
                return Response(answer.status, header("Content-Type") or "", text, retry_after, location)
            except (http.client.RemoteDisconnected, ConnectionError):
                # A server may close an idle connection. Frames sent twice count once.
                self.close()
                if fresh or attempt == 2:
                    raise
            except BaseException:
                self.close()
                raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """From another thread: ends a request under way."""
        self._aborted = True
        connection = self._connection
        sock = connection.sock if connection is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        scheme, host = self._url.scheme, self._url.hostname or ""
        port = self._url.port or (443 if scheme == "https" else 80)
        proxy = None if urllib.request.proxy_bypass("%s:%d" % (host, port)) else urllib.request.getproxies().get(scheme)
        self._target = self._url.path
        if proxy:
            through = urllib.parse.urlsplit(proxy if "//" in proxy else "http://" + proxy)
            try:
                proxy_host, proxy_port = through.hostname or "", through.port or 80
            except ValueError:
                # Without its text, which may contain a password.
                raise OSError(errno.EINVAL, "the proxy in the environment has no valid address") from None
            pair = "%s:%s" % (urllib.parse.unquote(through.username or ""), urllib.parse.unquote(through.password or ""))
            proof = {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()} if through.username else {}
            if scheme == "https":
                secure = http.client.HTTPSConnection(proxy_host, proxy_port, timeout=timeout, context=self._context)
                secure.set_tunnel(host, port, proof)
                return secure
            self._target = self._url.geturl()
            self._headers.update(proof)
            return http.client.HTTPConnection(proxy_host, proxy_port, timeout=timeout)
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=timeout)


def seconds_of(retry_after: Optional[str]) -> float:
    """A ``Retry-After`` header, seconds or a date, in seconds."""
    if not retry_after:
        return 0.0
    try:
        seconds = float(retry_after) if retry_after.isdigit() else email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), MOST_RETRY_AFTER)


def failure_reason(error: BaseException) -> str:
    """Why there is no response, without the exception's text: it may quote the request with its token."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted: %s" % error.verify_message
    if isinstance(error, ssl.SSLError):
        return "the server does not use TLS; write http:// if that is right" if error.reason == "WRONG_VERSION_NUMBER" else "TLS failed"
    if isinstance(error, socket.timeout):
        return "the request timed out"
    if isinstance(error, socket.gaierror):
        return "the host name cannot be resolved"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused; nothing listens on that port"
    if isinstance(error, ConnectionError):
        return "the connection was closed"
    if isinstance(error, http.client.HTTPException):
        return "the response is not HTTP; write https:// if the server uses TLS"
    if isinstance(error, OSError):
        refused = re.match(r"Tunnel connection failed: (\d{3})", str(error))
        return "the proxy refused to connect (%s)" % refused.group(1) if refused else error.strerror or type(error).__name__
    return type(error).__name__


def frames_of(text: str) -> list[Json]:
    """The frames of a response. Other lines are skipped: a newer dashboard may send more than this bridge can read."""
    frames = []
    for line in text.split("\n"):
        try:
            frame = json.loads(line) if line else None
        except ValueError:
            continue
        if isinstance(frame, dict) and isinstance(frame.get("type"), str):
            frames.append(frame)
    return frames


def count_of(frame: Json, field: str) -> int:
    """A positive integer of a frame; 0 if it has none."""
    value = frame.get(field)
    return value if type(value) is int and value > 0 else 0


def problem_of(answer: Response) -> tuple[str, str]:
    """``kind`` and ``detail`` of a problem response."""
    try:
        problem = json.loads(answer.text)
        return str(problem.get("kind", "")), cut(problem.get("detail", ""), 500)
    except (ValueError, AttributeError):
        return "", ""
