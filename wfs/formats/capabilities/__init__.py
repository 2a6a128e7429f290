"""Capabilities in the form of each version."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layers.access import Scope
from wfs.formats.capabilities.context import CapabilitiesContext
from wfs.formats.capabilities.v1_0 import capabilities_1_0
from wfs.formats.capabilities.v1_1 import capabilities_1_1
from wfs.formats.capabilities.v2_0 import capabilities_2_0

__all__ = ["CapabilitiesContext", "capabilities"]

_WRITERS: dict[str, Callable[[Sequence[Scope], CapabilitiesContext], bytes]] = {
    "2.0.0": capabilities_2_0,
    "1.1.0": capabilities_1_1,
    "1.0.0": capabilities_1_0,
}


def capabilities(scopes: Sequence[Scope], context: CapabilitiesContext) -> bytes:
    """Return the capabilities of the service for the layers of these scopes."""
    return _WRITERS[context.request.version.number](scopes, context)
