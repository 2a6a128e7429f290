"""What a kind of panel is: one object, in a folder of its own, that says all that the portal does with it.

``PanelKind`` has plain defaults, and a kind overrides what differs: how it reads, what it obeys of a question, how a
question is made to fit it, its settings, its words, its shape in small and on paper. What it takes and gives are the
values above it. The kinds stand in ``dashboards.registry.PANEL_KINDS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.controls import ChoiceGroup, EditedPanel, PanelControl
from dashboards.panels.options import Schema
from dashboards.panels.sentences import groups_sentence, rows_sentence
from dashboards.panels.stated_periods import day_of_data, last_day_before, last_stated_day
from dashboards.sources.source import PanelSource
from dashboards.sources.words import TITLE_MAX, groups_title
from interface import wording
from interface.standalone.document import StandaloneMap
from interface.territory import CommuneShape
from layers.access import RasterScope, Scope
from layers.definitions import Text
from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery
from layers.visitor import Visitor

COLOUR_LABEL, COLOUR_PHRASE = _("Couleur"), _("en couleur selon {}")


@dataclass(frozen=True, slots=True)
class PanelRequest:
    """A panel requested by a visitor: ``query`` selects the rows of ``scope``, with the filters of the page in it.

    ``unfiltered_query`` is the same selection without the filters of the page, for the pale background; None when the
    page has none. ``territory`` is the same selection with every filter of the page but its communes, for comparison;
    None without a filter on communes. ``chosen`` are the page's conditions on fields of the features, by name, as in
    its address; ``without_filters`` selects without some of these, for a panel that offers values. ``rasters`` are
    those of the page that the visitor sees, by slug. ``ignored`` are the page filters that the panel does not follow,
    by title.
    """

    panel: Panel
    question: PanelQuestion
    visitor: Visitor
    scope: Scope
    query: FeatureQuery
    unfiltered_query: FeatureQuery | None = None
    territory: FeatureQuery | None = None
    ignored: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without_filters: Callable[[Collection[str]], FeatureQuery] | None = None
    rasters: Mapping[str, RasterScope] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> FeatureQuery:
        """Return the selection without the page's conditions on some fields."""
        is_filtered = any(name in self.chosen for name in names)
        return self.without_filters(names) if is_filtered and self.without_filters is not None else self.query

    def option(self, name: str, default: Any = None) -> Any:
        """Return an option of the panel; its schema was checked when the document was read."""
        return self.panel.options.get(name, default)

    @property
    def decimals(self) -> int | None:
        """The decimals of computed numbers, where the document says some; kinds of plans name a field."""
        value = self.option("decimals")
        return value if isinstance(value, int) else None

    def answer(
        self,
        table: PanelTable,
        *,
        matched: int | None,
        value: float | None = None,
        is_year: bool = False,
        unit: str = "",
        spec: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        has_drawing: bool = False,
        is_empty: bool | None = None,
        notes: Sequence[str] = (),
        until: dt.date | None = None,
    ) -> PanelAnswer:
        """Return the answer of the panel with its source; empty without rows, or if ``is_empty``.

        ``until`` is the last day that the rows are about; by default that of the last period of the table.
        """
        decimals = self.decimals
        return PanelAnswer(
            table=table if decimals is None else table.with_decimals(decimals),
            matched=matched,
            value=value,
            is_year=is_year,
            decimals=decimals,
            unit=unit,
            source=self.panel.source or self.scope.layer.title,
            date=self._data_day(until or table.until),
            spec=spec,
            context=context,
            has_drawing=has_drawing,
            is_empty=not table.rows if is_empty is None else is_empty,
            notes=tuple(note for note in (*notes, self._last_data_words()) if note),
        )

    @property
    def last_day_before(self) -> dt.date | None:
        """The last day of the data, where it lies before the period that the conditions of the panel state."""
        return last_day_before(self.scope, self.question, self.query)

    def _last_data_words(self) -> str:
        day = self.last_day_before
        return "" if day is None else _("Dernières données : %(day)s.") % {"day": wording.day(day)}

    def _data_day(self, until: dt.date | None) -> dt.date | None:
        """Return the day of the data: that of the rows that are shown, where they end long before the last change."""
        return day_of_data(self.scope, until or last_stated_day(self.scope, self.question, self.query))


@dataclass(frozen=True, slots=True)
class PanelTable:
    """What a panel shows as a table: ``rows`` of plain values, French words are made of them by ``interface.wording``.

    ``filters`` gives, for each row, the page filter that a click on it sets: (field, value) or None. The value is a
    code, or ``start/end``: of a period, its first and its last day; of a bin of numbers, its start, which it holds, and
    that of the next, which it does not. ``features`` gives, for each row, the id of the feature it is; none for groups.
    ``until`` is the last day of the last of periods, ``running`` the indexes of the rows of a period that is not over.
    """

    columns: tuple[PanelColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    filters: tuple[tuple[str, str] | None, ...] = ()
    features: tuple[int | None, ...] = ()
    until: dt.date | None = None
    running: frozenset[int] = frozenset()

    def with_decimals(self, decimals: int) -> PanelTable:
        """Return the table whose numbers have so many decimals, but in columns of whole ones."""
        columns = tuple(
            replace(column, decimals=decimals)
            if column.is_number and any(isinstance(row[index], float | Decimal) for row in self.rows)
            else column
            for index, column in enumerate(self.columns)
        )
        return replace(self, columns=columns)


@dataclass(frozen=True, slots=True)
class PanelColumn:
    """A column of a panel's table.

    ``is_bar`` has percents, drawn as a bar beside their words; ``states`` are what its words mean, by words.
    ``is_rounded``: numbers are computed, and written as precisely as a reader needs; ``decimals`` are those of the
    document.
    """

    name: str
    title: str
    unit: str = ""
    is_number: bool = False
    is_bar: bool = False
    is_rounded: bool = False
    decimals: int | None = None
    states: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """The values that a panel shows.

    ``value`` is the number that a notice compares and a key figure shows, an amount unless it ``is_year``; ``context``
    what the kind's template needs; ``spec`` a Vega-Lite specification with its data inlined, None for kinds drawn by
    HTML alone, of which some are a drawing all the same (``has_drawing``). ``unit``, ``source`` and ``date`` (the day
    of the data) stand under the panel; ``matched`` is how many rows were selected, None when the count is
    suppressed. ``notes`` say what is left out, and why.
    """

    table: PanelTable
    matched: int | None
    value: float | None = None
    is_year: bool = False
    decimals: int | None = None
    unit: str = ""
    source: str = ""
    date: dt.date | None = None
    spec: Mapping[str, Any] | None = None
    context: Mapping[str, Any] | None = None
    has_drawing: bool = False
    is_empty: bool = False
    notes: tuple[str, ...] = ()


class KeyFamily(Enum):
    """What a group key is made of, as the list of keys offers it."""

    LISTED = "listed"
    PERIODS = "periods"
    YEARS = "years"
    BINS = "bins"
    NUMBERS = "numbers"
    TEXTS = "texts"


ALL_FAMILIES = (
    KeyFamily.LISTED,
    KeyFamily.PERIODS,
    KeyFamily.YEARS,
    KeyFamily.BINS,
    KeyFamily.TEXTS,
)


@dataclass(frozen=True, slots=True)
class KeyRule:
    """The group keys that a kind draws, from ``minimum`` to ``maximum``; columns that are series make one.

    ``families`` are those of the first key. ``label`` names the control of the second one, ``phrase`` says it in a
    sentence. More than ``maximum`` may be ``offered``, and fewer than ``minimum`` be ``needed``, where a key more or
    less makes another kind of the panel (``kind_for``).
    """

    minimum: int
    maximum: int
    families: tuple[KeyFamily, ...] = ALL_FAMILIES
    label: Text = COLOUR_LABEL
    phrase: Text = COLOUR_PHRASE
    offered: int | None = None
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A question made to fit a kind, and the options that go with it."""

    question: PanelQuestion
    options: Mapping[str, Any] = field(default_factory=dict)


class Glyph(Enum):
    """The shape of a panel in the sketch of a document."""

    BARS = "bars"
    LINE = "line"
    ROWS = "rows"
    MAP = "map"
    RING = "donut"
    FIGURE = "figure"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MiniatureDrawing:
    """Paths of SVG with their classes; ``is_stretched``: they fill their tile, whatever its shape."""

    paths: tuple[tuple[str, str], ...]
    box: str
    is_stretched: bool = True


@dataclass(frozen=True, slots=True)
class Miniature:
    """What a panel shows as small as a card: a value with its period, some lines, or a drawing; else its pictogram."""

    value: str = ""
    period: str = ""
    unit: str = ""
    total: str = ""
    gauge: int | None = None
    lines: tuple[tuple[str, str], ...] = ()
    drawing: MiniatureDrawing | None = None


@dataclass(frozen=True, slots=True)
class PaperRule:
    """How a kind stands on paper.

    What ``is_small`` fits in a quarter of a narrow sheet. The template of one that ``is_written`` writes all that it
    shows: it is about ``base`` pixels high, and ``row`` more for each row of its table, of which there are about
    ``rows`` before it is read; one that ``is_table`` is as high as its texts. ``around`` is the height of what a
    template writes around a drawing besides its legend, ``stretch`` how much higher a drawing is than a chart, and
    ``least`` the pixels across without which its words or photos stand one under the other.
    """

    is_small: bool = False
    is_written: bool = False
    is_table: bool = False
    base: int = 40
    row: int = 18
    rows: int = 10
    around: int = 0
    stretch: float = 1
    least: int = 0


@dataclass(frozen=True, slots=True)
class PaperLimits:
    """What a panel may hold on a sheet: columns of a narrow one, rows of a table, photos."""

    is_narrow: bool = False
    rows: int = 1_000
    photos: int = 1_000


def first_rows(answer: PanelAnswer, most: int, *lists: str) -> PanelAnswer:
    """Return an answer with the first rows of its table, and of the ``lists`` of its context that follow them."""
    table, context = answer.table, dict(answer.context or {})
    shorter = replace(
        table, rows=table.rows[:most], filters=table.filters[:most], features=table.features[:most]
    )
    context |= {name: context[name][:most] for name in lists}
    return replace(answer, table=shorter, context=context)


@dataclass(frozen=True, slots=True)
class PanelDrawing:
    """What a panel draws, in SVG, and what the drawing leaves out; without SVG nothing could be drawn."""

    svg: str
    notes: tuple[str, ...] = ()


class PanelKind:
    """A kind of panel: the defaults are those of listed rows; a kind overrides what differs.

    ``name`` is the word of documents, never changed once it is published. ``short_title`` names it in the grid of the
    builder and on a layer's page, ``size`` is how many columns and rows it takes when it is put on a page,
    ``options`` the JSON Schema (draft 2020-12) of ``Panel.options``, ``template`` the HTML drawn around or in place
    of its chart. A kind that does not need a question has ``read_static`` instead of ``read``. Without ``shows_rows``
    it shows groups and measures alone, and may query a layer whose statistics alone are open.
    """

    name: str
    title: Text
    short_title: Text = ""
    icon: str
    size: tuple[int, int] = (6, 4)
    options: Schema
    template: str
    needs_question: bool = True
    shows_rows: bool = True

    # What it obeys of a question, and so what its settings offer. ``keys`` are None for a kind of rows; ``measures`` is
    # how many it draws, never fewer with ``has_fixed_measures``; groups that ``is_additive`` make a whole,
    # which is written where it ``shows_total``.
    keys: KeyRule | None = None
    measures: int = 1
    has_fixed_measures: bool = False
    is_additive: bool = False
    shows_total: bool = False
    has_series: bool = False
    has_columns: bool = False
    has_order: bool = True
    has_filter: bool = True
    has_notice: bool = True

    # How it is seen in the builder, in small and on paper; ``phrase`` is its sentence about rows.
    is_resized: bool = True
    phrase: Text = ""
    shape: Glyph = Glyph.TEXT
    paper: PaperRule = PaperRule()

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Query the kernel in one statement, and return the content of the panel.

        Raises:
            LayersError: what the document asks is not there for this visitor, or cannot be shown.
        """
        raise NotImplementedError

    def read_static(self, panel: Panel) -> PanelAnswer:
        """Return the content of a panel without a question, the same for every reader."""
        raise NotImplementedError

    def other_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return the layers that a panel reads and its question does not name: its answer depends on them too."""
        return ()

    def needed_layers(self, panel: Panel) -> tuple[str, ...]:
        """Return those of ``other_layers`` without which there is no panel: who does not read them has none."""
        return ()

    def rasters(self, panel: Panel) -> tuple[str, ...]:
        """Return the rasters that a panel reads."""
        return ()

    def shows_groups(self, panel: Panel) -> bool:
        """Whether a panel shows groups: one that shows rows has no measure."""
        return self.keys is not None and panel.question is not None

    def obeys_order(self, panel: Panel) -> bool:
        """Whether a panel reads the sort and the limit of its question."""
        return self.has_order

    def unsuitable(self, source: PanelSource) -> str:
        """Say why the kind cannot show a source; empty when it can."""
        return ""

    def unsuitable_question(self, source: PanelSource, question: PanelQuestion) -> str:
        """Say why the kind cannot show a question on a source; empty when it can."""
        return ""

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the rows that the kind reads of a source: its photos, its deadlines, the features."""
        return source

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return a question made to fit: what suits stays, what lacks is chosen."""
        raise NotImplementedError

    def refit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question of a panel that is of this kind already, after a change."""
        return self.fit(source, question)

    def kind_for(self, question: PanelQuestion) -> str:
        """Return the name of the kind that a question makes of the panel: bars that are parted are stacked."""
        return self.name

    def question_controls(self, edited: EditedPanel) -> list[PanelControl]:
        """Return controls of the question that this kind alone has."""
        return []

    def column_controls(self, edited: EditedPanel) -> list[PanelControl]:
        """Return the controls of what it draws along its axes, in place of columns."""
        return []

    def option_groups(self, edited: EditedPanel, name: str) -> list[ChoiceGroup] | None:
        """Return the values of an option that no schema can say; None for the others."""
        return None

    def with_option(self, edited: EditedPanel, name: str, value: Any) -> Panel | None:
        """Return a panel after an option that changes its question; None for an option that does not."""
        return None

    def default_title(self, panel: Panel, source: PanelSource) -> str:
        """Return the default title of a panel."""
        if panel.question is None:
            return ""
        try:
            return self.question_title(panel.question, source)[:TITLE_MAX]
        except InvalidParameter:
            return source.title

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name what a question shows, in a few words."""
        return groups_title(question, source)

    def sentence(self, panel: Panel, question: PanelQuestion, source: PanelSource) -> SafeString:
        """Say what a panel shows, before its conditions and its order.

        Raises:
            InvalidParameter: a measure or a key that is none.
        """
        if self.shows_groups(panel):
            return groups_sentence(question, source, second=self.keys.phrase if self.keys else "")
        return rows_sentence(question, source, phrase=self.phrase)

    def glyph(self, panel: Panel) -> Glyph:
        """Return the shape of a panel in a sketch."""
        return self.shape

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return what an answer shows as small as a card.

        Raises:
            TooSlow: the features of a map could not be read in time.
        """
        return Miniature()

    def written_rows(self, answer: PanelAnswer) -> int:
        """Return how many rows its template writes."""
        return len(answer.table.rows)

    def fills_narrow(self, answer: PanelAnswer) -> bool:
        """Whether an answer needs the whole width of a narrow sheet."""
        return False

    def printed(self, answer: PanelAnswer, limits: PaperLimits) -> PanelAnswer:
        """Return an answer as paper has it."""
        return answer

    def picture(
        self, answer: PanelAnswer, visitor: Visitor, *, width: float, height: float
    ) -> PanelDrawing | None:
        """Return what an answer draws in place of a chart, in so many pixels; None without such a drawing.

        Raises:
            LayersError: it could not be drawn now.
        """
        return None

    def has_map_file(self, panel: Panel) -> bool:
        """Whether a panel is a map, which can be downloaded as one file."""
        return False

    def map_file(self, request: PanelRequest, *, filters: Sequence[str] = ()) -> StandaloneMap:
        """Return the map of a panel as one file; ``filters`` are those of the page, in words.

        Raises:
            Forbidden: who asks may not download the layer whose features the file would hold.
            LayersError: as ``read``.
        """
        raise NotImplementedError
