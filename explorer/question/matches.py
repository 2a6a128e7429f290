"""The rows of an answer, each with what the question relates it to: the nearest feature of a layer, its zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.layer_panel.layer_list import LayerList
from explorer.layer_panel.nearest import METRES, by_distance
from explorer.map_state.filter_expression import ask
from explorer.map_state.parsing import MAP_LIST_LIMIT, TOUCHING, MapQuery
from interface import wording
from interface.nouns import noun_of
from interface.titles import row_title
from interface.wording import is_empty
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing.query import MATCHED
from layers.queries import LayerMatch, Selection
from layers.sql.limits import time_limit

_AMOUNTS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_FACTS = 2


@dataclass(frozen=True, slots=True)
class MatchedName:
    """The nearest feature of another layer: what it is called there."""

    scope: Scope
    title: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A feature of the subject. ``distance`` is how far what it was asked near to is, or the place that was asked.

    ``facts`` are texts of its key facts, ``names`` the features that it is near to, ``asides`` an amount, a zone.
    """

    pk: int
    title: str
    distance: str
    facts: str
    names: tuple[MatchedName, ...]
    asides: tuple[str, ...]


def answers(found: LayerList, query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[AnswerRow, ...]:
    """Return the rows of the list of the subject, the nearest first where the question says what to be near to."""
    if not found.is_on or not found.matched:
        return ()
    matches: tuple[LayerMatch, ...] = ()
    rows: list[dict[str, Any]] = list(found.rows)
    if TOUCHING in query.own.get(found.scope.slug, {}):
        selection = _matched(found, query, scopes)
        matches = selection.matches
        with time_limit("list"):
            rows = selection.page().rows
    return tuple(_answer(found.scope, row, matches) for row in rows)


def _matched(found: LayerList, query: MapQuery, scopes: Mapping[str, Scope]) -> Selection:
    shaping = {"limit": str(MAP_LIST_LIMIT), MATCHED: "true"}
    title = found.scope.definition.title_field
    if title in found.scope.filterable:
        shaping["sortby"] = title
    selection = ask(found.scope, query, scopes, **shaping).selection
    metric = next((match for match in selection.matches if match.asked.metres), None)
    return by_distance(selection, metric.distance, is_descending=False) if metric else selection


def _answer(scope: Scope, row: dict[str, Any], matches: tuple[LayerMatch, ...]) -> AnswerRow:
    near = [match for match in matches if match.asked.metres]
    metres = [row[match.distance.name] for match in near] + ([row[METRES]] if METRES in row else [])
    return AnswerRow(
        pk=row["id"],
        title=row_title(scope, row),
        distance=wording.distance(metres[0]) if metres and metres[0] is not None else "",
        facts=" · ".join(_texts(scope, row)),
        names=tuple(MatchedName(match.other, _title(match, row)) for match in near),
        asides=(*_amount(scope, row), *(_place(match, row) for match in matches if not match.asked.metres)),
    )


def _title(match: LayerMatch, row: dict[str, Any]) -> str:
    return str(match.title.label(row[match.title.name]))


def _place(match: LayerMatch, row: dict[str, Any]) -> str:
    return f"{noun_of(match.other).short} {_title(match, row)}"


def _summary(scope: Scope) -> Iterator[Field]:
    readable = {field.name: field for field in scope.fields}
    for name in scope.definition.summary:
        if name in readable and name != scope.definition.title_field:
            yield readable[name]


def _texts(scope: Scope, row: dict[str, Any]) -> list[str]:
    """Return where a feature is when its layer has addresses, else its first key facts."""
    address = scope.definition.address_field
    if address in scope.filterable and not is_empty(row.get(address)):
        return [str(row[address])]
    texts = [field for field in _summary(scope) if field.type is FieldType.TEXT]
    told = [str(field.label(row[field.name])) for field in texts if not is_empty(row.get(field.name))]
    return told[:_FACTS]


def _amount(scope: Scope, row: dict[str, Any]) -> tuple[str, ...]:
    """Return the first amount among the key facts, with its unit."""
    for field in _summary(scope):
        is_amount = field.type in _AMOUNTS and field.unit and not field.choices
        if is_amount and not is_empty(row.get(field.name)):
            return (f"{str(field.title).lower()} {wording.words(field, row)}",)
    return ()
