"""Scopes of rasters: who sees one, which part of it, and what they may do with its file.

The rights are those of its catalogue row, read as for features. A raster has no rows: a grant with a row filter opens
none of it. A commune's portal shows what lies within the commune.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone

from layers.access.grants import grants_in_force, reader_families, reader_of, rights_key, row_copy
from layers.access.rights import rights_by
from layers.cache import BoundedCache
from layers.errors import HiddenLayer, UnknownLayer
from layers.models import Grant, Layer, Raster, RasterVersion
from layers.parsing.raster_styles import RasterStyle, default_style, parse_style
from layers.sql.catalogue import page_versions
from layers.visitor import Visitor
from layers.vocabulary import LayerState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RasterScope:
    """What a visitor may know of a raster: its version online, where they may look, and their rights.

    ``portal`` is the INSEE code of the commune outside of which there is nothing for them, empty for the whole
    territory. ``key``, ``version`` and ``is_public`` are those of ``Scope``: two visitors with the same key get the
    same answers for the same version.
    """

    visitor: Visitor
    layer: Layer
    raster: Raster
    online: RasterVersion
    can_download: bool
    can_load: bool
    can_publish: bool
    is_public: bool
    key: str

    @property
    def slug(self) -> str:
        """The raster's identifier."""
        return self.layer.slug

    @property
    def version(self) -> int:
        """A number that no two files have: the same file brought back online has its own again."""
        return self.online.pk

    @property
    def portal(self) -> str:
        """The INSEE code of the commune that alone is shown; empty for the whole territory."""
        return self.visitor.portal

    @property
    def is_open(self) -> bool:
        """Whether the raster is open data."""
        return self.layer.is_open

    @property
    def style(self) -> RasterStyle:
        """How the raster is drawn: what an administrator wrote, else what suits its values."""
        default = default_style(self.raster.kind, self.online.bands)
        try:
            return parse_style(self.layer.style, default=default, bands=len(self.online.bands))
        except ValueError as error:
            logger.error("raster %s: style refused: %s", self.slug, error)
            return default


def raster_scope(visitor: Visitor, slug: str) -> RasterScope:
    """Return what ``visitor`` may know of the raster ``slug``.

    Raises:
        HiddenLayer: the raster exists, is hidden, and the visitor gave no credentials.
        UnknownLayer: no such raster, it has no version online, or it is hidden from this visitor.
    """
    raster = _online().filter(layer__slug=slug).first() if "\x00" not in slug else None
    if raster is None:
        raise UnknownLayer(slug)
    layer = raster.layer
    match = _scope(visitor, raster, grants_in_force(visitor, [layer]).get(layer.pk, []))
    if match is None:
        is_askable = visitor.is_anonymous and layer.state == LayerState.PUBLISHED
        raise HiddenLayer(slug) if is_askable else UnknownLayer(slug)
    return match


def visible_rasters(visitor: Visitor) -> list[RasterScope]:
    """Return the scopes of the rasters the visitor sees, in the order of the catalogue.

    They are built once for each set of rights, as those of layers (``scopes.visible``).
    """
    versions = page_versions(reader_families(visitor))
    built = _built.recall(rights_key(visitor, versions), lambda: tuple(_visible(visitor)))
    return [
        replace(
            scope,
            visitor=visitor,
            layer=row_copy(scope.layer),
            raster=row_copy(scope.raster),
            online=row_copy(scope.online),
        )
        for scope in built
    ]


# Scopes as they were built for a visitor of the same rights.
_built: BoundedCache[tuple[RasterScope, ...]] = BoundedCache(64, is_counted=False)


def _visible(visitor: Visitor) -> list[RasterScope]:
    rasters = list(_online().order_by("layer__theme__rank", "layer__title"))
    grants = grants_in_force(visitor, [raster.layer for raster in rasters])
    scopes = (_scope(visitor, raster, grants.get(raster.layer_id, [])) for raster in rasters)
    return [match for match in scopes if match is not None]


def raster_version_scope(version: RasterVersion) -> RasterScope:
    """Return the scope of a version, online or not, for work without a visitor: it has no rights."""
    raster, visitor = version.raster, Visitor(instant=timezone.now())
    layer = raster.layer
    return RasterScope(
        visitor=visitor,
        layer=layer,
        raster=raster,
        online=version,
        can_download=False,
        can_load=False,
        can_publish=False,
        is_public=False,
        key=_key(layer.slug, visitor.portal),
    )


def _online() -> QuerySet[Raster]:
    related = Raster.objects.select_related("layer__theme", "layer__producer", "online")
    return related.filter(online__isnull=False).defer("online__by_commune")  # few pages read it


def _scope(visitor: Visitor, raster: Raster, grants: Sequence[Grant]) -> RasterScope | None:
    layer, online = raster.layer, raster.online
    full_grants = [grant for grant in grants if grant.has_every_row]
    is_published = layer.state == LayerState.PUBLISHED
    reader = reader_of(visitor, layer)
    is_visible = reader.is_administrator or (is_published and (layer.is_open or bool(full_grants)))
    if online is None or not is_visible:
        return None
    rights = rights_by(reader, grants)
    return RasterScope(
        visitor=visitor,
        layer=layer,
        raster=raster,
        online=online,
        can_download=reader.is_administrator
        or layer.is_open
        or any(grant.can_download for grant in full_grants),
        can_load=rights.can_load,
        can_publish=rights.can_publish,
        is_public=layer.is_open and is_published,
        key=_key(layer.slug, visitor.portal),
    )


def _key(slug: str, portal: str) -> str:
    return hashlib.sha256("\x1f".join(("raster", slug, portal)).encode()).hexdigest()[:20]
