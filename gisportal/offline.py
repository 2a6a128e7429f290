"""The page shown without network, and the service worker that keeps it: a page, its style and font, never data."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

SOURCE = Path(__file__).parent / "static" / "gisportal" / "offline-worker.js"
FILES = (
    "interface/design/site.css",
    "interface/mark.svg",
    "vendor/atkinson/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
)
_IMPORT = re.compile(r'@import url\("([^"]+)"\)')


def page(request: HttpRequest) -> HttpResponse:
    """Show the page of somebody without network. It says the same to everybody."""
    return render(request, "offline.html")


def worker(_request: HttpRequest) -> HttpResponse:
    """Send the service worker. It is asked again at each visit, and its text changes with any file it keeps."""
    files = [static(name) for name in kept()]
    offline = {"page": reverse("offline"), "files": files}
    text = _source()
    version = hashlib.sha256((json.dumps(offline) + text).encode()).hexdigest()[:12]
    prelude = f"self.offline = {json.dumps(offline | {'name': f'offline-{version}'})};\n"
    response = HttpResponse(prelude + text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def kept() -> list[str]:
    """Return the names of the files that the page without network needs."""
    is_joined = getattr(staticfiles_storage, "is_joined", False)
    return [*FILES, *([] if is_joined else _imported(FILES[0]))]


def _imported(sheet: str) -> list[str]:
    """Return the names of the style sheets that one imports, where it is served as it is written."""
    text = Path(str(finders.find(sheet))).read_text("utf-8")
    return [posixpath.normpath(f"{posixpath.dirname(sheet)}/{address}") for address in _IMPORT.findall(text)]


@cache
def _source() -> str:
    return SOURCE.read_text("utf-8")
