"""A stand-alone map: one HTML file that holds everything it needs, under a policy that lets it load nothing else.

The policy is written into the page as well as in the header of the answer: opened from a disk, the file obeys it too.
Scripts and style sheets are allowed by the digest of their text, so that nothing of the data can become one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from export_formats.services import export_sent
from interface.palette import palette
from interface.standalone.figures import FigureParts, PointRendering
from layers.access import Scope
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import folium
else:
    folium = lazy_module("folium")

# The file runs its scripts in an origin of its own: it reads no cookie, calls no address of the portal with them.
_SANDBOX = "sandbox allow-scripts"
_EMBEDDING = "frame-ancestors 'self'"
_STATIC = Path(__file__).parent.parent / "static" / "interface" / "standalone"
_URL = re.compile(r"url\([^)]*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
# Parameters that were asked of each layer, by slug.
Questions = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class StandaloneMap:
    """A map in one file: ``policy`` is its Content-Security-Policy, as the page itself says it.

    ``exported`` are the layers whose features it holds, and how many; none for measures by commune.
    """

    name: str
    content: bytes
    policy: str
    exported: tuple[tuple[Scope, int], ...] = ()


def file_words() -> dict[str, str]:
    """Return the words of the script of a file."""
    return {
        "zoomIn": _("Agrandir"),
        "zoomOut": _("Réduire"),
        "close": _("Fermer"),
        "objects": _("{count} objets"),
    }


def standalone_file(
    title: str,
    body: str,
    parts: FigureParts,
    *,
    colours: Iterable[str],
    renderings: Iterable[PointRendering] = (),
    gathered: str = "",
) -> StandaloneMap:
    """Return the file of a map: ``body`` is HTML of ours, in which the class ``c0`` has the first of the ``colours``.

    ``renderings`` tells which scripts draw many points, ``gathered`` is the colour of their numbers.
    """
    scripts = [_leaflet_script(), _own_script(), *_scripts_of(frozenset(renderings)), parts.script]
    own = _swatches(colours) + (f".gathered{{background:{gathered}}}" if gathered else "")
    sheets = [_leaflet_sheet(), _own_sheet(), own]
    policy = _policy(scripts, sheets)
    head = (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
    )
    styles = "".join(f"<style>{sheet}</style>\n" for sheet in sheets)
    code = "".join(f"<script>{script}</script>\n" for script in scripts)
    content = f"{head}{styles}</head>\n<body>\n{body}{code}</body>\n</html>\n".encode()
    return StandaloneMap(f"{slugify(title) or 'carte'}.html", content, policy)


def _swatches(colours: Iterable[str]) -> str:
    """Return the colours of the legend as classes, since nothing in the page has a style of its own; empty: none."""
    paper = palette()["paper"]
    return "".join(
        f".c{index}{{background:{colour or paper};fill:{colour or 'none'}}}"
        for index, colour in enumerate(colours)
    )


def _policy(scripts: Sequence[str], sheets: Sequence[str]) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_digest, scripts))}",
            f"style-src {' '.join(map(_digest, sheets))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text: str) -> str:
    """Return a source of the policy: the SHA-256 of what is between two tags (CSP level 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _leaflet_script() -> str:
    return _SOURCE_MAP.sub("", _leaflet("leaflet.js"))


@lru_cache(maxsize=1)
def _leaflet_sheet() -> str:
    """Return Leaflet's style sheet; its pictures, of controls and markers that no file has, are left out."""
    return _URL.sub("none", _leaflet("leaflet.css"))


def _leaflet(name: str) -> str:
    return (Path(settings.NODE_MODULES) / "leaflet" / "dist" / name).read_text("utf-8")


@lru_cache(maxsize=1)
def _own_script() -> str:
    return (_STATIC / "standalone.js").read_text("utf-8")


@lru_cache(maxsize=8)
def _scripts_of(renderings: frozenset[PointRendering]) -> tuple[str, ...]:
    """Return the scripts that draw many points; density is Leaflet.heat, from folium's package."""
    if not renderings & {PointRendering.GATHERED, PointRendering.DENSITY}:
        return ()
    own = (_STATIC / "standalone-points.js").read_text("utf-8")
    if PointRendering.DENSITY not in renderings:
        return (own,)
    return ((Path(folium.__file__).parent / "templates" / "leaflet_heat.min.js").read_text("utf-8"), own)


@lru_cache(maxsize=1)
def _own_sheet() -> str:
    """Return the file's own sheet, with the light tokens that it names."""
    tokens = "".join(f"--{name}:{value};" for name, value in palette().items())
    sheet = (_STATIC / "standalone.css").read_text("utf-8")
    return f":root{{{tokens}}}\n{sheet}"


def file_response(document: StandaloneMap, questions: Questions) -> HttpResponse:
    """Return the response with a file, and send ``export_sent`` for the features in it.

    ``questions`` are the queries of the layers whose features it has, by slug.
    """
    notify_export(document.exported, "html", questions)
    response = HttpResponse(document.content, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{document.name}"'
    response["Content-Security-Policy"] = f"{document.policy}; {_EMBEDDING}; {_SANDBOX}"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def notify_export(exported: Iterable[tuple[Scope, int]], extension: str, questions: Questions) -> None:
    """Send ``export_sent`` with the number of features downloaded of each layer."""
    for scope, rows in exported:
        requested = {name: list(values) for name, values in questions[scope.slug].items()}
        export_sent.send(
            sender=StandaloneMap, scope=scope, extension=extension, rows=rows, question=requested
        )
