"""Static files through nginx: browsers refuse a script of another type, and nothing guesses types (``nosniff``)."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from tests.served import nginx_before, raw

# Suffixes of texts for people and tools alone: no page loads them.
UNLOADED = {
    "",
    ".md",
    ".map",
    ".ts",
    ".d.ts",
    ".flow",
    ".scss",
    ".less",
    ".mts",
    ".cts",
    ".lock",
    ".yml",
    ".yaml",
}


def suffixes() -> set[str]:
    """Return the suffixes of the files that ``collectstatic`` publishes."""
    paths = (path for finder in get_finders() for path, _storage in finder.list([]))
    return {Path(path).suffix.lower() for path in paths}


def types_behind_nginx(folder: Path, names: set[str]) -> dict[str, str]:
    with nginx_before(1, folder) as port:
        for name in names:
            (folder / "static" / name).write_bytes(b"x")
        return {name: media_type(port, name) for name in names}


def media_type(port: int, name: str) -> str:
    request = f"GET /static/{name} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    match = re.search(r"^content-type: ([^;\r]*)", raw(port, request.encode()).decode(), re.I | re.M)
    return match[1] if match else ""


def test_modules_are_scripts(tmp_path: Path) -> None:
    """MapLibre starts its worker from one: served as bytes, no map is drawn."""
    assert types_behind_nginx(tmp_path, {"a.mjs", "a.0123456789ab.mjs", "a.js"}) == {
        "a.mjs": "text/javascript", "a.0123456789ab.mjs": "text/javascript", "a.js": "application/javascript",
    }  # fmt: skip


def test_every_kind_of_published_file_has_a_type(tmp_path: Path) -> None:
    names = {f"a{suffix}" for suffix in suffixes() - UNLOADED}
    types = types_behind_nginx(tmp_path, names)
    assert ".mjs" in suffixes()
    assert {name for name, media in types.items() if media in {"", "application/octet-stream"}} == set()
