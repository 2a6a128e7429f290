"""Panels in their page: the frame of each with its links and files, and panels as they are written, remembered.

A long table is many words: who reads a panel alike gets the same text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.documents.document import COLUMNS, Document, Panel, PanelQuestion, Section
from dashboards.filters.conditions import FilterTarget
from dashboards.filters.parsing import Pair
from dashboards.filters.presenters import rows_address
from dashboards.models import Dashboard
from dashboards.panels.downloads import TABLES as TABLES_OF_PANELS
from dashboards.panels.downloads import forms_of
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.markdown import rendered
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.grid import screens
from dashboards.reading.panels import (
    PanelFreshness,
    PanelReading,
    UnreadPanel,
    cached_panel,
    panel_freshness,
    read_panel,
)
from dashboards.registry import PANEL_KINDS
from interface import wording
from interface.shared_pages import leave_incomplete
from layers.aggregates.plan import FEATURE
from layers.queries.shared_answers import Answer, SharedAnswers
from layers.visitor import Visitor

MAX_HEIGHT = 12
LINE = 60
"""Letters of a text above the first panels that are always read in full."""
VIEW, TABLES = "vue", "tableaux"
# Where the age of a former answer is written, in the foot of a panel (``dashboards/panels/foot.html``).
_AGE = "<!--age-->"
_drawn_panels: SharedAnswers[SafeString] = SharedAnswers(
    "panel",
    4_000,
    encode=lambda html: html.encode(),
    decode=lambda content: SafeString(content.decode()),
    most=48 * 1024 * 1024,
)


@dataclass(frozen=True, slots=True)
class PanelDownload:
    """A file of a panel: its form, and where it is."""

    form: str
    address: str


@dataclass(frozen=True, slots=True)
class PanelFrame:
    """A panel in its page: the place it takes and its links; ``presentation`` once it was read, ``reading`` says why
    not.

    ``partial_layer`` is the slug of the layer of an empty panel whose visitor reads only some rows of it, else empty.
    ``names`` gives, as JSON, what the page calls the fields that marks of the panel filter by. ``html`` is the whole
    panel when it was drawn before: the rest is then left out. ``age_s``: it is the panel before a write of so many
    seconds ago.
    """

    panel: Panel
    address: str
    link: str
    rows: str
    names: str
    presentation: PanelPresentation | None = None
    reading: PanelReading | None = None
    downloads: tuple[PanelDownload, ...] = ()
    partial_layer: str = ""
    html: SafeString | None = None
    age_s: int | None = None

    @property
    def element(self) -> str:
        """The id of the panel in its page."""
        return f"panneau-{self.panel.id}"

    @property
    def size(self) -> str:
        """The classes that place it on the grid."""
        width = min(max(self.panel.width, 1), COLUMNS)
        return f"span-{width} rows-{min(max(self.panel.height, 1), MAX_HEIGHT)}"

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been read yet."""
        return self.reading is None


@dataclass(frozen=True, slots=True)
class SectionFrame:
    """A section of the page with its panels, or one ``screen`` of them; ``origin`` is where it comes from."""

    section: Section
    frames: tuple[PanelFrame, ...]
    origin: str
    text: SafeString
    screen: int = 1

    @property
    def element(self) -> str:
        """The name of the section in the ids of its page; each screen of a hall has its own."""
        return self.section.id if self.screen == 1 else f"{self.section.id}-{self.screen}"

    @property
    def is_text_long(self) -> bool:
        """Whether the text takes more than a line of a desk: above the first panels it begins folded."""
        return len(self.section.text) > LINE


def frame(
    page: DashboardPage, panel: Panel, reading: PanelReading | None = None, *, view: str = ""
) -> PanelFrame:
    """Return a panel as the page shows it: a skeleton when it was not read."""
    rows = page.rows_of(panel)
    arguments = [page.dashboard.slug, panel.id]
    pairs = [*page.state.pairs, *([(VIEW, view)] if view else [])]
    return PanelFrame(
        panel=panel,
        address=address_with(reverse("dashboards:panel", args=arguments), pairs),
        link=address_with(reverse("dashboards:panel", args=arguments), page.state.pairs),
        rows=_rows(page, panel, rows) if rows is not None else "",
        names=json.dumps(_names(rows, page.document)) if rows is not None else "{}",
        presentation=_presented(page, panel, reading, rows),
        reading=reading,
        downloads=_downloads(page, panel, reading),
        partial_layer=_partial_layer(reading, rows),
    )


def _partial_layer(reading: PanelReading | None, rows: FilterTarget | None) -> str:
    is_empty = reading is not None and reading.answer is not None and reading.answer.is_empty
    if rows is None or not is_empty or rows.scope.has_every_row or rows.scope.visitor.is_anonymous:
        return ""
    return rows.scope.slug


def _rows(page: DashboardPage, panel: Panel, rows: FilterTarget) -> str:
    """Return where the features of a panel are listed; where its records are narrowed, an address that finds them.

    Features of which the visitor reads statistics alone are listed nowhere; a link opens no page but its dashboard.
    """
    filters = page.filters_of(panel)
    by_record = reverse("dashboards:panel-features", args=[page.dashboard.slug, panel.id])
    if not rows.scope.can_read_rows:
        return ""
    if page.visitor.link is not None:
        return address_with(by_record, page.state.pairs)
    return rows_address(rows.scope, rows.question, filters) or address_with(by_record, page.state.pairs)


def _presented(
    page: DashboardPage, panel: Panel, reading: PanelReading | None, rows: FilterTarget | None
) -> PanelPresentation | None:
    if reading is None or reading.answer is None:
        return None
    return present(
        panel,
        PANEL_KINDS[panel.kind],
        reading.answer,
        ignored=reading.filters.ignored,
        address=_toggle(page, rows) if rows is not None else None,
    )


def _toggle(page: DashboardPage, rows: FilterTarget) -> Callable[[str, str], str]:
    """Return how a row of a panel gets the address of the page with its filter added or removed."""
    names, root = _names(rows, page.document), page_address(page.dashboard)

    def address(field: str, value: str) -> str:
        name = names.get(field, field.removeprefix(FEATURE))
        return address_with(root, page.state.toggled(name, value).pairs)

    return address


def _names(rows: FilterTarget, document: Document) -> dict[str, str]:
    """Return what the page calls the fields of these rows, where it is not their own name."""
    linked = {link.names[rows.key]: link.field for link in document.links if rows.key in link.names}
    return {own: name for own, name in linked.items() if own != name}


def forms_of_panel(
    page: DashboardPage, panel: Panel, answer: PanelAnswer, *, is_free: bool = False
) -> tuple[str, ...]:
    """Return the forms of file that a visitor may take a panel in; ``is_free`` leaves the right to download aside."""
    may_take = is_free or panel.question is None or may_take_data(page, panel, panel.question)
    return tuple(form for form in forms_of(answer) if may_take or form not in TABLES_OF_PANELS)


def may_take_data(page: DashboardPage, panel: Panel, question: PanelQuestion) -> bool:
    """Whether a visitor may take away the data of a panel: of its layer, and of the rasters that it reads."""
    rasters = [page.rasters[slug] for slug in PANEL_KINDS[panel.kind].rasters(panel) if slug in page.rasters]
    return page.scopes[question.layer].can_download and all(raster.can_download for raster in rasters)


def _downloads(page: DashboardPage, panel: Panel, reading: PanelReading | None) -> tuple[PanelDownload, ...]:
    if reading is None or reading.answer is None:
        return ()
    arguments = [page.dashboard.slug, panel.id]
    downloads = []
    for form in forms_of_panel(page, panel, reading.answer):
        address = reverse("dashboards:download", args=[*arguments, form])
        downloads.append(PanelDownload(form.upper(), address_with(address, page.state.pairs)))
    if PANEL_KINDS[panel.kind].has_map_file(panel):
        address = reverse("dashboards:standalone-map", args=arguments)
        downloads.append(PanelDownload(_("Carte HTML"), address_with(address, page.state.pairs)))
    return tuple(downloads)


def sections(
    page: DashboardPage,
    read: Callable[[Panel], PanelReading | None],
    *,
    view: str = "",
    find_cached: Callable[[Panel], PanelFrame | None] | None = None,
) -> list[SectionFrame]:
    """Return the sections of a page: ``read`` gives a panel or None, ``find_cached`` one drawn before."""
    section_frames = []
    for section in page.document.sections:
        assert isinstance(section, Section)
        frames = []
        for panel in section.panels:
            cached = find_cached(panel) if find_cached else None
            reading = read(panel) if cached is None else None
            if cached is None and reading is None:
                leave_incomplete()
            if reading is None or reading.fault != "absent":
                frames.append(cached or frame(page, panel, reading, view=view))
        origin = reverse("dashboards:dashboard", args=[section.origin]) if section.origin else ""
        section_frames.append(SectionFrame(section, tuple(frames), origin, rendered(section.text)))
    return section_frames


def on_screens(parts: Iterable[SectionFrame]) -> list[SectionFrame]:
    """Return sections of which each fills a hall screen: the panels of a long one follow on others."""
    cut = []
    for part in parts:
        by_name = {frame.panel.id: frame for frame in part.frames}
        for screen, names in enumerate(screens([frame.panel for frame in part.frames]), start=1):
            text = part.text if screen == 1 else SafeString()
            cut.append(replace(part, frames=tuple(by_name[name] for name in names), text=text, screen=screen))
    return cut


def page_address(dashboard: Dashboard) -> str:
    """Return the address of a dashboard."""
    return reverse("dashboards:dashboard", args=[dashboard.slug])


def address_with(address: str, pairs: list[Pair]) -> str:
    """Return an address with parameters."""
    return f"{address}?{urlencode(pairs)}" if pairs else address


def cached_frame(page: DashboardPage, panel: Panel, *, view: str, reader: Visitor) -> PanelFrame | None:
    """Return a panel that was drawn before, or whose answer is remembered; None for one that must be asked."""
    fresh = panel_freshness(page, panel, view)
    if fresh is None:
        return None
    answer = _drawn_panels.recent_if_stored(fresh.key, partial(_drawn, page, panel, view), reader)
    if answer is None:
        reading = cached_panel(page, panel)
        if reading is None or reading.answer is None:
            return None
        write = partial(_written, page, panel, reading, view)
        answer = Answer(_drawn_panels.recall(fresh.key, write))
    html = dated_html(answer)
    return PanelFrame(panel, address="", link="", rows="", names="", html=html, age_s=answer.age_s)


def draw(
    page: DashboardPage, panel: Panel, *, view: str, fresh: PanelFreshness | None, reader: Visitor
) -> Answer[SafeString]:
    """Write a panel as a part of its page, or return it as it was before a write, with its age (ADR 0058).

    ``reader`` is the person, also where the page is for the public; who wrote gets the current panel.

    Raises:
        UnreadPanel: it could not be read.
    """
    if fresh is None:
        return Answer(_drawn(page, panel, view))
    return _drawn_panels.recent(fresh.key, partial(_drawn, page, panel, view), reader)


def dated_html(answer: Answer[SafeString]) -> SafeString:
    """Return a panel with the age of its data in its foot, where it has one."""
    if answer.age_s is None:
        return answer.value
    before, _mark, after = answer.value.partition(_AGE)
    age = format_html(' <span class="data-age">· {}</span>', wording.data_age(answer.age_s))
    return SafeString(before + age + after)


def oldest(parts: Iterable[SectionFrame]) -> int | None:
    """Return the age of the oldest panel of some sections; None when all are current."""
    ages = [frame.age_s for part in parts for frame in part.frames if frame.age_s is not None]
    return max(ages, default=None)


def _drawn(page: DashboardPage, panel: Panel, view: str) -> SafeString:
    reading = read_panel(page, panel)
    if reading.fault:
        raise UnreadPanel(reading)
    return _written(page, panel, reading, view)


def fault_html(page: DashboardPage, panel: Panel, unread: UnreadPanel, *, view: str) -> SafeString:
    """Write the reason why a panel could not be read."""
    return _written(page, panel, unread.reading, view)


def _written(page: DashboardPage, panel: Panel, reading: PanelReading, view: str) -> SafeString:
    context = {"frame": frame(page, panel, reading, view=view), "mode": view}
    return render_to_string("dashboards/reading/panel.html", context)
