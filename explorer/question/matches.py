"""The rows of an answer, each with what the question relates it to: the nearest feature of a layer, its zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.layer_panel.layer_list import LayerList
from explorer.layer_panel.nearest import DISTANCE, METRES, by_distance, measured
from explorer.map_state.filter_expression import LIVE, ask
from explorer.map_state.parsing import BY_TITLE, MAP_LIST_LIMIT, TOUCHING, MapQuery
from interface import wording
from interface.nouns import noun_of
from interface.titles import row_title
from interface.wording import is_empty
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing.query import MATCHED, parse_spatial_relations
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
    """Return the rows of the list of the subject in the order asked: the nearest first where a distance is measured.

    That is the distance to the place asked, else to the first layer that they are near.
    """
    if not found.is_on or not found.matched:
        return ()
    is_related = TOUCHING in query.own.get(found.scope.slug, {})
    if not is_related and (query.order != BY_TITLE or query.features.near is None):
        return tuple(_answer(found.scope, row, ()) for row in found.rows)
    selection = _measured(found, query, scopes, is_related=is_related)
    with time_limit("list"):
        return tuple(_answer(found.scope, row, selection.matches) for row in selection.page().rows)


def _measured(
    found: LayerList, query: MapQuery, scopes: Mapping[str, Scope], *, is_related: bool
) -> Selection:
    shaping = {"limit": str(MAP_LIST_LIMIT)} | ({MATCHED: "true"} if is_related else {})
    title = found.scope.definition.title_field
    if title in found.scope.filterable:
        shaping["sortby"] = title
    selection = ask(found.scope, query, scopes, **shaping).selection
    distances = [match.distance for match in selection.matches if match.asked.metres]
    if query.features.near is not None:
        selection, distances = measured(selection), [DISTANCE]
    if not distances or query.order == BY_TITLE:
        return selection
    return by_distance(selection, distances[0], is_descending=False)


def is_measured(query: MapQuery, subject: Scope) -> bool:
    """Whether the question measures a distance, by which its answers may be listed."""
    related = query.own.get(subject.slug, {}).get(TOUCHING, ())
    metres = (parse_spatial_relations([text.removesuffix(LIVE)])[0].metres for text in related)
    return query.features.near is not None or any(metres)


def file_order(found: LayerList, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    """Return the field that sorts the file of a layer as its table, by what its features are near to.

    It is empty where a file holds no such distance: rows are then as they are kept.
    """
    if not any(name == TOUCHING for name, _value in found.question.parameters):
        return ""
    title = found.scope.definition.title_field
    if query.order == BY_TITLE:
        return title if title in found.scope.filterable else ""
    matches = ask(found.scope, query, scopes, **{MATCHED: "true"}).selection.matches
    return next((match.distance.name for match in matches if match.asked.metres), "")


def _answer(scope: Scope, row: dict[str, Any], matches: tuple[LayerMatch, ...]) -> AnswerRow:
    near = [match for match in matches if match.asked.metres]
    metres = [row[name] for name in (METRES, DISTANCE.name) if name in row]
    metres += [row[match.distance.name] for match in near]
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
