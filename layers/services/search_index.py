"""Update the index of the search: build what is missing or stale, drop what is unused."""

from __future__ import annotations

from layers import registry
from layers.access import indexable
from layers.sql import search_index
from layers.sql.advisory_locks import number_of, session_lock
from layers.sql.search_index import mark_stale

__all__ = ["mark_stale", "refresh_search"]


_LOCK = number_of("search index")


def refresh_search(*, rebuilds: bool = False) -> list[str]:
    """Build the parts of layers that are not up to date, of all with ``rebuilds``; return the slugs of these layers.

    A layer that cannot be indexed (a text computed from other tables) has no part: the search queries it directly. A
    call during another one waits, then has little to do.
    """
    with session_lock(_LOCK):
        return _refresh(rebuilds=rebuilds)


def _refresh(*, rebuilds: bool) -> list[str]:
    search_index.mark_lost()
    search_index.drop_unused()
    listed = {layer.slug: layer for layer in indexable()}
    signatures: dict[int, set[tuple[str, str]]] = {}
    for part in search_index.fresh_parts():
        signatures.setdefault(part.layer, set()).add((part.name, part.signature))
    definitions = [definition for definition in registry.definitions() if definition.slug in listed]
    search_index.keep_synonyms({listed[each.slug].pk: each.synonyms for each in definitions})
    built, indexed = [], []
    for definition in definitions:
        layer = listed[definition.slug]
        plan = search_index.index_plan(definition, protected=layer.protected, is_open=layer.is_open)
        if plan is None:
            continue
        indexed.append(layer.pk)
        expected = {(part.name, plan.signature) for part in plan.parts}
        if rebuilds or signatures.get(layer.pk) != expected:
            search_index.build(layer.pk, plan)
            built.append(definition.slug)
    search_index.keep_only(indexed)
    if built:
        search_index.keep_terms()
    return built
