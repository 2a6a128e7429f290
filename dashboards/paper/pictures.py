"""What a panel shows as a drawing of the file: its chart or its map, with the words that stand for it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.panels.charts.drawing import Picture, draw
from dashboards.panels.presenters import PanelPresentation
from dashboards.paper.svg import inline_svg
from layers import access
from layers.errors import LayersError
from layers.queries import photo
from layers.visitor import Visitor

logger = logging.getLogger(__name__)

_MOST_ROWS = 40
_ABSENT = ""
_DATA = frozenset({"data", "datasets"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, or why there is none: ``svg`` is empty then, and the table says what it would have shown."""

    svg: SafeString | str = ""
    notes: tuple[str, ...] = ()
    is_missing: bool = False


NO_DRAWING = Drawing()


def as_printed(shown: PanelPresentation, *, is_narrow: bool) -> PanelPresentation:
    """Return a panel as paper has it: no point of a map is gathered, a wide table comes in parts on a narrow sheet."""
    answer = shown.kind.printed(shown.answer, is_narrow=is_narrow)
    return replace(shown, context=answer.context or {}, answer=answer)


def drawing_of(shown: PanelPresentation, visitor: Visitor, *, width: int) -> Drawing:
    """Return the chart or the map of a panel, ``width`` pixels wide; nothing for kinds drawn by HTML alone."""
    try:
        picture = shown.kind.picture(shown.answer, visitor, width=width)
        if picture is not None:
            svg = picture.svg
            return Drawing(_inline(svg, shown), picture.notes) if svg else Drawing(is_missing=True)
        if shown.chart is not None and not shown.kind.paper.is_written:
            chart = _without_legends(shown.chart) if shown.legend else shown.chart
            drawn = draw(chart, Picture("svg", width=width)).decode()
            return Drawing(_inline(drawn, shown))
    except LayersError as error:
        logger.warning("panel %s is printed as its table: %s", shown.panel.id, error)
        return Drawing(is_missing=True)
    return NO_DRAWING


def _without_legends(specification: Any) -> Any:
    """Return a specification of Vega-Lite whose colours have no legend: the panel writes it, wrapped to its width."""
    if isinstance(specification, list):
        return [_without_legends(part) for part in specification]
    if not isinstance(specification, Mapping):
        return specification
    found = {name: part if name in _DATA else _without_legends(part) for name, part in specification.items()}
    colour = found.get("color")
    if isinstance(colour, Mapping) and "field" in colour:
        found["color"] = {**colour, "legend": None}
    return found


def _inline(svg: str, shown: PanelPresentation) -> SafeString:
    return inline_svg(svg, name=f"p-{shown.panel.id}", alternative=alternative(shown))


def alternative(shown: PanelPresentation) -> str:
    """Return what a drawing shows, in words: the title of its panel and the first rows of its table."""
    title = shown.panel.title or str(shown.kind.title)
    rows = [" ".join(cell.text for cell in row.cells) for row in shown.rows[:_MOST_ROWS]]
    if not rows:
        return title
    told = " ; ".join(rows)
    return _("%(title)s : %(text)s") % {"title": title, "text": told}


def photo_address(visitor: Visitor, address: str) -> str:
    """Return a photo of a feature as a ``data:`` address, under the rights of its reader; empty for anything else."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return _ABSENT
    if match.view_name != "explorer:photo":
        return _ABSENT
    asked = match.kwargs
    try:
        scope = access.scope(visitor, asked["layer"])
        found = photo(scope, asked["feature"], asked["relation"], asked["photo"])
        content = Path(found.thumbnail.path).read_bytes()
    except (LayersError, OSError):
        return _ABSENT
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
