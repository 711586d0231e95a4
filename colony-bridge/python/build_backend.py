"""Writes the package's wheel and source archive: a build backend (PEP 517) of the standard library alone, so that a build needs no network.

    python3 build_backend.py FOLDER

writes both into a folder. The same sources give the same bytes: entries are sorted, and dates are ``SOURCE_DATE_EPOCH`` or 1980.
"""

from __future__ import annotations

import ast
import base64
import gzip
import hashlib
import io
import os
import re
import sys
import tarfile
import time
import zipfile
from typing import Any, Dict, List, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "hiveframe_bridge"
#: The first date that a zip can hold.
OLDEST_DATE = 315532800

Files = Dict[str, bytes]


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Optional[str] = None) -> str:
    """The wheel (PEP 427). Returns its file's name."""
    project = project_tables()
    info = "%s-%s.dist-info" % (PACKAGE, version())
    scripts = "".join("%s = %s\n" % pair for pair in project["project.scripts"].items())
    files = package_files()
    files["%s/METADATA" % info] = metadata(project)
    files["%s/WHEEL" % info] = b"Wheel-Version: 1.0\nGenerator: hiveframe-bridge\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files["%s/entry_points.txt" % info] = ("[console_scripts]\n" + scripts).encode()
    files["%s/licenses/LICENSE" % info] = license_text()
    record = "%s/RECORD" % info
    files[record] = "".join("%s,%s,%d\n" % (name, digest(data), len(data)) for name, data in sorted(files.items())).encode() + (
        "%s,,\n" % record
    ).encode()
    name = "%s-%s-py3-none-any.whl" % (PACKAGE, version())
    date = time.gmtime(max(OLDEST_DATE, build_date()))[:6]
    # The dist-info comes last, and its RECORD last of all, as the specification recommends.
    order = sorted(files, key=lambda path: (path.startswith(info), path == record, path))
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path in order:
            entry = zipfile.ZipInfo(path, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            wheel.writestr(entry, files[path])
    return name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """The source archive (PEP 625). Returns its file's name."""
    base = "%s-%s" % (PACKAGE, version())
    files = package_files()
    files["PKG-INFO"] = metadata(project_tables())
    files["LICENSE"] = license_text()
    for name in ("README.md", "build_backend.py", "pyproject.toml"):
        files[name] = read(HERE, name)
    name = base + ".tar.gz"
    with open(os.path.join(sdist_directory, name), "wb") as out:
        with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=build_date()) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for path in sorted(files):
                    entry = tarfile.TarInfo("%s/%s" % (base, path))
                    entry.size, entry.mtime, entry.mode = len(files[path]), build_date(), 0o644
                    archive.addfile(entry, io.BytesIO(files[path]))
    return name


def metadata(project: Dict[str, Dict[str, Any]]) -> bytes:
    """Core metadata 2.4, of the wheel and of the source archive."""
    own = project["project"]
    lines = [
        "Metadata-Version: 2.4",
        "Name: " + own["name"],
        "Version: " + version(),
        "Summary: " + own["description"],
        "Keywords: " + ",".join(own["keywords"]),
        "Author: HiveFrame contributors",
        "License-Expression: " + own["license"],
        *("License-File: " + name for name in own["license-files"]),
        *("Classifier: " + name for name in own["classifiers"]),
        *("Project-URL: %s, %s" % pair for pair in project["project.urls"].items()),
        "Requires-Python: " + own["requires-python"],
        *("Requires-Dist: " + name for name in own["dependencies"]),
        "Description-Content-Type: text/markdown",
    ]
    return ("\n".join(lines) + "\n\n").encode() + read(HERE, own["readme"])


def project_tables() -> Dict[str, Dict[str, Any]]:
    """The tables of pyproject.toml. ``tomllib`` came with Python 3.11 only, and what is written there are Python's literals as well."""
    tables: Dict[str, Dict[str, Any]] = {}
    table: Dict[str, Any] = {}
    lines = iter(read(HERE, "pyproject.toml").decode().split("\n"))
    for line in lines:
        header = re.fullmatch(r"\[([\w.-]+)\]", line)
        if header:
            table = tables.setdefault(header[1], {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" = ")
            while value.startswith("[") and not value.endswith("]"):
                value += next(lines).strip()
            table[key] = ast.literal_eval(value)
    return tables


def version() -> str:
    found = re.search(r'^__version__ = "([^"]+)"$', read(HERE, PACKAGE, "wire.py").decode(), re.MULTILINE)
    if found is None:
        raise ValueError("%s/wire.py has no __version__" % PACKAGE)
    return found[1]


def package_files() -> Files:
    names = [name for name in os.listdir(os.path.join(HERE, PACKAGE)) if name.endswith((".py", ".typed"))]
    return {"%s/%s" % (PACKAGE, name): read(HERE, PACKAGE, name) for name in sorted(names)}


def license_text() -> bytes:
    """Beside this file in a source archive, at the top in a clone."""
    return read(HERE, "LICENSE") if os.path.exists(os.path.join(HERE, "LICENSE")) else read(HERE, "..", "..", "LICENSE")


def digest(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_date() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH") or OLDEST_DATE)


def read(*path: str) -> bytes:
    with open(os.path.join(*path), "rb") as file:
        return file.read().replace(b"\r\n", b"\n")


def main(arguments: List[str]) -> None:
    if len(arguments) != 1:
        sys.exit("usage: build_backend.py FOLDER")
    os.makedirs(arguments[0], exist_ok=True)
    for name in (build_wheel(arguments[0]), build_sdist(arguments[0])):
        print(os.path.join(arguments[0], name))


if __name__ == "__main__":
    main(sys.argv[1:])
