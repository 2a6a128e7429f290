"""Earlier versions of a layer, and those not online yet: for who feeds it alone. For anybody else they do not exist."""

from __future__ import annotations

from dataclasses import replace

from layers import registry
from layers.access.rights import rights
from layers.access.scopes import Scope, joined, scope, scope_of
from layers.errors import UnknownLayerVersion
from layers.registry import LayerVersion
from layers.visitor import Visitor


def versions(found: Scope) -> tuple[LayerVersion, ...]:
    """Return the versions of a layer whose rows its visitor reads, newest first; none for who does not feed it."""
    return registry.versions(found.slug) if rights(found.visitor, found.layer).is_feeder else ()


def version_scope(visitor: Visitor, slug: str, number: int) -> Scope:
    """Return what a visitor may know of a version of a layer: what ``hidden_like`` leaves of it. It is never public.

    Raises:
        UnknownLayer: no such layer, or it is hidden from this visitor.
        UnknownLayerVersion: no such version, its rows are not kept, or the visitor does not feed the layer.
    """
    online = scope(visitor, slug)
    if not rights(visitor, online.layer).is_feeder:
        raise UnknownLayerVersion(slug, number)
    definition = registry.version(slug, number)
    found = hidden_like(scope_of(visitor, online.layer, definition), online)
    return replace(found, is_public=False)


def hidden_like(found: Scope, online: Scope) -> Scope:
    """Return the scope of a version without the fields that its visitor does not read of what is online.

    Neither an older schema nor the next one shows what a protection hides.
    """
    hidden = online.definition.by_name.keys() - {item.name for item in online.fields}
    kept = tuple(item for item in found.fields if item.name not in hidden)
    return replace(joined(found, [online]), fields=kept)
