"""What the templates of a dashboard need: the frame of each panel, the bar of filters, the links."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dashboards.documents.document import COLUMNS, Document, Panel, PanelQuestion, Section
from dashboards.filters.conditions import QuestionRows
from dashboards.filters.parsing import COMMUNE, OPEN_END, PERIOD, PageState, Pair, Period
from dashboards.filters.presenters import FilterChip, chips, period_words, rows_address
from dashboards.models import Dashboard
from dashboards.panels.downloads import TABLES as TABLES_OF_PANELS
from dashboards.panels.downloads import forms_of
from dashboards.panels.kinds import PanelAnswer
from dashboards.panels.markdown import rendered
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.main_rows import MainRows
from dashboards.reading.panels import PanelReading
from dashboards.registry import PANEL_KINDS
from interface import territory
from layers.aggregates.plan import FEATURE

MAX_HEIGHT = 12
VIEW, TABLES = "vue", "tableaux"
TYPED_PERIOD = ("de", "a")


@dataclass(frozen=True, slots=True)
class PanelDownload:
    """A file of a panel: its form, and where it is."""

    form: str
    address: str


@dataclass(frozen=True, slots=True)
class PanelFrame:
    """A panel in its page: its place and its links; ``shown`` once it was read, ``reading`` says why not.

    ``names`` gives, as JSON, what the page calls the fields that marks of the panel filter by. ``html`` is the whole
    panel when it was drawn before: the rest is then left out.
    """

    panel: Panel
    address: str
    link: str
    rows: str
    names: str
    shown: PanelPresentation | None = None
    reading: PanelReading | None = None
    downloads: tuple[PanelDownload, ...] = ()
    html: SafeString | None = None

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
class FramedSection:
    """A section of the page with its panels; ``origin`` is the address of the dashboard that it comes from."""

    section: Section
    frames: tuple[PanelFrame, ...]
    origin: str
    text: SafeString


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """A commune that the page may be narrowed to."""

    code: str
    name: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A usual period, and the page under it."""

    words: str
    query: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filters of the page, how many features match, the address of their list, and other filters to add."""

    chips: tuple[FilterChip, ...]
    main: MainRows | None
    rows: str
    communes: tuple[CommuneChoice, ...]
    periods: tuple[PeriodChoice, ...]
    fields: tuple[tuple[str, str], ...]
    period: Period | None
    state: PageState

    def kept(self, name: str) -> list[Pair]:
        """Return what a form about one filter must send back of the others."""
        return [pair for pair in self.state.pairs if pair[0] != name]

    @property
    def kept_by_communes(self) -> list[Pair]:
        """What the form of communes sends back."""
        return self.kept(COMMUNE)

    @property
    def kept_by_period(self) -> list[Pair]:
        """What the form of the period sends back."""
        return self.kept(PERIOD)

    @property
    def has_counts(self) -> bool:
        """Whether the features were counted."""
        return self.main is not None and self.main.matched is not None


def frame(
    page: DashboardPage, panel: Panel, reading: PanelReading | None = None, *, view: str = ""
) -> PanelFrame:
    """Return a panel as the page shows it: a skeleton when it was not read."""
    rows = page.rows_of(panel)
    arguments = [page.dashboard.slug, panel.id]
    pairs = [*page.state.pairs, *([(VIEW, view)] if view else [])]
    return PanelFrame(
        panel=panel,
        address=_with(reverse("dashboards:panel", args=arguments), pairs),
        link=_with(reverse("dashboards:panel", args=arguments), page.state.pairs),
        rows=_rows(page, panel, rows) if rows is not None else "",
        names=json.dumps(_names(rows, page.document)) if rows is not None else "{}",
        shown=_presented(page, panel, reading, rows),
        reading=reading,
        downloads=_downloads(page, panel, reading),
    )


def _rows(page: DashboardPage, panel: Panel, rows: QuestionRows) -> str:
    """Return where the features of a panel are listed; where its records are narrowed, an address that finds them.

    Features of which the visitor reads statistics alone are listed nowhere.
    """
    filters = page.filters_of(panel)
    by_record = reverse("dashboards:panel-features", args=[page.dashboard.slug, panel.id])
    if not rows.scope.tells_rows:
        return ""
    return rows_address(rows.scope, rows.question, filters) or _with(by_record, page.state.pairs)


def _presented(
    page: DashboardPage, panel: Panel, reading: PanelReading | None, rows: QuestionRows | None
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


def _toggle(page: DashboardPage, rows: QuestionRows) -> Callable[[str, str], str]:
    """Return how a row of a panel gets the address of the page with its filter added or removed."""
    names, root = _names(rows, page.document), page_address(page.dashboard)

    def address(field: str, value: str) -> str:
        name = names.get(field, field.removeprefix(FEATURE))
        return _with(root, page.state.toggled(name, value).pairs)

    return address


def _names(rows: QuestionRows, document: Document) -> dict[str, str]:
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
        downloads.append(PanelDownload(form.upper(), _with(address, page.state.pairs)))
    if PANEL_KINDS[panel.kind].has_map_file(panel):
        address = reverse("dashboards:standalone-map", args=arguments)
        downloads.append(PanelDownload(_("Carte HTML"), _with(address, page.state.pairs)))
    return tuple(downloads)


def sections(
    page: DashboardPage,
    read: Callable[[Panel], PanelReading | None],
    *,
    view: str = "",
    drawn: Callable[[Panel], PanelFrame | None] | None = None,
) -> list[FramedSection]:
    """Return the sections of a page: ``read`` gives a panel or None for a skeleton, ``drawn`` those drawn before."""
    framed = []
    for section in page.document.sections:
        assert isinstance(section, Section)
        frames = []
        for panel in section.panels:
            cached = drawn(panel) if drawn else None
            reading = read(panel) if cached is None else None
            if reading is None or reading.fault != "absent":
                frames.append(cached or frame(page, panel, reading, view=view))
        origin = reverse("dashboards:dashboard", args=[section.origin]) if section.origin else ""
        framed.append(FramedSection(section, tuple(frames), origin, rendered(section.text)))
    return framed


def filter_bar(page: DashboardPage, main: MainRows | None) -> FilterBar:
    """Return the bar of filters; ``main`` are the main rows of the page, counted or not."""
    state = page.state
    is_placed = any(part.has_commune for part in page.rows)
    declared = {part.kind: part for part in page.document.filters}
    offered = territory.choices(page.visitor.portal) if is_placed and "commune" in declared else []
    fields = [(part.field, part.title) for part in page.document.filters if part.kind == "values"]
    return FilterBar(
        chips=tuple(chips(state, page.rows, page.document)),
        main=main,
        rows=rows_address(main.scope, main.rows.question, main.filters) if main is not None else "",
        communes=tuple(CommuneChoice(each.code, each.nom, each.code in state.communes) for each in offered),
        periods=_periods(state) if "period" in declared else (),
        fields=tuple(fields),
        period=state.period,
        state=state,
    )


def _periods(state: PageState) -> tuple[PeriodChoice, ...]:
    """Return the usual periods: the last twelve months, this year, the one before."""
    today = timezone.localdate()
    last = today.replace(year=today.year - 1, day=min(today.day, 28))
    named = [
        (_("12 derniers mois"), Period(last, today)),
        ("", Period(today.replace(month=1, day=1), today.replace(month=12, day=31))),
        (
            "",
            Period(
                today.replace(year=today.year - 1, month=1, day=1),
                today.replace(year=today.year - 1, month=12, day=31),
            ),
        ),
    ]
    choices = [
        PeriodChoice(
            words or period_words(period),
            urlencode(state.asking(PERIOD, [str(period)]).pairs),
            state.period == period,
        )
        for words, period in named
    ]
    everything = PeriodChoice(
        _("Toutes les dates"), urlencode(state.asking(PERIOD, ()).pairs), state.period is None
    )
    return (everything, *choices)


def under_period(page: DashboardPage, first: str, last: str) -> str:
    """Return the address of the page under the two days of a form; either may be empty.

    Raises:
        InvalidParameter: what is no day.
    """
    periods = [f"{first or OPEN_END}/{last or OPEN_END}"] if first or last else []
    return _with(page_address(page.dashboard), page.state.asking(PERIOD, periods).pairs)


def page_address(dashboard: Dashboard) -> str:
    """Return the address of a dashboard."""
    return reverse("dashboards:dashboard", args=[dashboard.slug])


def _with(address: str, pairs: list[Pair]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address
