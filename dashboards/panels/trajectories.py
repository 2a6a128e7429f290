"""Rows on a trajectory: which fields say what, how they are read, their amounts in words, their small curve."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import plain_question
from dashboards.panels.kinds import Fit, PanelKind, PanelRequest
from dashboards.panels.options import NAME, TEXT, Schema, role, titled
from dashboards.panels.queries import narrowed_by
from dashboards.panels.states import STATE_NEEDED, PanelState, States, states_of
from dashboards.panels.tables import PanelRows, list_rows
from dashboards.sources.keys import own_codes, own_numbers
from dashboards.sources.source import FieldRole, PanelSource, panel_source
from interface.titles import row_title
from interface.wording import HARD_SPACE, difference_unit, number, unit
from layers import queries
from layers.definitions import Relation, Text
from layers.parsing import FeatureQuery
from layers.parsing.cql2 import parse_filter
from layers.queries import RecordQuery


def _field(name: str, title: Text) -> Schema:
    return titled(role(NAME, name), title)


FOLLOWED: Mapping[str, Schema] = {
    "measure": _field("number", gettext_lazy("Dernière mesure")),
    "measure_year": _field("year", gettext_lazy("Année de la dernière mesure")),
    "reference": _field("number", gettext_lazy("Valeur de référence")),
    "reference_year": _field("year", gettext_lazy("Année de référence")),
    "expected": _field("number", gettext_lazy("Valeur attendue")),
    "target": _field("number", gettext_lazy("Cible")),
    "target_year": _field("year", gettext_lazy("Année de la cible")),
    "gap": _field("number", gettext_lazy("Écart à la valeur attendue")),
    "units": _field("text", gettext_lazy("Champ de l’unité")),
    "decimals": _field("number", gettext_lazy("Champ des décimales")),
    "direction": _field("codes", gettext_lazy("Sens souhaité")),
    "up": {
        **TEXT,
        "title": gettext_lazy("Code du sens à la hausse"),
        "description": "The code of ``direction`` for more is better.",
    },
    "selects": _field("text", gettext_lazy("Au clic, filtrer par")),
    **STATE_NEEDED,
    "records": _field("relation", gettext_lazy("Mesures : enregistrements liés")),
    "record_year": titled(NAME, gettext_lazy("Mesures : année")),
    "record_value": titled(NAME, gettext_lazy("Mesures : valeur")),
    "record_source": titled(NAME, gettext_lazy("Mesures : autre source")),
    "record_provisional": titled(NAME, gettext_lazy("Mesures : provisoire")),
    "record_filter": {
        "type": "string",
        "maxLength": 2_000,
        "title": gettext_lazy("Mesures : filtre (CQL2)"),
        "description": "CQL2 on the records: those of the whole, without parts.",
    },
    "steps": _field("relation", gettext_lazy("Trajectoire : enregistrements liés")),
    "step_year": titled(NAME, gettext_lazy("Trajectoire : année")),
    "step_value": titled(NAME, gettext_lazy("Trajectoire : valeur")),
}


class TrajectoriesKind(PanelKind):
    """A kind of rows that are on a trajectory: a number that is measured, a state, and yearly records."""

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source whose features have no number, or no state."""
        features = panel_source(source.scope)
        if not own_numbers(features):
            return _("aucun nombre ici.")
        return "" if own_codes(features) else _("aucune liste de valeurs ici.")

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the features, whatever records a panel showed of them."""
        return panel_source(source.scope)

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return rows with their main number as what was measured, and their yearly records where they have some."""
        options = {"measure": own_numbers(source)[0].name, "state": own_codes(source)[0].name}
        for relation in source.scope.relations:
            year, value = _year_and_value(source, relation)
            if year and value:
                options |= {"records": relation.name, "record_year": year, "record_value": value}
                break
        return Fit(plain_question(question), options)


def _year_and_value(source: PanelSource, relation: Relation) -> tuple[str, str]:
    """Return the year and the number of related records, empty where they lack."""
    fields = [each for each in panel_source(source.scope, relation.name).own if not each.is_of_feature]
    year = next((each.name for each in fields if each.role is FieldRole.YEAR), "")
    return year, next((each.name for each in fields if each.role is FieldRole.NUMBER), "")


MAX_RECORDS = 10_000
_NAMED = (
    "measure", "measure_year", "reference", "reference_year", "expected", "target", "target_year", "gap", "units",
    "decimals", "direction", "selects",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class YearValue:
    """A value in a year; ``source`` is empty for the row's own."""

    year: int
    value: float
    source: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class TrajectoryRow:
    """A row: ``options`` is what its options name, by option; ``values`` all that was read of it, by field."""

    pk: int
    name: str
    options: Mapping[str, Any]
    values: Mapping[str, Any]
    state: PanelState
    is_up: bool
    measures: Sequence[YearValue] = ()
    steps: Sequence[YearValue] = ()

    @property
    def amounts(self) -> Amounts:
        """How its amounts are written."""
        return Amounts(str(self.options.get("units") or ""), int(self.options.get("decimals") or 0))

    def number(self, name: str) -> float | None:
        """Return an amount that an option names."""
        value = self.options.get(name)
        return None if value is None else float(value)

    def year(self, name: str) -> int | None:
        """Return a year that an option names."""
        value = self.options.get(name)
        return None if value is None else int(value)

    @property
    def last_year(self) -> int | None:
        """The year that counts; that of the reference, before any measure after it."""
        measured = self.year("measure_year")
        return self.year("reference_year") if measured is None else measured

    @property
    def own(self) -> list[YearValue]:
        """What was measured of its own source, until the year that counts."""
        last = self.last_year
        return [point for point in self.measures if not point.source and (last is None or point.year <= last)]

    @property
    def beyond(self) -> list[YearValue]:
        """Values of its own source for years after the one that counts."""
        last = self.last_year
        return [
            point for point in self.measures if not point.source and last is not None and point.year > last
        ]

    @property
    def other_sources(self) -> dict[str, list[YearValue]]:
        """What other sources say, by source."""
        sources: dict[str, list[YearValue]] = defaultdict(list)
        for point in self.measures:
            if point.source:
                sources[point.source].append(point)
        return dict(sources)

    def is_better(self, gap: float) -> bool:
        """Whether a difference is on the side that is wanted, or none."""
        return gap >= 0 if self.is_up else gap <= 0


@dataclass(frozen=True, slots=True)
class TrajectoryRows:
    """Rows in their order; ``matched`` is how many there are in all."""

    rows: tuple[TrajectoryRow, ...]
    states: States
    matched: int


def read_trajectories(
    request: PanelRequest,
    *,
    limit: int,
    also: Sequence[str] = (),
    selection: FeatureQuery | None = None,
    has_records: bool = True,
) -> TrajectoryRows:
    """Return the rows of a panel; ``also`` are options that name other fields to read.

    Raises:
        UnknownProperty: a field or a relation that the visitor does not have.
        InvalidFilter: the filter of records does not fit them.
    """
    states = states_of(request)
    named = {name: str(request.option(name)) for name in (*_NAMED, *also) if request.option(name)}
    listed = _listed(request, states, named, limit=limit, selection=selection)
    query = selection or request.query
    # What is left out has no records to read.
    is_cut = len(listed.rows) < listed.matched
    ids = ", ".join(str(row["id"]) for row in listed.rows)
    narrowed = narrowed_by(query, f"id IN ({ids})") if is_cut and ids else query
    measures = _points(request, "record", narrowed) if has_records else {}
    steps = _points(request, "step", narrowed) if has_records else {}
    rows = []
    for row in listed.rows:
        values = {name: row.get(field) for name, field in named.items()}
        rows.append(
            TrajectoryRow(
                row["id"], row_title(request.scope, row), values, row, states.of(row.get(states.field.name)),
                _is_up(request, values), measures.get(row["id"], ()), steps.get(row["id"], ()),
            )
        )  # fmt: skip
    return TrajectoryRows(tuple(rows), states, listed.matched)


def _listed(
    request: PanelRequest,
    states: States,
    named: Mapping[str, str],
    *,
    limit: int,
    selection: FeatureQuery | None,
) -> PanelRows:
    title = request.scope.definition.title_field
    own = [title] if title in request.scope.filterable else []
    fields = tuple(dict.fromkeys([*own, *request.question.fields, states.field.name, *named.values()]))
    question = replace(request.question, fields=fields, limit=request.question.limit or limit)
    return list_rows(replace(request, question=question, query=selection or request.query))


def _points(request: PanelRequest, name: str, query: FeatureQuery) -> dict[int, list[YearValue]]:
    """Return the points of each row, by its id, in the order of years; nothing where the visitor reads none."""
    requested = request.option("records" if name == "record" else "steps", "")
    relation = next((each for each in request.scope.relations if each.name == requested), None)
    if relation is None:
        return {}
    text = request.option(f"{name}_filter", "")
    year = request.option(f"{name}_year", relation.year_field)
    value = request.option(f"{name}_value", relation.value_field)
    record_query = RecordQuery(
        relation=relation.name,
        limit=MAX_RECORDS,
        filter=parse_filter(text, parameter=f"{name}_filter") if text else None,
        filter_text=text,
    )
    source, provisional = request.option(f"{name}_source", ""), request.option(f"{name}_provisional", "")
    points_by_feature: dict[int, list[YearValue]] = defaultdict(list)
    for record in queries.record_list(queries.select(request.scope, query), record_query).records:
        values = record.values
        if values.get(year) is not None and values.get(value) is not None:
            points_by_feature[record.feature].append(
                YearValue(
                    int(values[year]),
                    float(values[value]),
                    str(values.get(source) or ""),
                    bool(values.get(provisional)),
                )
            )
    for points in points_by_feature.values():
        points.sort(key=lambda point: point.year)
    return points_by_feature


def _is_up(request: PanelRequest, values: Mapping[str, Any]) -> bool:
    """Whether more is better: by its direction, else by a target above the reference."""
    if values.get("direction") and request.option("up"):
        return bool(values["direction"] == request.option("up"))
    reference, target = values.get("reference"), values.get("target")
    return reference is None or target is None or target >= reference


SHORT_UNIT = 8
"""Letters of a unit that has room beside every amount; a longer one is said once, under the name."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How the amounts of a row are written."""

    unit: str = ""
    decimals: int = 0

    def plain(self, value: float | None) -> str:
        """Write an amount; a dash for none."""
        if value is None:
            return "–"
        text = number(abs(value), self.decimals)
        return f"−{text}" if value < 0 and self._is_nonzero(value) else text

    def with_unit(self, value: float | None) -> str:
        """Write an amount with its unit."""
        return f"{self.plain(value)}{self._after(unit(self.unit) if value is not None else '')}"

    def size(self, value: float) -> str:
        """Write a difference without its sign, with its unit; percentages differ by points."""
        return f"{self.plain(abs(value))}{self._after(self._difference_unit(value))}"

    def signed(self, value: float | None) -> str:
        """Write a difference: its sign is always there, with a true minus; the unit where it has room."""
        if value is None:
            return ""
        sign = "+" if value > 0 and self._is_nonzero(value) else ""
        words = self._difference_unit(value)
        return f"{sign}{self.plain(value)}{self._after(words if len(words) <= SHORT_UNIT else '')}"

    def _difference_unit(self, value: float) -> str:
        return difference_unit(self.unit, round(abs(value), self.decimals))

    @staticmethod
    def _after(words: str) -> str:
        return f"{HARD_SPACE}{words}" if words else ""

    def _is_nonzero(self, value: float) -> bool:
        """Whether a value is not written as zero."""
        return bool(round(value, self.decimals))


WIDTH, HEIGHT, MARGIN = 136, 32, 5


@dataclass(frozen=True, slots=True)
class SmallTrajectory:
    """Points of two lines as SVG reads them, and the places of the last measure and of the target."""

    measured: str
    expected: str
    last: tuple[str, str] | None
    target: tuple[str, str] | None


def years_of(rows: Iterable[TrajectoryRow]) -> tuple[int, int]:
    """Return the first year of all rows, and the year that most of them end with."""
    years_by_row = [[point.year for point in (*row.own, *row.steps)] for row in rows]
    firsts = [min(years) for years in years_by_row if years]
    ends = Counter(max(years) for years in years_by_row if years)
    return (min(firsts), ends.most_common(1)[0][0]) if firsts else (0, 0)


def small_trajectory(row: TrajectoryRow, years: tuple[int, int]) -> SmallTrajectory | None:
    """Return the drawing of a row; None for one without two points."""
    points = [*row.own, *row.steps]
    first, end = years[0], max([years[1], *(point.year for point in points)])
    if len(points) < 2 or first == end:
        return None
    low, high = min(point.value for point in points), max(point.value for point in points)
    span = (high - low) or 1

    def point_at(point: YearValue) -> tuple[str, str]:
        x = MARGIN + (point.year - first) / (end - first) * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - (point.value - low) / span * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f}", f"{y:.1f}"

    def line(points: Sequence[YearValue]) -> str:
        return " ".join(",".join(point_at(point)) for point in points)

    return SmallTrajectory(
        line(row.own),
        line(row.steps),
        point_at(row.own[-1]) if row.own else None,
        point_at(row.steps[-1]) if row.steps else None,
    )
