"""A dashboard as one page of HTML that holds everything, opened from any disk or turned into PDF."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from dashboards.documents.document import COLUMNS, Panel, Section
from dashboards.filters.presenters import sentences
from dashboards.models import PaperForm
from dashboards.panels.markdown import rendered
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.paper.html import NO_DRAWING, Drawing, as_printed, drawing_of, photo_address, self_contained
from dashboards.paper.layout import PaperFile, PaperLayout
from dashboards.paper.pdf import pdf_of
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panels import PanelReading, read_panel
from dashboards.registry import PANEL_KINDS
from interface.palette import colour, palette, token

Progress = Callable[[int], None]
_FAULTS = {
    "slow": gettext_noop("Ce panneau était trop long à calculer quand le document a été établi."),
    "busy": gettext_noop("Trop de calculs étaient en cours quand le document a été établi."),
    "failing": gettext_noop("Ce panneau n’a pas pu être lu quand le document a été établi."),
}


@dataclass(frozen=True, slots=True)
class PanelContent:
    """A panel that was read; ``fault`` says why it shows nothing."""

    reading: PanelReading
    presentation: PanelPresentation | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A section with the panels that its reader may see."""

    section: Section
    panels: tuple[PanelContent, ...]


@dataclass(frozen=True, slots=True)
class DashboardContent:
    """A dashboard read at one moment. ``filters`` are in words; ``sources`` say where data come from, and of when."""

    page: DashboardPage
    moment: dt.datetime
    sections: tuple[SectionContent, ...]
    filters: tuple[str, ...]
    sources: tuple[str, ...]


def read_content(page: DashboardPage, *, progress: Progress | None = None) -> DashboardContent:
    """Read every panel of a page; ``progress`` gets the number of those read, after each.

    Raises:
        django.db.Error: the database is away.
    """
    tell = progress or (lambda _count: None)
    sections = tuple(_sections(page, tell))
    presentations = [
        panel.presentation for part in sections for panel in part.panels if panel.presentation is not None
    ]
    return DashboardContent(
        page=page,
        moment=page.visitor.instant,
        sections=sections,
        filters=filters_in_words(page),
        sources=tuple(dict.fromkeys(panel.source for panel in presentations if panel.source)),
    )


def filters_in_words(page: DashboardPage) -> tuple[str, ...]:
    """Return what is asked of a page, a sentence a filter."""
    return sentences(page.state, page.rows, page.document)


def _sections(page: DashboardPage, tell: Progress) -> Iterator[SectionContent]:
    count = 0
    for section in page.document.sections:
        assert isinstance(section, Section)
        read = []
        for panel in section.panels:
            reading = read_panel(page, panel)
            count += 1
            tell(count)
            if reading.fault != "absent":
                read.append(_content(reading))
        if read or section.text:
            yield SectionContent(section, tuple(read))


def _content(reading: PanelReading) -> PanelContent:
    if reading.answer is None:
        words = reading.words or _(_FAULTS.get(reading.fault, _FAULTS["failing"]))
        return PanelContent(reading, None, words)
    kind = PANEL_KINDS[reading.panel.kind]
    return PanelContent(
        reading, present(reading.panel, kind, reading.answer, ignored=reading.filters.ignored)
    )


_SHEET = "dashboards/paper/paper.css"
_FONTS = {"normal": "latin-wght-normal", "italic": "latin-wght-italic"}
_FONT_FOLDER = "vendor/atkinson/files/atkinson-hyperlegible-next-"
_HUE = re.compile(r"hue-([a-z0-9-]+)(?:\s+strength-(\d{1,3}))?")
# Pixels beside a drawing: its panel has a border and a padding, and stands apart from the next one.
AROUND = 40
# Rows of a table that may not fit in a page: its panel stands alone, and goes on on the next page.
LONG_ROWS = 20
# A panel that is drawn needs half of a narrow sheet, or five columns where another one stands at its side on the screen
# too; ``PaperRule`` says which kinds need less, or more.
_MIN_SHARED_SPAN, _FEW_SOURCES = 5, 2

Row = Sequence[tuple[PanelContent, int]]
"""Panels side by side, each with its span."""


@dataclass(frozen=True, slots=True)
class LaidOutPanel:
    """A panel in the file: ``span`` columns wide; ``body`` is what its kind writes, ``drawing`` its chart or map."""

    panel: Panel
    span: int
    fault: str = ""
    presentation: PanelPresentation | None = None
    drawing: Drawing = NO_DRAWING
    body: SafeString | str = ""
    table: SafeString | str = ""
    is_folded: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class LaidOutSection:
    """A section: ``rows`` hold the panels that stand side by side."""

    title: str
    text: SafeString
    rows: tuple[tuple[LaidOutPanel, ...], ...]


def document(content: DashboardContent, layout: PaperLayout) -> str:
    """Return the page. It asks nothing of anybody: its policy says so, and every picture is in it."""
    sections = tuple(_section(content, index, layout) for index in range(len(content.sections)))
    page, dashboard = content.page, content.page.dashboard
    address = f"{settings.PORTAL_ADDRESS}{reverse('dashboards:dashboard', args=[dashboard.slug])}"
    panels = [panel for section in sections for row in section.rows for panel in row]
    body = render_to_string(
        "dashboards/paper/document.html",
        {
            "content": content,
            "title": page.document.title,
            "summary": page.document.summary,
            "sections": sections,
            # One or two sources are written once, at the end.
            "has_own_sources": len(content.sources) > _FEW_SOURCES,
            "annex": _annex(panels, layout),
            "reader": page.visitor.username,
            "address": f"{address}?{page.state.query}" if page.state.query else address,
        },
    )
    return _assembled(page.document.title, body, layout)


def _section(content: DashboardContent, index: int, layout: PaperLayout) -> LaidOutSection:
    section = content.sections[index]
    rows = []
    for row in rows_of(section.panels, is_narrow=layout.is_narrow):
        total = sum(span for _panel, span in row)
        rows.append(tuple(_panel_of(content, panel, span, span / total, layout) for panel, span in row))
    return LaidOutSection(section.section.title, rendered(section.section.text), tuple(rows))


def _panel_of(
    content: DashboardContent, read: PanelContent, span: int, share: float, layout: PaperLayout
) -> LaidOutPanel:
    """Return a panel that takes ``share`` of the width of the sheet."""
    panel, presentation = read.reading.panel, read.presentation
    if presentation is None:
        return LaidOutPanel(panel, span, fault=read.fault)
    if presentation.answer.is_empty:
        return LaidOutPanel(panel, span, presentation=presentation)
    visitor, presentation = content.page.visitor, as_printed(presentation, is_narrow=layout.is_narrow)
    drawing = drawing_of(presentation, visitor, width=round(layout.drawing_width * share) - AROUND)
    close = partial(self_contained, origin=settings.PORTAL_ADDRESS, pictures=partial(photo_address, visitor))
    context = {"panel": presentation, "answer": presentation.answer}
    table = ""
    is_folded = layout.form is PaperForm.HTML and not drawing.is_missing
    if drawing.is_missing or (drawing.svg and (layout.has_tables or is_folded)):
        table = close(render_to_string("dashboards/panels/data_table.html", context))
    body = close(render_to_string(presentation.kind.template, context))
    return LaidOutPanel(panel, span, "", presentation, drawing, body, table, is_folded, is_long(read))


def span_of(panel: Panel, *, is_narrow: bool) -> int:
    """Return how many of the twelve columns of the sheet a panel takes: more of a narrow one, to stay readable."""
    small, default_span = (3, 6) if is_narrow else (2, 3)
    rule = PANEL_KINDS[panel.kind].paper
    if is_narrow and rule.fills_narrow:
        return COLUMNS
    return min(max(panel.width, small if rule.is_small else default_span), COLUMNS)


def is_long(panel: PanelContent) -> bool:
    """Whether a panel writes more rows than may fit in what is left of a page."""
    presentation = panel.presentation
    return (
        presentation is not None
        and not presentation.kind.paper.is_small
        and presentation.chart is None
        and not presentation.answer.has_drawing
        and len(presentation.rows) > LONG_ROWS
    )


def rows_of(
    panels: Iterable[PanelContent], *, is_narrow: bool
) -> Iterator[tuple[tuple[PanelContent, int], ...]]:
    """Put panels side by side, in their order, as many as a sheet is wide; each with its span."""
    row: list[tuple[PanelContent, int]] = []
    for panel in panels:
        span = COLUMNS if is_long(panel) else span_of(panel.reading.panel, is_narrow=is_narrow)
        longer_row = _with_panel(row, panel, span) if row else None
        if row and longer_row is None:
            yield tuple(row)
        row = [(panel, span)] if longer_row is None else list(longer_row)
    if row:
        yield tuple(row)


def _with_panel(row: Row, panel: PanelContent, span: int) -> Row | None:
    """Return a row with one panel more; None where it does not fit.

    Two drawings that stand side by side on the screen do on paper too: the larger one gives what the other needs.
    """
    panels_in_row = [*row, (panel, span)]
    excess = sum(width for _panel, width in panels_in_row) - COLUMNS
    if excess <= 0:
        return panels_in_row
    panels = [each.reading.panel for each, _span in panels_in_row]
    if len(panels_in_row) > 2 or is_long(panel) or sum(each.width for each in panels) > COLUMNS:
        return None
    rules = [PANEL_KINDS[each.kind].paper for each in panels]
    if any(rule.keeps_width or rule.is_small for rule in rules):
        return None
    spans = [max(each.width, _MIN_SHARED_SPAN) for each in panels]
    first = min(spans[0], COLUMNS - _MIN_SHARED_SPAN)
    return [(panels_in_row[0][0], first), (panel, COLUMNS - first)]


def _annex(panels: Sequence[LaidOutPanel], layout: PaperLayout) -> tuple[LaidOutPanel, ...]:
    """Return the panels whose data come at the end: those that are drawn, on paper; in a browser they unfold."""
    if layout.form is not PaperForm.PDF:
        return ()
    return tuple(panel for panel in panels if panel.table and not panel.drawing.is_missing)


def _assembled(title: str, body: str, layout: PaperLayout) -> str:
    style = "\n".join((_font_rules(), _tokens(), _page_rule(layout), _sheet(), hues(body)))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    language = get_language() or settings.LANGUAGE_CODE
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(digest))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def policy(digest: str) -> str:
    """Return the Content-Security-Policy of the page, which it says itself: nothing is fetched, nothing runs."""
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; font-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def hues(body: str) -> str:
    """Return the colours that a page names by classes, mixed with the paper as its style sheets would."""
    rules = []
    for name, strength in sorted(set(_HUE.findall(body))):
        if name in palette():
            selector = f".hue-{name}" + (f".strength-{strength}" if strength else "")
            rules.append(f"{selector}{{--hue:{colour(token(name, int(strength or 100) / 100), palette())}}}")
    return "\n".join(rules)


@lru_cache(maxsize=1)
def _tokens() -> str:
    """Return the tokens in the light: those of the dark follow the first condition of the sheet."""
    return _text("interface/design/tokens.css").partition("@media")[0]


@lru_cache(maxsize=1)
def _sheet() -> str:
    return _text(_SHEET)


def _page_rule(layout: PaperLayout) -> str:
    return f"@page {{ size: {layout.page_size} }}"


@lru_cache(maxsize=1)
def _font_rules() -> str:
    """Return the type of the portal with its letters in it."""
    rules = []
    for style, name in _FONTS.items():
        path = finders.find(f"{_FONT_FOLDER}{name}.woff2")
        assert isinstance(path, str)
        letters = base64.b64encode(Path(path).read_bytes()).decode()
        rules.append(
            f'@font-face {{ font-family: "Atkinson Hyperlegible Next Variable"; font-style: {style}; '
            f'font-weight: 200 800; src: url("data:font/woff2;base64,{letters}") format("woff2") }}'
        )
    return "\n".join(rules)


def _text(name: str) -> str:
    path = finders.find(name)
    assert isinstance(path, str), name
    return Path(path).read_text("utf-8")


# Seconds, measured on two cores: reading and drawing a panel, and laying the sheet out in a child that is awake.
_PANEL_S = {PaperForm.PDF: 0.5, PaperForm.HTML: 0.3}
_SHEET_S = {PaperForm.PDF: 2.0, PaperForm.HTML: 0.5}


def estimated_seconds(page: DashboardPage, layout: PaperLayout) -> float:
    """Return about how long the file takes."""
    return _SHEET_S[layout.form] + _PANEL_S[layout.form] * len(page.panels)


def write_paper(page: DashboardPage, layout: PaperLayout, *, progress: Progress | None = None) -> PaperFile:
    """Return a dashboard as a file.

    Raises:
        Busy, TooSlow, ExportFailed: as ``pdf_of``.
        django.db.Error: the database is away.
    """
    html = document(read_content(page, progress=progress), layout)
    content = pdf_of(html) if layout.form is PaperForm.PDF else html.encode()
    name = f"{page.dashboard.slug}-{localdate(page.visitor.instant)}.{layout.form.value}"
    return PaperFile(name, layout.media_type, content)
