"""The file: a page that holds everything it needs, and a policy that lets it ask nothing and run nothing else.

The policy is written into the page as well as in the header of the answer: opened from a disk, the file obeys it too.
Scripts and style sheets are allowed by the digest of their text, so that nothing of the data can become one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import folium
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import dashboards
from dashboards.maps.definitions import MapMode
from dashboards.maps.drawing import MapDrawing
from dashboards.maps.kind import read_drawing
from dashboards.maps.presenters import legend_note
from dashboards.maps.standalone.features import file_content, literal
from dashboards.maps.standalone.figure import FigureParts, figure
from dashboards.panels.charts.palette import palette
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.presenters import table_rows
from interface.backdrop import backdrop
from interface.territory import ground, own
from layers.access import Scope

_STATIC = Path(dashboards.__file__).parent / "static" / "dashboards" / "maps"
_URL = re.compile(r"url\([^)]*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StandaloneMap:
    """A map in one file: ``policy`` is its Content-Security-Policy, as the page itself says it.

    ``features_of`` is the layer whose ``rows`` features it holds; None for measures by commune.
    """

    name: str
    content: bytes
    policy: str
    features_of: Scope | None = None
    rows: int = 0


def standalone_map(request: PanelRequest, *, filters: Sequence[str] = ()) -> StandaloneMap:
    """Return the file of a map panel under the rights of its asker; ``filters`` are those of the page, in words.

    Raises:
        Forbidden: the asker may not download the layer whose features the file would hold.
        LayersError: as ``read_drawing``.
    """
    drawing = read_drawing(request)
    communes = own(ground(request.visitor), request.visitor.portal)
    content = file_content(drawing, communes)
    title = request.panel.title or str(request.scope.layer.title)
    parts = figure(drawing, communes, content.features, words=_words())
    body = render_to_string(
        "dashboards/maps/standalone.html",
        {
            "title": title,
            "subtitle": request.panel.subtitle,
            "filters": filters,
            "drawing": drawing,
            "rows": table_rows(drawing.table),
            "note": legend_note(drawing),
            "notes": (*drawing.notes, *content.notes),
            "figure": parts,
            "layer": request.scope.layer,
            "source": request.panel.source,
            "backdrop": _(backdrop().attribution) if backdrop() else "",
            "day": localdate(request.visitor.instant),
        },
    )
    made = _assembled(f"{slugify(title) or 'carte'}.html", title, body, parts, drawing)
    return replace(made, features_of=drawing.features_of, rows=len(content.features))


def _words() -> dict[str, str]:
    return {
        "zoomIn": _("Agrandir"),
        "zoomOut": _("Réduire"),
        "close": _("Fermer"),
        "objects": _("{count} objets"),
    }


def _assembled(name: str, title: str, body: str, parts: FigureParts, drawing: MapDrawing) -> StandaloneMap:
    scripts = [_leaflet_script(), _own_script(), *_scripts_of(drawing.options.mode), parts.script]
    sheets = [_leaflet_sheet(), _own_sheet(), _swatches(drawing)]
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
    return StandaloneMap(
        name, f"{head}{styles}</head>\n<body>\n{body}{code}</body>\n</html>\n".encode(), policy
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


def _swatches(drawing: MapDrawing) -> str:
    """Return the colours of the legend as classes, since nothing in the page has a style of its own."""
    filled = [literal(line.token, line.strength) if line.token else "" for line in drawing.legend]
    paper = palette()["paper"]
    lines = [
        f".c{index}{{background:{found or paper};fill:{found or 'none'}}}"
        for index, found in enumerate(filled)
    ]
    return "".join([*lines, f".gathered{{background:{literal(drawing.token)}}}"])


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


@lru_cache(maxsize=len(MapMode))
def _scripts_of(mode: MapMode) -> tuple[str, ...]:
    """Return what draws many points: density by Leaflet.heat, as folium's package brings it."""
    if mode not in {MapMode.CLUSTERS, MapMode.HEAT}:
        return ()
    own = (_STATIC / "standalone-points.js").read_text("utf-8")
    if mode is MapMode.CLUSTERS:
        return (own,)
    return ((Path(folium.__file__).parent / "templates" / "leaflet_heat.min.js").read_text("utf-8"), own)


@lru_cache(maxsize=1)
def _own_sheet() -> str:
    """Return the file's own sheet, with the light tokens that it names."""
    tokens = "".join(f"--{name}:{value};" for name, value in palette().items())
    sheet = (_STATIC / "standalone.css").read_text("utf-8")
    return f":root{{{tokens}}}\n{sheet}"
