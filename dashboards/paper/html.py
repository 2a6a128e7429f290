"""The HTML of panels as a file holds it: nothing that is fetched, runs, or is filled in; charts and maps as SVG in it.

Templates of panels are written for the page. Here their scripts and controls go, addresses of the portal become whole
ones, and a picture that is not in the page already is put into it, or replaced by its words.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dashboards.panels.charts.drawing import Picture, draw
from dashboards.panels.kinds import PaperLimits
from dashboards.panels.presenters import PanelPresentation
from interface.palette import colour, palette, token
from layers import access
from layers.errors import LayersError
from layers.queries import photo
from layers.visitor import Visitor

Attributes = list[tuple[str, str | None]]
Pictures = Callable[[str], str]

# Gone with what they hold.
_REMOVED = frozenset(
    {"details", "script", "style", "template", "iframe", "object", "video", "audio", "select", "noscript"}
)
# Gone, their words stay.
_UNWRAPPED = frozenset({"button", "form", "label", "panel-chart", "dashboard-map"})
_REMOVED_ALONE = frozenset({"input", "link", "meta", "base", "source", "embed"})
_VOID = frozenset({"img", "br", "hr", "col", "wbr"})
_ADDRESSES = frozenset(
    {"src", "srcset", "href", "xlink:href", "poster", "action", "formaction", "background", "ping"}
)
_SCHEMES = ("https:", "http:", "mailto:", "tel:")


class _Writer(HTMLParser):
    """Writes HTML again without what would reach outside."""

    def __init__(self, origin: str, pictures: Pictures) -> None:
        super().__init__(convert_charrefs=True)
        self._origin, self._pictures = origin, pictures
        self._removed: list[str] = []
        self._painter = Painter()
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write the beginning of an element."""
        if tag in _REMOVED:
            self._removed.append(tag)
        elif not self._is_left(tag):
            return
        elif tag == "img":
            self.written.append(self._picture(attrs))
        else:
            painted = {} if tag in _VOID else self._painter.opened(tag, _classes(attrs))
            self.written.append(f"<{tag}{self._attributes(tag, [*attrs, *painted.items()])}>")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write an element that closes itself, as shapes of SVG do."""
        if tag in _VOID:
            self.handle_starttag(tag, attrs)
        elif tag not in _REMOVED and self._is_left(tag):
            painted = self._painter.part(_classes(attrs))
            self.written.append(f"<{tag}{self._attributes(tag, [*attrs, *painted.items()])}/>")

    def handle_endtag(self, tag: str) -> None:
        """Write the end of an element."""
        if self._removed and self._removed[-1] == tag:
            self._removed.pop()
        elif self._is_left(tag) and tag not in _VOID:
            self._painter.closed(tag)
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write words."""
        if not self._removed:
            self.written.append(escape(data, quote=False))

    def _is_left(self, tag: str) -> bool:
        return not self._removed and tag not in _UNWRAPPED | _REMOVED_ALONE

    def _picture(self, attrs: Attributes) -> str:
        values = {name: value or "" for name, value in attrs}
        words, source = values.get("alt", ""), values.get("src", "")
        data = source if source.startswith("data:image/") else self._pictures(source)
        if not data:
            return escape(words)
        attributes = "".join(
            f' {name}="{escape(values[name])}"' for name in ("class", "width", "height") if name in values
        )
        return f'<img src="{escape(data)}" alt="{escape(words)}"{attributes}>'

    def _attributes(self, tag: str, attrs: Attributes) -> str:
        written = ((name, self._value(tag, name, value or "")) for name, value in attrs)
        return "".join(f' {name}="{escape(value)}"' for name, value in written if value is not None)

    def _value(self, tag: str, name: str, value: str) -> str | None:
        """Return the value of an attribute; None for one that the file does without."""
        if name.startswith(("on", "data-", "hx-")) or name in {"style", "tabindex"}:
            return None
        if name not in _ADDRESSES:
            return value
        if name not in {"href", "xlink:href"} or (tag != "a" and not value.startswith("#")):
            return None
        if value.startswith("/") and not value.startswith("//"):
            return f"{self._origin}{value}"
        return value if value.startswith((*_SCHEMES, "#")) else None


def _classes(attrs: Attributes) -> list[str]:
    return next((value.split() for name, value in attrs if name == "class" and value), [])


def self_contained(html: str, *, origin: str, pictures: Pictures) -> SafeString:
    """Return the HTML of a template without what would be fetched, run or filled in.

    ``origin`` is put before addresses of the portal. ``pictures`` returns a picture as a ``data:`` address, by where
    the page has it; empty for one that cannot be in a file.
    """
    writer = _Writer(origin, pictures)
    writer.feed(html)
    writer.close()
    return mark_safe("".join(writer.written))  # noqa: S308  (every text and value was just escaped)


_TONES: Mapping[str, str] = {"good": "ok", "warn": "warn", "bad": "bad"}
_WORDS = frozenset({"panel-state", "panel-change", "panel-target", "alert", "panel-notice"})
_STRENGTH = re.compile(r"strength-(\d{1,3})")
_TONE, _HUE = "tone", "hue"
"""Colours that are not always the same: that of a state, and that which a class names."""
_ROOTS: Mapping[str, Mapping[str, str]] = {
    "icon": {"fill": "none", "stroke": _TONE, "stroke-width": "2", "stroke-linecap": "round"},
    "state-mark": {"fill": _TONE},
    "small-trajectory": {"fill": "none"},
    "panel-spark": {"color": "brand"},
    "panel-gauge": {"color": "brand"},
    "table-bar": {"fill": "brand"},
    "dashboard-map-circle": {"fill": _HUE, "stroke": "ink-2"},
    "dashboard-map-shape": {"fill": _HUE, "stroke": "ink-2"},
}
_PARTS: Mapping[str, Mapping[str, str]] = {
    "expected": {"stroke": "ink-3", "stroke-dasharray": "3 3", "stroke-width": "1.2"},
    "measured": {"stroke": _TONE, "stroke-width": "2"},
    "last": {"fill": _TONE},
    "target": {"fill": "paper", "stroke": "ink-2", "stroke-width": "1.5"},
    "whole": {"fill": "paper-3"},
    "is-hollow": {"fill": "none"},
}
_PLAIN: Mapping[str, str] = {"icon": "ink", "state-mark": "ink-3", "small-trajectory": "brand"}
"""Colours of what has no state."""


class Painter:
    """Tells the attributes of each element of a drawing, in the order they are written."""

    def __init__(self) -> None:
        self._tones: list[str] = []
        self._colours: Mapping[str, str] = {}

    def opened(self, tag: str, classes: Iterable[str]) -> Mapping[str, str]:
        """Return the attributes of an element that has begun; those around it are told by ``closed``."""
        names = tuple(classes)
        if tag == "svg":
            return self._drawing(names)
        tone = next((_TONES[name] for name in names if name in _TONES), "")
        around = self._tones[-1] if self._tones else ""
        self._tones.append(tone if _WORDS.intersection(names) else around)
        return {}

    def closed(self, tag: str) -> None:
        """Note the end of an element."""
        if tag == "svg":
            self._colours = {}
        elif self._tones:
            self._tones.pop()

    def part(self, classes: Iterable[str]) -> Mapping[str, str]:
        """Return the attributes of a shape of the drawing that has begun."""
        for name in classes:
            if self._colours and name in _PARTS:
                return self._resolved(_PARTS[name])
        return {}

    def _drawing(self, names: tuple[str, ...]) -> Mapping[str, str]:
        kind = next((name for name in names if name in _ROOTS), "")
        if not kind:
            self._colours = {}
            return {}
        own = next((_TONES[name] for name in names if name in _TONES), "")
        around = self._tones[-1] if self._tones and kind == "icon" else ""
        self._colours = {
            _TONE: colour(token(own or around or _PLAIN.get(kind, "ink")), palette()),
            _HUE: _hue(names),
        }
        if kind == "state-mark" and "none" in names:
            return self._resolved({"fill": "none", "stroke": "ink-3", "stroke-width": "1.5"})
        return self._resolved(_ROOTS[kind])

    def _resolved(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        tokens = palette()
        return {
            name: self._colours.get(value) or tokens.get(value, value) for name, value in attributes.items()
        }


def _hue(names: tuple[str, ...]) -> str:
    hue = next((name.removeprefix("hue-") for name in names if name.startswith("hue-")), "ink-3")
    strength = next((int(match[1]) for name in names if (match := _STRENGTH.fullmatch(name))), 100)
    return colour(token(hue, strength / 100), palette())


_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_ROOT = re.compile(r"<svg\b([^>]*)>")
_OWN = re.compile(r"""\s(?:role|aria-[a-z]+|class|id|width|height|style)=(?:"[^"]*"|'[^']*')""")
_BOX = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
_NAME = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r"url\(['\"]?#([^)'\"]+)['\"]?\)")
_LINK = re.compile(r"""\s(?:xlink:)?href=(?:"(?!#)[^"]*"|'(?!#)[^']*')""")
_LOCAL = re.compile(r'\s((?:xlink:)?href)="#([^"]*)"')


def inline_svg(drawing: str, *, name: str, alternative: str, width: float = 0) -> SafeString:
    """Return a drawing as a part of a document.

    ``name`` is put before its ids, which two drawings may share; ``alternative`` is read instead of it. It is as wide
    as ``width`` or its own coordinates say; addresses that lead out of it are left out.

    Raises:
        ValueError: ``drawing`` is no SVG.
    """
    text = _PROLOGUE.sub("", drawing, count=1)
    root = _ROOT.match(text)
    if root is None:
        raise ValueError("no <svg> in the drawing")
    body = _LINK.sub("", text[root.end() :])
    body = _NAME.sub(lambda match: f'id="{name}-{match[1]}"', body)
    body = _USE.sub(lambda match: f"url(#{name}-{match[1]})", body)
    body = _LOCAL.sub(lambda match: f' {match[1]}="#{name}-{match[2]}"', body)
    words, box = escape(alternative), _BOX.search(root[1])
    size = ""
    if box:
        scale = width / float(box[1]) if width else 1
        size = f' width="{float(box[1]) * scale:g}" height="{float(box[2]) * scale:g}"'
    head = f'<svg{_OWN.sub("", root[1])} {size} class="drawing" role="img" aria-label="{words}"><title>{words}</title>'
    return mark_safe(head + body)  # noqa: S308  (drawn by our own programs; its addresses are out)


logger = logging.getLogger(__name__)

_MAX_ROWS = 40
_PADDING = 2  # pixels around a chart: its panel has its own
_ABSENT = ""
_DATA = frozenset({"data", "datasets"})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, or why there is none: ``svg`` is empty then, and the table says what it would have shown."""

    svg: SafeString | str = ""
    notes: tuple[str, ...] = ()
    is_missing: bool = False


NO_DRAWING = Drawing()


def as_printed(presentation: PanelPresentation, limits: PaperLimits) -> PanelPresentation:
    """Return a panel as paper has it: no point of a map is gathered, a table has its first rows."""
    answer = presentation.kind.printed(presentation.answer, limits)
    rows = presentation.rows[: len(answer.table.rows)]
    return replace(presentation, context=answer.context or {}, answer=answer, rows=rows)


def drawing_of(
    presentation: PanelPresentation, visitor: Visitor, *, width: float, height: float, scale: float = 1
) -> Drawing:
    """Return the chart or the map of a panel; nothing for kinds drawn by HTML alone.

    ``width`` and ``height`` are its pixels on the sheet, ``scale`` those for one of its own: letters are reduced so.
    """
    wide, high = round(width / scale), round(height / scale)
    try:
        picture = presentation.kind.picture(presentation.answer, visitor, width=wide, height=high)
        if picture is not None:
            svg = picture.svg
            return (
                Drawing(_inline(svg, presentation, width), picture.notes) if svg else Drawing(is_missing=True)
            )
        if presentation.chart is not None and not presentation.kind.paper.is_written:
            chart = _without_legends(presentation.chart) if presentation.legend else presentation.chart
            svg_text = draw(chart, Picture("svg", width=wide, height=high, padding=_PADDING)).decode()
            return Drawing(_inline(svg_text, presentation, width))
    except LayersError as error:
        logger.warning("panel %s is printed as its table: %s", presentation.panel.id, error)
        return Drawing(is_missing=True)
    return NO_DRAWING


def _without_legends(specification: Any) -> Any:
    """Return a specification of Vega-Lite whose colours have no legend: the panel writes it, wrapped to its width."""
    if isinstance(specification, list):
        return [_without_legends(part) for part in specification]
    if not isinstance(specification, Mapping):
        return specification
    parts = {name: part if name in _DATA else _without_legends(part) for name, part in specification.items()}
    colour = parts.get("color")
    if isinstance(colour, Mapping) and "field" in colour:
        parts["color"] = {**colour, "legend": None}
    return parts


def _inline(svg: str, presentation: PanelPresentation, width: float) -> SafeString:
    name = f"p-{presentation.panel.id}"
    return inline_svg(svg, name=name, alternative=alternative(presentation), width=width)


def alternative(presentation: PanelPresentation) -> str:
    """Return what a drawing shows, in words: the title of its panel and the first rows of its table."""
    title = presentation.panel.title or str(presentation.kind.title)
    rows = [" ".join(cell.text for cell in row.cells) for row in presentation.rows[:_MAX_ROWS]]
    if not rows:
        return title
    text = " ; ".join(rows)
    return _("%(title)s : %(text)s") % {"title": title, "text": text}


def photo_address(visitor: Visitor, address: str) -> str:
    """Return a photo of a feature as a ``data:`` address, under the rights of its reader; empty for anything else."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return _ABSENT
    if match.view_name != "explorer:photo":
        return _ABSENT
    arguments = match.kwargs
    try:
        scope = access.scope(visitor, arguments["layer"])
        stored = photo(scope, arguments["feature"], arguments["relation"], arguments["photo"])
        content = Path(stored.thumbnail.path).read_bytes()
    except (LayersError, OSError):
        return _ABSENT
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
