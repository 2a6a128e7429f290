"""Other questions made of one: each choice of a menu is the question with one part changed, added or taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from explorer.map_state.filter_expression import LIVE
from explorer.map_state.parsing import DISJOINT, TOUCHING, MapQuery
from layers.access import Scope

RELATIONS = (TOUCHING, DISJOINT)


def relation_text(slug: str, metres: float = 0.0) -> str:
    """Write a relation with what is asked of another layer, as the address holds it: ``plui-zones@300*``."""
    return f"{slug}@{metres:g}{LIVE}" if metres else f"{slug}{LIVE}"


def drawing_depth(scope: Scope) -> tuple[int, int]:
    """Return how far below others a layer is switched on: by its shape, then by the rank of its style."""
    return scope.definition.geometry.dimension, -scope.style.rank


def switched_on(query: MapQuery, scopes: Mapping[str, Scope], *slugs: str) -> MapQuery:
    """Return the question with layers on, each above those that lie as deep or deeper, as the panel switches them on.

    Other slugs that the question has are those of rasters, which lie below.
    """
    layers = list(query.layers)
    for slug in slugs:
        if slug in layers or slug not in scopes:
            continue
        depth = drawing_depth(scopes[slug])
        index = next(
            (
                index
                for index, other in enumerate(layers)
                if other not in scopes or drawing_depth(scopes[other]) >= depth
            ),
            len(layers),
        )
        layers.insert(index, slug)
    return query.with_layers(layers)


def with_subject(query: MapQuery, slug: str, before: str, scopes: Mapping[str, Scope]) -> MapQuery:
    """Ask the question of another layer: its relations and its place stay, the conditions of the former subject go."""
    changed = replace(query, subject=slug)
    if before and before != slug:
        former = query.own.get(before, {})
        kept = {
            name: tuple(text for text in former.get(name, ()) if layer_of(text) != slug) for name in RELATIONS
        }
        asked = changed.own.get(slug, {})
        kept = {name: tuple(dict.fromkeys([*asked.get(name, ()), *texts])) for name, texts in kept.items()}
        changed = changed.asking(before, dict.fromkeys(former, ())).asking(slug, kept)
    return switched_on(changed, scopes, slug)


def with_relation(
    query: MapQuery, subject: str, name: str, text: str, *, instead_of: str = "", scopes: Mapping[str, Scope]
) -> MapQuery:
    """Relate the subject to another layer, ``instead_of`` another relation when it is given; the other layer is on."""
    asked = query.own.get(subject, {}).get(name, ())
    texts = [text if one == instead_of else one for one in asked] if instead_of else [*asked, text]
    changed = replace(query, subject=subject).asking(subject, {name: tuple(dict.fromkeys(texts))})
    if instead_of.endswith(LIVE) and layer_of(instead_of) != layer_of(text):
        changed = without_orphans(changed, layer_of(instead_of), subject)
    return switched_on(changed, scopes, subject, layer_of(text))


def without_relation(query: MapQuery, subject: str, name: str, text: str) -> MapQuery:
    """Take a relation away, with what is asked of the other layer for its sake."""
    asked = query.own.get(subject, {}).get(name, ())
    changed = replace(query, subject=subject).asking(subject, {name: [one for one in asked if one != text]})
    return without_orphans(changed, layer_of(text), subject) if text.endswith(LIVE) else changed


def without_orphans(query: MapQuery, slug: str, subject: str) -> MapQuery:
    """Drop the conditions of a layer that no relation of the subject speaks of any more."""
    asked = query.own.get(subject, {})
    left = {layer_of(text) for name in RELATIONS for text in asked.get(name, ())}
    if slug in left or slug == subject:
        return query
    return query.asking(slug, dict.fromkeys(query.own.get(slug, {}), ()))


def with_values(query: MapQuery, subject: str, slug: str, name: str, values: Sequence[str]) -> MapQuery:
    """Ask values of a field of the subject or of a layer that it is related to; none asks nothing."""
    return replace(query, subject=subject).asking(slug, {name: values})


def layer_of(text: str) -> str:
    """Return the layer that a relation names."""
    return text.removesuffix(LIVE).partition("@")[0].partition("/")[0]
