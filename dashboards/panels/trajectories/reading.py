"""Rows on a trajectory, with what was measured of each and the points they are held to: read for all rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.panels.kinds import PanelRequest
from dashboards.panels.narrowing import narrowed_by
from dashboards.panels.rows import PanelRows, list_rows
from dashboards.panels.states import States, StateWords, states_of
from dashboards.panels.trajectories.words import Amounts
from interface.titles import row_title
from layers import queries
from layers.parsing import FeatureQuery
from layers.parsing.cql2 import parse_filter
from layers.queries import RecordQuery

MOST_RECORDS = 10_000
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
class FollowedRow:
    """A row: ``said`` is what its options name, by option; ``values`` all that was read of it, by field."""

    pk: int
    name: str
    said: Mapping[str, Any]
    values: Mapping[str, Any]
    state: StateWords
    is_up: bool
    measures: Sequence[YearValue] = ()
    steps: Sequence[YearValue] = ()

    @property
    def amounts(self) -> Amounts:
        """How its amounts are written."""
        return Amounts(str(self.said.get("units") or ""), int(self.said.get("decimals") or 0))

    def number(self, name: str) -> float | None:
        """Return an amount that an option names."""
        value = self.said.get(name)
        return None if value is None else float(value)

    def year(self, name: str) -> int | None:
        """Return a year that an option names."""
        value = self.said.get(name)
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
    def others(self) -> dict[str, list[YearValue]]:
        """What other sources say, by source."""
        found: dict[str, list[YearValue]] = defaultdict(list)
        for point in self.measures:
            if point.source:
                found[point.source].append(point)
        return dict(found)

    def is_better(self, gap: float) -> bool:
        """Whether a difference is on the side that is wanted, or none."""
        return gap >= 0 if self.is_up else gap <= 0


@dataclass(frozen=True, slots=True)
class FollowedRows:
    """Rows in their order; ``matched`` is how many there are in all."""

    rows: tuple[FollowedRow, ...]
    states: States
    matched: int


def read_followed(
    request: PanelRequest,
    *,
    limit: int,
    also: Sequence[str] = (),
    selection: FeatureQuery | None = None,
    has_records: bool = True,
) -> FollowedRows:
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
        said = {name: row.get(field) for name, field in named.items()}
        rows.append(
            FollowedRow(
                row["id"], row_title(request.scope, row), said, row, states.of(row.get(states.field.name)),
                _is_up(request, said), measures.get(row["id"], ()), steps.get(row["id"], ()),
            )
        )  # fmt: skip
    return FollowedRows(tuple(rows), states, listed.matched)


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
    relation = request.option("records" if name == "record" else "steps", "")
    if not relation or relation not in {each.name for each in request.scope.relations}:
        return {}
    text = request.option(f"{name}_filter", "")
    year, value = request.option(f"{name}_year", "annee"), request.option(f"{name}_value", "valeur")
    asked = RecordQuery(
        relation=relation,
        limit=MOST_RECORDS,
        filter=parse_filter(text, parameter=f"{name}_filter") if text else None,
        filter_text=text,
    )
    source, provisional = request.option(f"{name}_source", ""), request.option(f"{name}_provisional", "")
    found: dict[int, list[YearValue]] = defaultdict(list)
    for record in queries.record_list(queries.select(request.scope, query), asked).records:
        held = record.values
        if held.get(year) is not None and held.get(value) is not None:
            found[record.feature].append(
                YearValue(
                    int(held[year]),
                    float(held[value]),
                    str(held.get(source) or ""),
                    bool(held.get(provisional)),
                )
            )
    for points in found.values():
        points.sort(key=lambda point: point.year)
    return found


def _is_up(request: PanelRequest, said: Mapping[str, Any]) -> bool:
    """Whether more is better: as its direction says, else as its target lies above its reference."""
    if said.get("direction") and request.option("up"):
        return bool(said["direction"] == request.option("up"))
    reference, target = said.get("reference"), said.get("target")
    return reference is None or target is None or target >= reference
