"""What an address of the map names and its reader does not have: left out, and told, instead of refusing the whole map.

Links are shared between people of different rights. A layer that is hidden and one that does not exist are told by the
same words: nothing here asks the door for a layer by name, it looks among those that the visitor sees.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from explorer.map_state.filter_expression import LIVE
from explorer.map_state.parsing import COMBINING, MapQuery, Pair, Swipe
from explorer.map_state.sides import Side
from interface.territory import GROUND
from layers import access
from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.errors import UnknownFeature
from layers.parsing.query import parse_spatial_relations
from layers.queries import feature


@dataclass(frozen=True, slots=True)
class Missing:
    """What was left out: ``layers`` by the names that the address gives them, and whether it asked something of them.

    ``dropped`` are the conditions of other layers, as parameters of the address, that named one of them or, when
    ``has_feature``, a feature that is not there.
    """

    layers: tuple[str, ...] = ()
    is_asked: bool = False
    has_feature: bool = False
    dropped: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.layers or self.dropped)


@dataclass(slots=True)
class _Found:
    """What is found missing while the conditions of an address are read."""

    layers: list[str] = field(default_factory=list)
    has_feature: bool = False
    dropped: list[Pair] = field(default_factory=list)


def on_map(scopes: Sequence[Scope]) -> list[Scope]:
    """Keep the layers that a map may show: located, and not the ground itself."""
    return [scope for scope in scopes if is_on_map(scope.definition)]


def is_on_map(definition: LayerDefinition) -> bool:
    """Whether a map may show a layer."""
    return definition.slug != GROUND and definition.geometry.is_located


def without_missing(
    scopes: Sequence[Scope], query: MapQuery, rasters: Collection[str] = ()
) -> tuple[MapQuery, Missing]:
    """Return the question without what it names and the visitor does not have; and what that was.

    The visitor sees the layers of ``scopes``, and the ``rasters`` of these names, which nothing but the drawing asks.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    seen = {scope.slug: scope for scope in scopes}
    shown = {scope.slug for scope in on_map(scopes)} | set(rasters)
    found = _Found()
    own = {slug: _kept(slug, asked, seen, found) for slug, asked in query.own.items() if slug in seen}
    beside = [slug for slug in (*query.own, *query.screen) if slug not in seen]
    off = [slug for slug in (*query.layers, query.subject) if slug and slug not in shown]
    faint = [slug for slug in query.opacity if slug not in seen and slug not in rasters]
    rough = [slug for slug in query.renderings if slug not in rasters]
    past = [slug for slug, number in query.versions.items() if not _has_version(slug, number, shown, seen)]
    beyond = [side for side in query.swipe.sides if not _is_there(side, shown, seen)] if query.swipe else []
    told = [f"{slug}:{query.versions[slug]}" if slug in shown else slug for slug in past]
    told += [str(side) if side.layer in shown else side.layer for side in beyond]
    missing = Missing(
        layers=tuple(dict.fromkeys([*off, *beside, *faint, *rough, *told, *found.layers])),
        is_asked=bool(beside),
        has_feature=found.has_feature,
        dropped=tuple(found.dropped),
    )
    kept = replace(
        query,
        layers=tuple(slug for slug in query.layers if slug in shown),
        own={slug: asked for slug, asked in own.items() if asked},
        opacity={slug: percent for slug, percent in query.opacity.items() if slug not in faint},
        renderings={slug: chosen for slug, chosen in query.renderings.items() if slug not in rough},
        versions={slug: number for slug, number in query.versions.items() if slug not in past},
        swipe=_swipe(query.swipe, beyond),
        subject=query.subject if query.subject in shown else "",
        sheet=query.sheet if query.sheet in seen else "",
    )
    return kept, missing


def _swipe(asked: Swipe | None, missing: Collection[Side]) -> Swipe | None:
    """Return the divider without a side that is missing; none without the layer that it divides."""
    if asked is None or asked.left in missing:
        return None
    return replace(asked, right=None) if asked.right in missing else asked


def _is_there(side: Side, shown: Collection[str], seen: Mapping[str, Scope]) -> bool:
    if side.version is None:
        return side.layer in shown
    return _has_version(side.layer, side.version, shown, seen)


def _has_version(slug: str, number: int, shown: Collection[str], seen: Mapping[str, Scope]) -> bool:
    """Whether the visitor has a version of a layer: who does not feed it has none."""
    if slug not in shown or slug not in seen:
        return False
    return any(version.number == number for version in access.versions(seen[slug]))


def _kept(
    slug: str, asked: Mapping[str, tuple[str, ...]], seen: Mapping[str, Scope], found: _Found
) -> dict[str, tuple[str, ...]]:
    """Return what is asked of a layer but for the conditions that name something missing, which ``found`` notes."""
    kept = dict(asked)
    for name in COMBINING:
        texts = asked.get(name, ())
        kept[name] = tuple(text for text in texts if _is_known(text, name, seen, found))
        found.dropped += [(f"{slug}.{name}", text) for text in texts if text not in kept[name]]
    return {name: values for name, values in kept.items() if values}


def _is_known(text: str, name: str, seen: Mapping[str, Scope], found: _Found) -> bool:
    (asked,) = parse_spatial_relations([text.removesuffix(LIVE)], parameter=name)
    if asked.layer not in seen:
        found.layers.append(asked.layer)
        return False
    if asked.pk is None:
        return True
    try:
        feature(seen[asked.layer], asked.pk)
    except UnknownFeature:
        found.has_feature = True
        return False
    return True
