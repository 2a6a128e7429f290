"""One search over everything the visitor sees: layers, communes, features of every layer, addresses.

Features are found by the kernel's own ``q`` under each scope, so a hidden layer, row or field is never a result. Each
layer has its time and the whole has its own: what was not looked into is named, never silently left out.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext

from explorer.catalogue.queries import folded, matches_words
from explorer.search import addresses
from explorer.search.addresses import AddressResults, PostalAddress
from explorer.search.parsing import SearchQuery
from interface.territory import COMMUNE_FIELD, GROUND
from interface.titles import row_title, title_sort
from layers import access
from layers.definitions import FieldType
from layers.errors import TooSlow
from layers.parsing import FeatureQuery, parse_query
from layers.queries import extent, select
from layers.sql.limits import time_limit
from layers.visitor import Visitor

MAX_COMMUNES = 500
# Rows read of each layer, so that those which answer by their name come first.
RANKED = 60
EXCERPT, BEFORE = 90, 40


@dataclass(frozen=True, slots=True)
class Size:
    """How much is looked for: results a group at most, and seconds for all the features.

    ``features`` is for each layer; ``best`` keeps that many of them all, the best ones, 0 for all.
    """

    towns: int
    layers: int
    features: int
    best: int
    addresses: int
    seconds: float
    is_counted: bool


PAGE = Size(towns=MAX_COMMUNES, layers=12, features=6, best=0, addresses=8, seconds=6.0, is_counted=True)
SUGGESTIONS = Size(towns=4, layers=4, features=2, best=8, addresses=4, seconds=1.5, is_counted=False)


@dataclass(frozen=True, slots=True)
class FeatureResult:
    """A feature that was found: its name, that of its commune or nothing, and what answered when it is not its name."""

    pk: int
    title: str
    commune: str
    why: str


@dataclass(frozen=True, slots=True)
class LayerHits:
    """The first features found in a layer. ``matched`` counts them all; None when they were not counted."""

    scope: access.Scope
    hits: tuple[FeatureResult, ...]
    matched: int | None

    @property
    def more(self) -> int:
        """How many features match and are not listed."""
        return max((self.matched or 0) - len(self.hits), 0)


@dataclass(frozen=True, slots=True)
class CommuneResult:
    """A commune that was found, by INSEE code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Results:
    """What was found. ``layers_more`` layers match and are not listed; ``unasked`` had no time to answer.

    ``addresses`` is None when the portal has no geocoder; ``place`` is the address nearest to a position typed.
    """

    query: SearchQuery
    layers: tuple[access.Scope | access.RasterScope, ...]
    layers_more: int
    towns: tuple[CommuneResult, ...]
    features: tuple[LayerHits, ...]
    unasked: tuple[access.Scope, ...]
    addresses: AddressResults | None
    place: PostalAddress | None

    @property
    def shown(self) -> int:
        """How many results are listed."""
        found = self.addresses.found if self.addresses else ()
        hits = sum(len(group.hits) for group in self.features)
        position = 1 if self.query.position else 0
        return len(self.layers) + len(self.towns) + hits + len(found) + position

    @property
    def features_matched(self) -> int:
        """How many features match, in all the layers that were counted."""
        return sum(group.matched or len(group.hits) for group in self.features)


def search(visitor: Visitor, query: SearchQuery, size: Size = PAGE) -> Results:
    """Look everywhere the visitor may look."""
    scopes = access.visible(visitor) if query.text else []
    words = folded(query.text).split()
    rasters = access.visible_rasters(visitor) if query.text else []
    every: list[access.Scope | access.RasterScope] = [*scopes, *rasters]
    layers = [scope for scope in every if matches_words(scope, words)]
    ground = next((scope for scope in scopes if scope.slug == GROUND), None)
    seen = _towns(ground)
    # The ground of a commune's portal shows its neighbours too, where there is nothing to look for.
    towns = [(town, text) for town, text in seen if visitor.portal in {"", town.code}]
    is_looking = not query.is_short and query.position is None
    names = {town.code: town.name for town, _text in seen}
    features, unasked = _features(scopes if is_looking else [], query.text, size, names)
    return Results(
        query=query,
        layers=tuple(layers[: size.layers]),
        layers_more=max(len(layers) - size.layers, 0),
        towns=tuple(town for town, text in towns if all(word in text for word in words))[: size.towns],
        features=features,
        unasked=unasked,
        addresses=_addresses(ground, towns, query.text, size) if is_looking else None,
        place=addresses.address_at(*query.position) if query.position else None,
    )


def _towns(ground: access.Scope | None) -> list[tuple[CommuneResult, str]]:
    """Return the communes the visitor sees, each with the folded text it answers to: name, INSEE and postal codes."""
    if ground is None:
        return []
    rows = select(ground, FeatureQuery(limit=MAX_COMMUNES, sort=title_sort(ground))).page().rows
    return [
        (CommuneResult(str(row.get("code", "")), str(row.get("nom", ""))), _town_text(row)) for row in rows
    ]


def _town_text(row: Mapping[str, Any]) -> str:
    names = [row.get("nom", ""), row.get("code", ""), *(row.get("codes_postaux") or ())]
    return folded(" ".join(map(str, names)))


def _features(
    scopes: Iterable[access.Scope], text: str, size: Size, names: Mapping[str, str]
) -> tuple[tuple[LayerHits, ...], tuple[access.Scope, ...]]:
    deadline = time.monotonic() + size.seconds
    found: list[LayerHits] = []
    unasked: list[access.Scope] = []
    for scope in scopes:
        if scope.slug == GROUND:
            continue
        try:
            hits = _hits(scope, text, size, names) if time.monotonic() < deadline else None
        except TooSlow:
            hits = None
        if hits is None:
            unasked.append(scope)
        elif hits.hits:
            found.append(hits)
    return _best(found, size.best), tuple(unasked)


def _best(groups: Sequence[LayerHits], most: int) -> tuple[LayerHits, ...]:
    """Keep the best hits, one by one, those that answer by their name first; all the groups when ``most`` is 0."""
    if not most:
        return tuple(groups)
    single = [LayerHits(group.scope, (hit,), None) for group in groups for hit in group.hits]
    return tuple(sorted(single, key=lambda group: bool(group.hits[0].why))[:most])


def _hits(scope: access.Scope, text: str, size: Size, names: Mapping[str, str]) -> LayerHits:
    """Ask a layer. Suggestions are neither sorted nor counted: the database stops at the first rows it meets."""
    sorting = {"sortby": [str(key) for key in title_sort(scope)]} if size.is_counted else {}
    given: dict[str, Sequence[str]] = {"q": [text], "limit": [str(RANKED)]}
    query = parse_query(given | {name: values for name, values in sorting.items() if values})
    with time_limit("search"):
        selection = select(scope, query)
        matched = selection.count() if size.is_counted else None
        rows = selection.page().rows if matched != 0 else []
    words = folded(text).split()
    hits = (
        FeatureResult(
            pk=row["id"],
            title=row_title(scope, row),
            commune=names.get(str(row.get(COMMUNE_FIELD)), ""),
            why=_why(scope, row, words),
        )
        for row in rows
    )
    return LayerHits(scope, tuple(sorted(hits, key=lambda hit: bool(hit.why))[: size.features]), matched)


def _why(scope: access.Scope, row: Mapping[str, Any], words: Sequence[str]) -> str:
    """Return the field that holds a word which the name of a feature does not, as people read it."""
    name = folded(row_title(scope, row))
    missing = [word for word in words if word not in name]
    for field in scope.fields if missing else ():
        text = str(row.get(field.name) or "") if field.type is FieldType.TEXT and not field.choices else ""
        places = [place for word in missing if (place := folded(text).find(word)) >= 0]
        if places:
            told = {"title": capfirst(str(field.title)), "text": _excerpt(text, places[0])}
            return gettext("%(title)s : %(text)s") % told
    return ""


def _excerpt(text: str, place: int) -> str:
    """Return the part of a text around a place, cut at words."""
    start = text.rfind(" ", 0, max(place - BEFORE, 0)) + 1 if place > BEFORE else 0
    shown = Truncator(text[start:]).chars(EXCERPT)
    return f"… {shown}" if start else shown


def _addresses(
    ground: access.Scope | None, towns: Sequence[tuple[CommuneResult, str]], text: str, size: Size
) -> AddressResults | None:
    """Look for addresses in the communes the visitor sees; None when there is no geocoder or no ground."""
    if ground is None or not addresses.is_configured():
        return None
    box = extent(ground)
    around = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    codes = {town.code for town, _text in towns}
    return addresses.search_addresses(text, around=around, communes=codes, limit=size.addresses)
