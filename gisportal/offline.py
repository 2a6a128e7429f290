"""The page shown without network, and the service worker that keeps it: a page, its style and font, never data."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

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
# What the style sheet imports, where it is served as it is written.
PARTS = ("tokens", "fonts", "base", "hues", "components", "states", "widgets", "shell", "modes")


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
    return [*FILES, *(f"interface/design/{part}.css" for part in (() if is_joined else PARTS))]


@cache
def _source() -> str:
    return SOURCE.read_text("utf-8")
