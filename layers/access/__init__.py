"""The one door: who sees which rows, fields and relations of a layer, and what they may do.

``scopes`` answers about what is published, ``rights`` about layers as a whole, published or not. Nothing else asks the
grants.
"""

from layers.access.rights import (
    LayerRights,
    fed_layers,
    has_permission,
    obstacle,
    producer_groups,
    rights,
    rights_on,
)
from layers.access.scopes import Scope, editable, in_commune, joined, scope, scope_of, visible

__all__ = [
    "LayerRights",
    "Scope",
    "editable",
    "fed_layers",
    "has_permission",
    "in_commune",
    "joined",
    "obstacle",
    "producer_groups",
    "rights",
    "rights_on",
    "scope",
    "scope_of",
    "visible",
]
