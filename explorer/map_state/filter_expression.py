"""What the map asks of a layer: the values that people chose become a filter of the kernel, and words.

How a field is asked is told in ``interface.conditions``.

``<layer>.touching`` is the API's ``touching`` with, after a ``*``, the values that the map asks of the other layer:
``plui-zones*``, ``batiments-patrimoniaux@300*``; so is ``<layer>.disjoint``. ``<layer>.filter`` is the API's
``filter``: a condition that no form of the map writes, as links from other pages do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from explorer.map_state.parsing import COMBINING, FILTER, TOUCHING, MapQuery, Pair
from interface.conditions import condition
from layers import access
from layers.access import Scope
from layers.definitions import Field
from layers.errors import UnknownProperty
from layers.parsing import parse_query
from layers.parsing.query import MATCHED
from layers.queries import Selection, select

LIVE = "*"


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

    @property
    def told(self) -> tuple[Pair, ...]:
        """The parameters of a file: what answers comes with the object of the other layer that it is near."""
        is_matched = any(name == TOUCHING for name, _value in self.parameters)
        return (*self.parameters, *([(MATCHED, "true")] if is_matched else []))


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
    asked = query.own.get(scope.slug, {})
    combined = [
        (name, _combined(scope, text, query, beside)) for name in COMBINING for text in asked.get(name, ())
    ]
    own = own_filter(scope, query)
    return (*query.shared, *combined, *([("filter", own)] if own else []))


def own_filter(scope: Scope, query: MapQuery) -> str:
    """Return the CQL2 text of the values that the map asks of a layer's own fields; empty when it asks none."""
    asked = query.own.get(scope.slug, {})
    conditions = [
        condition(field_of(scope, name), values, parameter=f"{scope.slug}.{name}")
        for name, values in asked.items()
        if name not in {*COMBINING, FILTER}
    ]
    return " AND ".join([*conditions, *(f"({text})" for text in asked.get(FILTER, ()))])


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
        slug: sum(len(values) if name in COMBINING else 1 for name, values in asked.items())
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
