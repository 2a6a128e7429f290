"""What a kind of panel is: a row of ``dashboards.registry.PANEL_KINDS``, and a folder of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboards.documents.document import Panel, PanelQuestion
from layers.access import RasterScope, Scope
from layers.definitions import Text
from layers.parsing import FeatureQuery
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PanelRequest:
    """A panel asked by a visitor: ``query`` selects the rows of ``scope``, with the filters of the page already in it.

    ``others`` is the same selection without the filters of the page, for what is shown pale behind (None when the page
    has none). ``territory`` is the same selection with every filter of the page but its communes (None when it asks
    none): what a commune is compared with. ``chosen`` is what the page asks of fields of the features, by name, as its
    address says it; ``widened`` selects without some of these: a panel that offers values shows those that were not
    chosen too. ``rasters`` are those of the page that the visitor sees, by slug. ``ignored`` are the page filters that
    this panel's layer does not know, by title.
    """

    panel: Panel
    question: PanelQuestion
    visitor: Visitor
    scope: Scope
    query: FeatureQuery
    others: FeatureQuery | None = None
    territory: FeatureQuery | None = None
    ignored: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    widened: Callable[[Collection[str]], FeatureQuery] | None = None
    rasters: Mapping[str, RasterScope] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> FeatureQuery:
        """Return the selection without what the page asks of some fields."""
        is_asked = any(name in self.chosen for name in names)
        return self.widened(names) if is_asked and self.widened is not None else self.query


@dataclass(frozen=True, slots=True)
class PanelTable:
    """What a panel shows as a table: ``rows`` of plain values, French words are made of them by ``interface.wording``.

    ``filters`` gives, for each row, the page filter that a click on it sets: (field, value) or None. The value is a
    code, or ``start/end``: of a period, its first and its last day; of a bin of numbers, its start, which it holds, and
    that of the next, which it does not. ``features`` gives, for each row, the id of the feature it is; none for groups.
    """

    columns: tuple[PanelColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    filters: tuple[tuple[str, str] | None, ...] = ()
    features: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class PanelColumn:
    """A column of a panel's table.

    ``is_bar`` has percents, drawn as a bar beside their words; ``states`` are what its words mean, by words. Numbers
    that ``is_rounded`` says are computed: they are written as precise as a reader needs.
    """

    name: str
    title: str
    unit: str = ""
    is_number: bool = False
    is_bar: bool = False
    is_rounded: bool = False
    states: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """What a panel has to show.

    ``value`` is the number that a notice compares and a key figure shows, an amount unless it ``is_year``; ``context``
    what the kind's template needs; ``spec`` a Vega-Lite specification with its data inlined, None for kinds drawn by
    HTML alone. ``unit``, ``source`` and ``date`` (last change of the data) are told under the panel; ``matched`` is how
    many rows were selected, None when they are too few to be told. ``notes`` tell
    what is not shown, and why.
    """

    table: PanelTable
    matched: int | None
    value: float | None = None
    is_year: bool = False
    unit: str = ""
    source: str = ""
    date: dt.datetime | None = None
    spec: Mapping[str, Any] | None = None
    context: Mapping[str, Any] | None = None
    is_empty: bool = False
    notes: tuple[str, ...] = ()


def no_layer(_panel: Panel) -> tuple[str, ...]:
    """Return the layers that a panel reads beside that of its question: none."""
    return ()


@dataclass(frozen=True, slots=True)
class PanelKind:
    """A row of the table of kinds.

    ``options`` is the JSON Schema (draft 2020-12) of ``Panel.options``; ``template`` the HTML drawn around or in place
    of the chart; ``read`` asks the kernel in one statement and returns the answer. A kind that asks nothing has
    ``read_alone`` too, which needs neither visitor nor layer. ``other_layers`` names those that a panel reads beside
    that of its question: what is remembered of it depends on their rights and their data too. ``rasters`` names the
    rasters that it reads. A kind that ``is_counted`` shows groups and measures alone, never a row: it may ask a layer
    whose statistics alone are open.
    """

    name: str
    title: Text
    icon: str
    options: Mapping[str, Any]
    template: str
    read: Callable[[PanelRequest], PanelAnswer]
    needs_question: bool = True
    read_alone: Callable[[Panel], PanelAnswer] | None = None
    other_layers: Callable[[Panel], tuple[str, ...]] = no_layer
    rasters: Callable[[Panel], tuple[str, ...]] = no_layer
    is_counted: bool = False
