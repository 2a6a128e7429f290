"""A dashboard as one page of HTML that holds everything, opened from any disk or turned into PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from dashboards.documents.document import Panel, Section
from dashboards.filters.presenters import sentences
from dashboards.models import PaperForm
from dashboards.panels.markdown import rendered
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.paper.html import NO_DRAWING, Drawing, drawing_of, photo_address, self_contained
from dashboards.paper.layout import PaperFile, PaperLayout
from dashboards.paper.pages import fewest_pages
from dashboards.paper.rows import (
    DENSITIES,
    DRAWING_ROWS,
    MAX_PAGES,
    READABLE,
    ROOMY_ROWS,
    Density,
    PanelContent,
    PaperColumn,
    RowSize,
    is_long,
    rows_of,
    spared_row,
)
from dashboards.paper.style import assembled
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panels import PanelReading, read_panel
from dashboards.registry import PANEL_KINDS
from export_formats.pdf import Pdf, pdf_of

Progress = Callable[[int], None]
_FAULTS = {
    "slow": gettext_noop("Ce panneau était trop long à calculer quand le document a été établi."),
    "busy": gettext_noop("Trop de calculs étaient en cours quand le document a été établi."),
    "failing": gettext_noop("Ce panneau n’a pas pu être lu quand le document a été établi."),
}


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A section with the panels that its reader may see."""

    section: Section
    panels: tuple[PanelContent, ...]


@dataclass(frozen=True, slots=True)
class DashboardContent:
    """A dashboard read at one moment. ``filters`` are in words; ``sources`` say where data come from, and of when.

    ``drawings`` are those made, by panel and size.
    """

    page: DashboardPage
    moment: dt.datetime
    sections: tuple[SectionContent, ...]
    filters: tuple[str, ...]
    sources: tuple[str, ...]
    drawings: dict[tuple[str, float, int, float], Drawing] = field(default_factory=dict)


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
            reading = read_panel(page, replace(panel, height=DRAWING_ROWS))
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


ANNEX, LAST_ROW = "donnees", "fin"
"""The names, in the file, of the data of its panels, and of its last row of panels."""
_FEW_SOURCES = 2


@dataclass(frozen=True, slots=True)
class LaidOutPanel:
    """A panel in the file: ``body`` is what its kind writes, ``drawing`` its chart or map, ``table`` its data.

    ``note`` counts the rows that are not in the panel.
    """

    panel: Panel
    fault: str = ""
    presentation: PanelPresentation | None = None
    drawing: Drawing = NO_DRAWING
    body: SafeString | str = ""
    table: SafeString | str = ""
    note: str = ""
    is_folded: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class LaidOutColumn:
    """Panels one above the other, ``width`` thousandths of the sheet wide."""

    width: int
    panels: tuple[LaidOutPanel, ...]


@dataclass(frozen=True, slots=True)
class LaidOutRow:
    """Columns side by side; one that ``is_long`` may go on on the next page. ``name`` is its own in the file."""

    columns: tuple[LaidOutColumn, ...]
    is_long: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class LaidOutSection:
    """A section: its title stands with its first row, ``opening``; the last row of all stands with the sources."""

    title: str
    text: SafeString
    opening: LaidOutRow | None
    rows: tuple[LaidOutRow, ...]
    closing: LaidOutRow | None = None


def document(content: DashboardContent, layout: PaperLayout, density: Density = DENSITIES[0]) -> str:
    """Return the page. It asks nothing of anybody: its policy says so, and every picture is in it."""
    rows = [_rows(content, section, layout, density) for section in content.sections]
    if rows and rows[-1]:
        rows[-1] = (*rows[-1][:-1], replace(rows[-1][-1], name=LAST_ROW))
    page, dashboard = content.page, content.page.dashboard
    address = f"{settings.PORTAL_ADDRESS}{reverse('dashboards:dashboard', args=[dashboard.slug])}"
    panels = [panel for part in rows for row in part for column in row.columns for panel in column.panels]
    body = render_to_string(
        "dashboards/paper/document.html",
        {
            "content": content,
            "title": page.document.title,
            "summary": page.document.summary,
            "sections": _sections_of(content, rows),
            # One or two sources are written once, at the end.
            "has_own_sources": layout.form is PaperForm.HTML and len(content.sources) > _FEW_SOURCES,
            "annex": _annex(panels, layout),
            "annex_name": ANNEX,
            "reader": page.visitor.username,
            "address": f"{address}?{page.state.query}" if page.state.query else address,
        },
    )
    return assembled(page.document.title, body, layout, letters=density.letters, is_close=density.is_close)


def _sections_of(
    content: DashboardContent, rows: Sequence[Sequence[LaidOutRow]]
) -> tuple[LaidOutSection, ...]:
    """Return the sections, whose titles and last row stand alone on no page."""
    sections = []
    for index, (part, own) in enumerate(zip(content.sections, rows, strict=True)):
        opening, rest = (own[0], list(own[1:])) if own else (None, [])
        closing = rest.pop() if rest and index == len(rows) - 1 else None
        text = rendered(part.section.text)
        sections.append(LaidOutSection(part.section.title, text, opening, tuple(rest), closing))
    return tuple(sections)


def _rows(
    content: DashboardContent, part: SectionContent, layout: PaperLayout, density: Density
) -> tuple[LaidOutRow, ...]:
    rows = []
    for row in rows_of(part.panels, density, layout):
        size = spared_row(row, density, layout)
        columns = tuple(
            LaidOutColumn(
                size.share(column),
                tuple(_panel_of(content, panel, size, column) for panel in column.panels),
            )
            for column in row
        )
        rows.append(LaidOutRow(columns, any(is_long(panel, density) for panel in row[0].panels)))
    return tuple(rows)


def _panel_of(
    content: DashboardContent, read: PanelContent, size: RowSize, column: PaperColumn
) -> LaidOutPanel:
    """Return a panel of a row."""
    panel, complete = read.panel, read.presentation
    if complete is None:
        return LaidOutPanel(panel, fault=read.fault)
    if complete.answer.is_empty:
        return LaidOutPanel(panel, presentation=complete)
    layout, visitor, presentation = size.layout, content.page.visitor, size.printed[panel.id]
    drawing = _drawing(content, presentation, size, column)
    close = partial(self_contained, origin=settings.PORTAL_ADDRESS, pictures=partial(photo_address, visitor))
    is_folded = layout.form is PaperForm.HTML and not drawing.is_missing
    left_out = len(complete.rows) - len(presentation.rows)
    table = ""
    if drawing.is_missing or ((drawing.svg or left_out) and (layout.has_tables or is_folded)):
        context = {"panel": complete, "answer": complete.answer}
        table = close(render_to_string("dashboards/panels/data_table.html", context))
    body = close(
        render_to_string(presentation.kind.template, {"panel": presentation, "answer": presentation.answer})
    )
    return LaidOutPanel(
        panel, "", presentation, drawing, body, table,
        note=_left_out_words(left_out, has_table=bool(table)),
        is_folded=is_folded,
        is_long=is_long(read, size.density),
    )  # fmt: skip


def _drawing(
    content: DashboardContent, presentation: PanelPresentation, size: RowSize, column: PaperColumn
) -> Drawing:
    """Return the drawing of a panel, made once for every density in which it is as large."""
    width, scale, name = round(size.width(column), 1), size.density.scale, presentation.panel.id
    key = (name, width, size.drawing_height(name), scale)
    if key not in content.drawings:
        content.drawings[key] = drawing_of(
            presentation, content.page.visitor, width=width, height=key[2], scale=scale
        )
    return content.drawings[key]


def _left_out_words(count: int, *, has_table: bool) -> str:
    """Say how many rows of a panel are elsewhere, or not printed."""
    if not count:
        return ""
    if has_table:
        text = ngettext("%d autre ligne, dans les données.", "%d autres lignes, dans les données.", count)
    else:
        text = ngettext(
            "%d autre ligne, dans le tableau de bord.", "%d autres lignes, dans le tableau de bord.", count
        )
    return text % count


def _annex(panels: Sequence[LaidOutPanel], layout: PaperLayout) -> tuple[LaidOutPanel, ...]:
    """Return the panels whose data come at the end, on paper; in a browser they unfold."""
    if layout.form is not PaperForm.PDF:
        return ()
    return tuple(panel for panel in panels if panel.table and not panel.drawing.is_missing)


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
    read = read_content(page, progress=progress)
    content = _pdf(read, layout) if layout.form is PaperForm.PDF else document(read, layout).encode()
    name = f"{page.dashboard.slug}-{localdate(page.visitor.instant)}.{layout.form.value}"
    return PaperFile(name, layout.media_type, content)


def _pdf(content: DashboardContent, layout: PaperLayout) -> bytes:
    """Return the PDF in the widest density that has as few pages as the count before said, else the fewest.

    Pages of data at its end are not counted. Where the last page has nothing but the end of a table, the next density
    is taken if it has a page less.
    """
    first, least = fewest_pages([(part.section.text, part.panels) for part in content.sections], layout)
    made: list[tuple[Density, Pdf]] = []
    for index, density in enumerate(DENSITIES[first:], first):
        if index >= READABLE and made and _fewest(made) <= MAX_PAGES:
            break
        made.append((density, pdf_of(document(content, layout, density))))
        enough = [pdf for _density, pdf in made if pdf.pages_before(ANNEX) <= min(least, MAX_PAGES)]
        if len(enough) > 1 or (enough and not _goes_on(enough[0])):
            break
    return _with_more_rows(content, layout, *min(made, key=lambda each: each[1].pages_before(ANNEX)))


def _fewest(made: Sequence[tuple[Density, Pdf]]) -> int:
    return min(pdf.pages_before(ANNEX) for _density, pdf in made)


def _goes_on(pdf: Pdf) -> bool:
    """Whether the last row of panels starts on an earlier page than the last."""
    return pdf.pages_before(LAST_ROW) < pdf.pages_before(ANNEX) - 1


def _with_more_rows(content: DashboardContent, layout: PaperLayout, density: Density, pdf: Pdf) -> bytes:
    """Return the PDF with more rows of its tables, where they fit in what its pages leave."""
    is_cut = any(panel.row_count > density.rows for part in content.sections for panel in part.panels)
    if density.rows >= ROOMY_ROWS or not is_cut:
        return pdf.content
    roomy = pdf_of(document(content, layout, replace(density, spare_rows=ROOMY_ROWS)))
    return roomy.content if roomy.pages_before(ANNEX) <= pdf.pages_before(ANNEX) else pdf.content
