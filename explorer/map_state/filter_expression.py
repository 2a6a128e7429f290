"""What the map asks of a layer: the values that people chose become a filter of the kernel, and words.

A field is asked by the kind of its values:

=========================  =======================================================================================
coded, boolean or facet    the value itself, several for « or »
number, date, instant      ``from..to``, either may be missing, or one value
text                       words it contains, whatever the case and the accents; ``=text`` for the whole value
list of texts              one of its texts
any                        ``-`` for « not filled in »
=========================  =======================================================================================

``<layer>.touching`` is the API's ``touching`` with, after a ``*``, the values that the map asks of the other layer:
``plui-zones*``, ``batiments-patrimoniaux@300*``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from explorer.map_state.parsing import TOUCHING, MapQuery, Pair
from layers import access
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.queries import Selection, select

EMPTY = "-"
LIVE = "*"
RANGE = ".."
RANGED = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME})
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LayerQuestion:
    """What the map asks of one layer: parameters of the API that ask the same, and the rows that answer."""

    scope: Scope
    parameters: tuple[Pair, ...]
    selection: Selection

    @property
    def query(self) -> str:
        """The parameters as a query string for the API, the tiles and the exports; empty when nothing is asked."""
        return urlencode(self.parameters)

    @property
    def drawn(self) -> str:
        """The query string of the tiles: a view of the map does not narrow what is drawn."""
        return urlencode([pair for pair in self.parameters if pair[0] != "bbox"])


def ask(
    scope: Scope, query: MapQuery, beside: Mapping[str, Scope] | None = None, **shaping: str
) -> LayerQuestion:
    """Ask the map's question of one layer; ``shaping`` are more parameters of the API (``limit``, ``sortby``…).

    ``beside`` holds scopes already read, by slug, for the layers that the question combines with this one.

    Raises:
        UnknownLayer: the question combines a layer that the visitor does not see.
        UnknownProperty: a value is asked of a field that the visitor does not have.
        InvalidParameter: a value that cannot be read, naming ``layer.field``; its subclasses say more.
    """
    parameters = parameters_of(scope, query, beside or {})
    asked: dict[str, list[str]] = {}
    for name, value in [*parameters, *shaping.items()]:
        asked.setdefault(name, []).append(value)
    return LayerQuestion(scope=scope, parameters=parameters, selection=select(scope, parse_query(asked)))


def questions(scopes: Iterable[Scope], query: MapQuery, *, limit: int) -> dict[str, LayerQuestion]:
    """Ask the map's question of several layers, by slug; the first rows of each are by title."""
    by_slug = {scope.slug: scope for scope in scopes}
    return {
        slug: ask(scope, query, by_slug, limit=str(limit), **_by_title(scope))
        for slug, scope in by_slug.items()
    }


def _by_title(scope: Scope) -> dict[str, str]:
    title = scope.definition.title_field
    return {"sortby": title} if title in scope.filterable else {}


def parameters_of(scope: Scope, query: MapQuery, beside: Mapping[str, Scope]) -> tuple[Pair, ...]:
    """Return the parameters of the API that ask a layer what the map asks of it."""
    combined = query.own.get(scope.slug, {}).get(TOUCHING, ())
    touching = [(TOUCHING, _combined(scope, text, query, beside)) for text in combined]
    own = own_filter(scope, query)
    return (*query.shared, *touching, *([("filter", own)] if own else []))


def own_filter(scope: Scope, query: MapQuery) -> str:
    """Return the CQL2 text of the values that the map asks of a layer's own fields; empty when it asks none."""
    asked = query.own.get(scope.slug, {})
    conditions = [
        condition(field_of(scope, name), values, parameter=f"{scope.slug}.{name}")
        for name, values in asked.items()
        if name != TOUCHING
    ]
    return " AND ".join(conditions)


def _combined(scope: Scope, text: str, query: MapQuery, beside: Mapping[str, Scope]) -> str:
    """Replace the ``*`` after another layer by what the map asks of that layer's fields."""
    if not text.endswith(LIVE):
        return text
    bare = text.removesuffix(LIVE)
    slug = bare.partition("@")[0]
    other = beside.get(slug) or access.scope(scope.visitor, slug)
    own = own_filter(other, query)
    return f"{bare}?{own}" if own else bare


def filter_counts(query: MapQuery) -> dict[str, int]:
    """Return how many filters each layer has of its own, by slug."""
    return {
        slug: sum(len(values) if name == TOUCHING else 1 for name, values in asked.items())
        for slug, asked in query.own.items()
    }


def field_of(scope: Scope, name: str) -> Field:
    """Return a field of a layer by the name that the address gives.

    Raises:
        UnknownProperty: the visitor has no such field.
    """
    field = scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=f"{scope.slug}.{name}"[:120])
    return field


def is_coded(field: Field) -> bool:
    """Whether the values of a field are chosen from a list, each one exactly."""
    return bool(field.choices) or field.is_facet or field.type is FieldType.BOOLEAN


def condition(field: Field, values: Sequence[str], *, parameter: str) -> str:
    """Return the CQL2 text that asks a field for one of these values.

    Raises:
        InvalidParameter: a value that the field cannot have, named by ``parameter``.
    """
    name = f'"{field.name}"'
    exact = [value for value in values if value != EMPTY]
    alternatives = _written(field, name, exact, parameter) if exact else []
    if EMPTY in values:
        alternatives.append(f"{name} IS NULL")
        alternatives += [f"{name} = ''"] if field.type is FieldType.TEXT else []
    return f"({' OR '.join(alternatives)})"


def _written(field: Field, name: str, values: Sequence[str], parameter: str) -> list[str]:
    if field.type is FieldType.TEXTS:
        return [f"A_OVERLAPS({name}, ({', '.join(map(literal, values))}))"]
    if field.type is FieldType.BOOLEAN:
        return [_boolean(name, value, parameter) for value in values]
    if field.type in RANGED:
        return [_range(field, name, value, parameter) for value in values]
    if is_coded(field):
        return [f"{name} IN ({', '.join(map(literal, values))})"]
    return [_text(name, value) for value in values]


def literal(text: str) -> str:
    """Write a text as a CQL2 literal."""
    return "'" + text.replace("'", "''") + "'"


def _boolean(name: str, value: str, parameter: str) -> str:
    if value not in {"true", "false"}:
        raise _unreadable(value, _("oui (true) ou non (false)"), parameter)
    return f"{name} = {value.upper()}"


def _text(name: str, value: str) -> str:
    if value.startswith("="):
        return f"{name} = {literal(value[1:])}"
    pattern = re.sub(r"([\\%_])", r"\\\1", value)
    return f"CASEI(ACCENTI({name})) LIKE CASEI(ACCENTI({literal(f'%{pattern}%')}))"


def _range(field: Field, name: str, value: str, parameter: str) -> str:
    first, separator, last = value.partition(RANGE)
    if not separator:
        if field.type is not FieldType.DATETIME:
            return f"{name} = {_value(field, value, parameter)}"
        last = first
    bounds = [f"{name} >= {_value(field, first, parameter)}"] if first else []
    bounds += [_until(field, name, last, parameter)] if last else []
    if not bounds:
        raise _unreadable(value, _("de..à"), parameter)
    return f"({' AND '.join(bounds)})"


def _until(field: Field, name: str, last: str, parameter: str) -> str:
    """Hold the last value too: of instants, the whole of the last day."""
    if field.type is not FieldType.DATETIME:
        return f"{name} <= {_value(field, last, parameter)}"
    day = _day(last, parameter)
    if day == dt.date.max:
        return f"{name} <= DATE('{day}')"
    return f"{name} < DATE('{day + dt.timedelta(days=1)}')"


def _value(field: Field, text: str, parameter: str) -> str:
    if field.type in {FieldType.DATE, FieldType.DATETIME}:
        return f"DATE('{_day(text, parameter)}')"
    if not _NUMBER.fullmatch(text):
        raise _unreadable(text, _("un nombre"), parameter)
    return text


def _day(text: str, parameter: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _unreadable(text, _("une date AAAA-MM-JJ"), parameter) from None


def _unreadable(value: str, expected: str, parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
        % {"name": parameter[:120], "expected": expected, "value": value[:60]},
        parameter=parameter[:120],
    )
