"""The catalogue: every layer the visitor sees, searched and grouped as people read it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from explorer.parsing import CatalogueQuery
from explorer.queries.ground import GROUND, CommuneShape
from layers import access
from layers.models import Theme
from layers.parsing import FeatureQuery
from layers.queries import last_change, select
from layers.visitor import Visitor
from layers.vocabulary import Visibility


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer as the catalogue lists it. ``count`` counts the features this visitor sees."""

    scope: access.Scope
    count: int
    updated: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ThemeEntries:
    """A theme and the entries under it."""

    theme: Theme
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of the home page. ``population`` is that of ``year``, None when no commune tells."""

    population: int | None
    year: int | None
    open_layers: int
    internal_layers: int
    features: int
    communes: int


def folded(text: str) -> str:
    """Return ``text`` without accents nor case, for comparing what people type."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def speaks_of(scope: access.Scope, words: Iterable[str]) -> bool:
    """Whether every word (folded) is somewhere in what people read of a layer."""
    layer = scope.layer
    text = folded(" ".join([layer.title, layer.abstract, layer.theme.title, layer.slug, *layer.keywords]))
    return all(word in text for word in words)


def entries(visitor: Visitor) -> list[Entry]:
    """Return every layer the visitor sees, in the order of the catalogue."""
    return [entry(scope) for scope in access.visible(visitor)]


def entry(scope: access.Scope) -> Entry:
    """Describe one layer for a list."""
    return Entry(scope=scope, count=select(scope, FeatureQuery()).count(), updated=last_change(scope))


def matching(found: Iterable[Entry], query: CatalogueQuery) -> list[Entry]:
    """Keep the entries that answer the catalogue's form: every word somewhere in what people read."""
    words = folded(query.text).split()

    def answers(candidate: Entry) -> bool:
        layer = candidate.scope.layer
        is_seen = not query.visibility or candidate.scope.is_open == (query.visibility == Visibility.OPEN)
        return is_seen and query.theme in {"", layer.theme.slug} and speaks_of(candidate.scope, words)

    return [candidate for candidate in found if answers(candidate)]


def by_theme(found: Iterable[Entry]) -> list[ThemeEntries]:
    """Group entries under their theme, keeping both orders."""
    groups: dict[Theme, list[Entry]] = {}
    for candidate in found:
        groups.setdefault(candidate.scope.layer.theme, []).append(candidate)
    return [ThemeEntries(theme, tuple(inside)) for theme, inside in groups.items()]


def recent(found: Iterable[Entry], *, limit: int) -> list[Entry]:
    """Return the entries whose features changed last."""
    dated = [
        candidate for candidate in found if candidate.updated is not None and candidate.scope.slug != GROUND
    ]
    return sorted(dated, key=lambda candidate: candidate.updated or dt.datetime.min, reverse=True)[:limit]


def figures(found: Iterable[Entry], shapes: Sequence[CommuneShape]) -> Figures:
    """Count what the visitor sees."""
    seen = list(found)
    open_layers = sum(candidate.scope.is_open for candidate in seen)
    years = {commune.year for commune in shapes if commune.year}
    return Figures(
        population=sum(commune.population or 0 for commune in shapes) or None,
        year=years.pop() if len(years) == 1 else None,
        open_layers=open_layers,
        internal_layers=len(seen) - open_layers,
        features=sum(candidate.count for candidate in seen if candidate.scope.slug != GROUND),
        communes=len(shapes),
    )
