"""What an address of the map names and its reader cannot see: it is left out, and the page says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from explorer.map_state.parsing import COMBINING, FIRST, MapQuery, Pair, Side, Swipe, without_stray_nearest
from explorer.map_state.queries import LIVE, on_map
from layers import access
from layers.access import Scope
from layers.errors import UnknownFeature
from layers.parsing.query import parse_spatial_relations
from layers.queries import feature


@dataclass(frozen=True, slots=True)
class Missing:
    """What was left out: ``layers`` by their names in the address, and whether they had conditions.

    ``dropped`` are the conditions of other layers, as parameters of the address, that named one of them or, when
    ``has_feature``, a missing feature. ``table`` are the parameters that the table of the address refuses.
    """

    layers: tuple[str, ...] = ()
    is_filtered: bool = False
    has_feature: bool = False
    dropped: tuple[Pair, ...] = ()
    table: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.layers or self.dropped or self.table)


@dataclass(slots=True)
class _MissingNames:
    """What is found missing while the conditions of an address are read."""

    layers: list[str] = field(default_factory=list)
    has_feature: bool = False
    dropped: list[Pair] = field(default_factory=list)


def drop_unavailable(
    scopes: Sequence[Scope], query: MapQuery, rasters: Collection[str] = ()
) -> tuple[MapQuery, Missing]:
    """Return the question without what the visitor cannot see, and what that was.

    The visitor sees the layers of ``scopes``, and the ``rasters`` of these names, which only the drawing uses.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    by_slug = {scope.slug: scope for scope in scopes}
    visible = {scope.slug for scope in on_map(scopes)} | set(rasters)
    result = _MissingNames()
    own = {
        slug: _available_conditions(slug, requested, by_slug, result)
        for slug, requested in query.own.items()
        if slug in by_slug
    }
    unknown = [slug for slug in (*query.own, *query.screen) if slug not in by_slug]
    off = [slug for slug in (*query.layers, query.subject) if slug and slug not in visible]
    faint = [slug for slug in query.opacity if slug not in by_slug and slug not in rasters]
    rough = [slug for slug in query.renderings if slug not in rasters]
    past = [
        slug for slug, number in query.versions.items() if not _has_version(slug, number, visible, by_slug)
    ]
    beyond = (
        [side for side in query.swipe.sides if not _is_there(side, visible, by_slug)] if query.swipe else []
    )
    texts = [f"{slug}:{query.versions[slug]}" if slug in visible else slug for slug in past]
    texts += [str(side) if side.layer in visible else side.layer for side in beyond]
    missing = Missing(
        layers=tuple(dict.fromkeys([*off, *unknown, *faint, *rough, *texts, *result.layers])),
        is_filtered=bool(unknown),
        has_feature=result.has_feature,
        dropped=tuple(result.dropped),
    )
    remaining = replace(
        query,
        layers=tuple(slug for slug in query.layers if slug in visible),
        own={slug: requested for slug, requested in own.items() if requested},
        opacity={slug: percent for slug, percent in query.opacity.items() if slug not in faint},
        renderings={slug: chosen for slug, chosen in query.renderings.items() if slug not in rough},
        versions={slug: number for slug, number in query.versions.items() if slug not in past},
        swipe=_swipe(query.swipe, beyond),
        subject=query.subject if query.subject in visible else "",
        set_aside=tuple(slug for slug in query.set_aside if slug in visible),
        sheet=query.sheet if query.sheet in by_slug else "",
    )
    return remaining, missing


def _swipe(swipe: Swipe | None, missing: Collection[Side]) -> Swipe | None:
    """Return the divider without a side that is missing; none without the layer that it divides."""
    if swipe is None or swipe.left in missing:
        return None
    return replace(swipe, right=None) if swipe.right in missing else swipe


def _is_there(side: Side, visible: Collection[str], scopes: Mapping[str, Scope]) -> bool:
    if side.version is None:
        return side.layer in visible
    return _has_version(side.layer, side.version, visible, scopes)


def _has_version(slug: str, number: int, visible: Collection[str], scopes: Mapping[str, Scope]) -> bool:
    """Whether the visitor has a version of a layer: who does not feed it has none."""
    if slug not in visible or slug not in scopes:
        return False
    return any(version.number == number for version in access.versions(scopes[slug]))


def _available_conditions(
    slug: str, conditions: Mapping[str, tuple[str, ...]], scopes: Mapping[str, Scope], missing: _MissingNames
) -> dict[str, tuple[str, ...]]:
    """Return the conditions of a layer without those that name something missing, noted in ``missing``."""
    remaining = dict(conditions)
    for name in COMBINING:
        texts = conditions.get(name, ())
        remaining[name] = tuple(text for text in texts if _is_available(text, name, scopes, missing))
        missing.dropped += [(f"{slug}.{name}", text) for text in texts if text not in remaining[name]]
    given = {name: values for name, values in remaining.items() if values}
    if given == dict(conditions):
        return given
    own = without_stray_nearest(given)
    if FIRST not in own:
        missing.dropped += [(f"{slug}.{FIRST}", text) for text in given.get(FIRST, ())]
    return own


def _is_available(text: str, name: str, scopes: Mapping[str, Scope], missing: _MissingNames) -> bool:
    (requested,) = parse_spatial_relations([text.removesuffix(LIVE)], parameter=name)
    if requested.layer not in scopes:
        missing.layers.append(requested.layer)
        return False
    if requested.pk is None:
        return True
    try:
        feature(scopes[requested.layer], requested.pk)
    except UnknownFeature:
        missing.has_feature = True
        return False
    return True
