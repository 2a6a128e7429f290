"""The page shown without network, and the service worker that keeps it: a page, its style and font, never data."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

SOURCE = Path(__file__).parent / "static" / "js" / "offline-worker.js"
FILES = (
    "css/tokens.css",
    "css/fonts.css",
    "css/base.css",
    "css/hues.css",
    "css/components.css",
    "css/states.css",
    "css/widgets.css",
    "css/shell.css",
    "css/modes.css",
    "img/mark.svg",
    "vendor/atkinson/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
)


def page(request: HttpRequest) -> HttpResponse:
    """Show the page of somebody without network. It says the same to everybody."""
    return render(request, "offline.html")


def worker(_request: HttpRequest) -> HttpResponse:
    """Send the service worker. It is asked again at each visit, and its text changes with any file it keeps."""
    files = [static(name) for name in FILES]
    offline = {"page": reverse("offline"), "files": files}
    text = _source()
    version = hashlib.sha256((json.dumps(offline) + text).encode()).hexdigest()[:12]
    prelude = f"self.offline = {json.dumps(offline | {'name': f'offline-{version}'})};\n"
    response = HttpResponse(prelude + text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _source() -> str:
    return SOURCE.read_text("utf-8")
