"""The one door: who sees which rows, fields and relations of a layer, and what they may do.

``scopes`` answers about what is published, ``rights`` about layers as a whole, published or not. Nothing else asks the
grants.
"""

from layers.access.delegation import Delegation, delegation, groups_within, own_permissions
from layers.access.rasters import RasterScope, raster_scope, visible_rasters
from layers.access.rights import (
    LayerRights,
    edits_something,
    fed_layers,
    has_permission,
    obstacle,
    own_layers,
    producer_groups,
    rights,
    rights_on,
)
from layers.access.scopes import (
    Scope,
    countable,
    countable_scope,
    editable,
    edits_every,
    every_row,
    in_commune,
    joined,
    listed_layers,
    scope,
    scope_of,
    scope_of_own,
    scopes,
    scopes_seen,
    visible,
)
from layers.access.searching import (
    Searchable,
    SearchableLayer,
    VersionedLayer,
    VersionedLayers,
    indexable,
    searchable,
    versioned,
)
from layers.access.styling import may_style, reads_style, styled_scope, written_style
from layers.access.versions import hidden_like, version_scope, versions

__all__ = [
    "Delegation",
    "LayerRights",
    "RasterScope",
    "Scope",
    "Searchable",
    "SearchableLayer",
    "VersionedLayer",
    "VersionedLayers",
    "countable",
    "countable_scope",
    "delegation",
    "editable",
    "edits_every",
    "edits_something",
    "every_row",
    "fed_layers",
    "groups_within",
    "has_permission",
    "hidden_like",
    "in_commune",
    "indexable",
    "joined",
    "listed_layers",
    "may_style",
    "obstacle",
    "own_layers",
    "own_permissions",
    "producer_groups",
    "raster_scope",
    "reads_style",
    "rights",
    "rights_on",
    "scope",
    "scope_of",
    "scope_of_own",
    "scopes",
    "scopes_seen",
    "searchable",
    "styled_scope",
    "version_scope",
    "versioned",
    "versions",
    "visible",
    "visible_rasters",
    "written_style",
]
