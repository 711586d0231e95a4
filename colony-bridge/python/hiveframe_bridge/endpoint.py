"""The URL of the dashboard's bridge endpoint."""

from __future__ import annotations

import re
import urllib.parse
from typing import Optional

CLUSTER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
HOST_NAME = re.compile(r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?")


def endpoint(to: str, cluster: Optional[str]) -> str:
    """The URL of the bridge's requests. Raises ValueError for an invalid address or cluster name."""
    try:
        if re.search(r"[\x00-\x20\x7f]", to):
            raise ValueError
        parts = urllib.parse.urlsplit(to)
        host, port = parts.hostname or "", parts.port
        if ":" not in host:
            host = host.encode("idna").decode("ascii")
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        if scheme not in ("http", "https") or port == 0 or not HOST_NAME.fullmatch(host):
            raise ValueError
    except (ValueError, TypeError):
        # The part before "@" may be a password.
        shown = str(to).rpartition("@")[2]
        raise ValueError("invalid dashboard URL %r; write it as https://dashboard.example.com or http://localhost:8080" % shown) from None
    if cluster is not None and not (isinstance(cluster, str) and CLUSTER_NAME.fullmatch(cluster)):
        raise ValueError(
            "invalid cluster name %r: 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first" % (cluster,)
        )
    at = ("[%s]" % host if ":" in host else host) + ("" if port is None else ":%d" % port)
    path = urllib.parse.quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    path += ("" if cluster is None else "/clusters/" + cluster) + "/api/bridge"
    return urllib.parse.urlunsplit((scheme, at, path, "", ""))
