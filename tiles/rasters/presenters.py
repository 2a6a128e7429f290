"""Pages of producers: the rasters that a person feeds, their versions, their uploads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from interface import wording
from layers import access
from layers.access import RasterScope
from layers.access.rights import LayerRights, rights_on
from layers.errors import UnknownFeature, UnknownLayer
from layers.models import Raster, RasterVersion
from layers.visitor import Visitor
from tiles.models import RasterUpload
from tiles.rasters.services.versions import CREATION, may_create


@dataclass(frozen=True, slots=True)
class FedRaster:
    """A raster that a visitor feeds or puts online, with their rights."""

    raster: Raster
    rights: LayerRights

    @property
    def slug(self) -> str:
        """Its identifier."""
        return self.raster.layer.slug


def fed_rasters(visitor: Visitor) -> list[FedRaster]:
    """Return the rasters that a visitor feeds or puts online, by title."""
    if visitor.is_anonymous:
        return []
    rasters = list(Raster.objects.select_related("layer__theme", "online").order_by("layer__title"))
    rights = rights_on(visitor, [raster.layer for raster in rasters])
    fed = (FedRaster(raster, rights[raster.layer_id]) for raster in rasters)
    return [each for each in fed if each.rights.edits_every_row or each.rights.approves_every_row]


def feeds_rasters(visitor: object) -> bool:
    """Whether the visitor of a request feeds a raster or may make one; a page before any visitor shows no link."""
    if not isinstance(visitor, Visitor) or visitor.is_anonymous:
        return False
    return may_create(visitor) or bool(fed_rasters(visitor))


def feeding_rows(visitor: Visitor) -> list[QuerySet[Any]]:
    """Return what gives the pages of rasters to who is no administrator, as rows of which one is enough."""
    rows: list[QuerySet[Any]] = [Raster.objects.filter(layer__in=access.fed_layers(visitor))]
    if not access.obstacle(visitor):
        rows.append(access.holding(visitor, CREATION))
    return rows


def fed_raster(visitor: Visitor, slug: str) -> FedRaster:
    """Return a raster that a visitor feeds or puts online.

    Raises:
        UnknownLayer: there is none of that name for them.
    """
    fed = next((each for each in fed_rasters(visitor) if each.slug == slug), None)
    if fed is None:
        raise UnknownLayer(slug)
    return fed


def online_scope(visitor: Visitor, fed: FedRaster) -> RasterScope | None:
    """Return the scope of a raster that has a version online; None before its first one."""
    return access.raster_scope(visitor, fed.slug) if fed.raster.online_id else None


def version_of(fed: FedRaster, number: int) -> RasterVersion:
    """Return a version by its number.

    Raises:
        UnknownFeature: it is not kept.
    """
    version = RasterVersion.objects.filter(raster=fed.raster, number=number).first()
    if version is None:
        raise UnknownFeature(_("Cette version n’est pas gardée."), parameter="version")
    return version


def own_upload(visitor: Visitor, key: uuid.UUID) -> RasterUpload:
    """Return a file that a visitor gave.

    Raises:
        UnknownFeature: there is none for them.
    """
    uploads = RasterUpload.objects.select_related("raster__layer", "version")
    upload = uploads.filter(pk=key, owner=visitor.user_id).first() if not visitor.is_anonymous else None
    if upload is None:
        raise UnknownFeature(_("Ce dépôt n’existe pas, ou n’est pas le vôtre."))
    return upload


def recent_uploads(visitor: Visitor, fed: FedRaster) -> list[RasterUpload]:
    """Return the last files that a visitor gave for a raster."""
    return list(RasterUpload.objects.filter(raster=fed.raster, owner=visitor.user_id)[:5])


def phase_words(upload: RasterUpload) -> str:
    """Return the phase of an import in words."""
    names = {"reading": _("Lecture et contrôle du fichier"), "writing": _("Écriture du fichier du portail")}
    return names.get(str(upload.progress.get("phase")), _("Le fichier attend son tour"))


def share_of(upload: RasterUpload) -> int:
    """Return how far a phase is, in percent."""
    return round(100 * float(upload.progress.get("share", 0)))


def understood(version: RasterVersion) -> list[tuple[str, str]]:
    """Return the properties read from a file, as titles and texts."""
    width, height = version.resolution
    band = version.first_band
    nodata = band.get("nodata")
    facts = [
        (_("Système de coordonnées"), f"EPSG:{version.srid}"),
        (_("Dimensions"), f"{wording.number(version.width)} × {wording.number(version.height)}"),
        (_("Taille des mailles"), f"{wording.number(width)} × {wording.number(height)}"),
        (_("Canaux"), str(len(version.bands))),
        (_("Type des valeurs"), str(band.get("type", ""))),
        (_("Valeur des mailles vides"), _("aucune") if nodata is None else str(nodata)),
        (_("Valeurs"), _("de %(low)s à %(high)s") % _ends(band)),
        (_("Taille du fichier"), wording.size(version.size)),
    ]
    return facts


def _ends(band: dict[str, object]) -> dict[str, str]:
    low, high = (float(str(band.get(name, 0))) for name in ("minimum", "maximum"))
    return {"low": wording.number(low), "high": wording.number(high)}
