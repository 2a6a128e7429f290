"""Public records: what everybody may know of each dataset, as one value that every catalogue protocol renders.

Only what the public sees leaves: a record is made from the scope of an anonymous visitor on the portal, so that a
draft, a withdrawn or an internal layer has none. Addresses are paths: a renderer puts the host of the portal before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from export_formats.registry import formats_of, official_formats
from interface.territory import COMMUNE_FIELD
from layers import access
from layers.definitions import Text
from layers.models import Layer
from layers.queries import extents, last_changes, period, row_counts
from layers.queries.territory import Period, commune_extent, territory_extent
from layers.visitor import Visitor
from metadata.models import Attachment, LayerMetadata
from metadata.vocabulary import AccessRights

if TYPE_CHECKING:
    from layers.access import RasterScope, Scope

Bounds = tuple[float, float, float, float]
GEOTIFF = "image/tiff; application=geotiff"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file or a service of a dataset. ``code`` is the extension of the file, or the name of the service.

    ``path`` begins with a slash. ``is_service`` is true of what answers questions about the dataset: WFS, OGC API…
    """

    code: str
    title: Text
    media_type: str
    path: str
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A dataset as catalogues describe it.

    ``bounds`` are west, south, east, north in degrees (CRS84), ``period`` the first and last date of the data.
    ``issued`` is the first publication and never changes, ``modified`` the last write of the data. ``licence`` and
    ``frequency`` are codes of ``layers.vocabulary``. ``row_count`` is 0 for a raster. ``is_located`` is false of a
    table whose rows have no place.
    """

    slug: str
    former_id: str
    title: str
    title_en: str
    abstract: str
    abstract_en: str
    theme: str
    theme_title: str
    keywords: tuple[str, ...]
    keywords_en: tuple[str, ...]
    licence: str
    frequency: str
    producer: str
    publisher: str
    contact_name: str
    contact_email: str
    contact_url: str
    source: str
    lineage: str
    lineage_en: str
    quality: str
    quality_en: str
    language: str
    access_rights: str
    access_reason: str
    hvd_category: str
    schema_url: str
    inspire_theme: str
    topic_category: str
    resolution_m: float | None
    bounds: Bounds | None
    period: Period | None
    row_count: int
    is_raster: bool
    is_sample: bool
    created: dt.datetime
    issued: dt.datetime
    modified: dt.datetime | None
    distributions: tuple[Distribution, ...]
    attachments: tuple[Attachment, ...]
    is_located: bool = True

    @property
    def dataset_id(self) -> str:
        """The identifier in addresses that harvesters know: that of the former portal, else the slug."""
        return self.former_id or self.slug

    @property
    def path(self) -> str:
        """The path of the address that identifies the dataset for good (``dct:identifier``)."""
        return f"/explore/dataset/{self.dataset_id}/"

    @property
    def page(self) -> str:
        """The path of its page for people."""
        return reverse("explorer:layer", args=[self.slug])


def public_records(*, instant: dt.datetime, portal: str = "") -> list[Record]:
    """Return the records of what everybody sees, by slug; ``portal`` is the INSEE code of a commune, empty for all."""
    visitor = Visitor(instant=instant, portal=portal)
    return _records(access.visible(visitor), access.visible_rasters(visitor))


def record_of(scope: Scope | RasterScope) -> Record | None:
    """Return the public record of one layer or raster, whoever asks; None when it is not public."""
    if not scope.is_public:
        return None
    visitor = scope.visitor
    public = Visitor(instant=visitor.instant, portal=visitor.portal)
    is_of_public = visitor.is_anonymous and visitor.link is None
    if isinstance(scope, access.RasterScope):
        raster = scope if is_of_public else access.raster_scope(public, scope.slug)
        return next(iter(_records([], [raster])), None)
    layer = scope if is_of_public else access.scope(public, scope.slug)
    return next(iter(_records([layer], [])), None)


def _records(visible: Iterable[Scope], visible_rasters: Iterable[RasterScope]) -> list[Record]:
    """Return the records of those that are public, by slug."""
    layers = [scope for scope in visible if scope.is_public]
    rasters = [scope for scope in visible_rasters if scope.is_public]
    texts = _Texts([*(scope.layer for scope in layers), *(raster.layer for raster in rasters)])
    records = _records_of_layers(layers, texts)
    records += [
        texts.record(
            raster,
            distributions=_of_raster(raster),
            bounds=(
                raster.online.bounds[0],
                raster.online.bounds[1],
                raster.online.bounds[2],
                raster.online.bounds[3],
            ),
            modified=raster.online.published_at or raster.online.created_at,
        )
        for raster in rasters
    ]
    return sorted(records, key=lambda record: record.slug)


def layer_record(scope: Scope) -> Record:
    """Return the record of a layer that its visitor reads, public or not: for them alone, and for no catalogue."""
    return _records_of_layers([scope], _Texts([scope.layer]))[0]


def _records_of_layers(layers: Sequence[Scope], texts: _Texts) -> list[Record]:
    bounds, counts, changes = covered_bounds(layers), row_counts(layers), last_changes(layers)
    return [
        texts.record(
            scope,
            distributions=_of_layer(scope),
            bounds=bounds[scope.slug],
            period=period(scope),
            row_count=counts[scope.slug],
            modified=changed,
        )
        for scope, changed in zip(layers, changes, strict=True)
    ]


def covered_bounds(scopes: Sequence[Scope]) -> dict[str, Bounds | None]:
    """Return what layers cover, by slug: west, south, east, north in degrees; None of what is nowhere.

    A table without geometry whose rows name communes covers those of the portal.
    """
    bounds = extents(scopes)
    tables = [scope for scope in scopes if bounds[scope.slug] is None and _names_communes(scope)]
    if tables:
        portal = tables[0].visitor.portal
        communes = commune_extent(portal) if portal else territory_extent()
        bounds |= {scope.slug: communes for scope in tables}
    return bounds


def _names_communes(scope: Scope) -> bool:
    names = {field.name for field in scope.fields}
    return not scope.definition.geometry.is_located and COMMUNE_FIELD in names


class _Texts:
    """The texts of some layers: their metadata and attachments are read in two statements."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        rows = LayerMetadata.objects.filter(layer__in=layers)
        self._metadata: Mapping[int, LayerMetadata] = {row.layer_id: row for row in rows}
        self._attachments: dict[int, list[Attachment]] = {}
        for attachment in Attachment.objects.filter(layer__in=layers):
            self._attachments.setdefault(attachment.layer_id, []).append(attachment)

    def record(
        self,
        scope: Scope | RasterScope,
        *,
        distributions: Iterable[Distribution],
        bounds: Bounds | None,
        modified: dt.datetime | None,
        period: Period | None = None,
        row_count: int = 0,
    ) -> Record:
        layer = scope.layer
        row = self._metadata.get(layer.pk) or LayerMetadata(layer=layer)
        own_bounds = (row.bounds[0], row.bounds[1], row.bounds[2], row.bounds[3]) if row.bounds else None
        own_period = (row.starts_on, row.ends_on) if row.starts_on and row.ends_on else None
        return Record(
            slug=layer.slug,
            former_id=row.former_id,
            title=layer.title,
            title_en=row.title_en,
            abstract=layer.abstract,
            abstract_en=row.abstract_en,
            theme=layer.theme.slug,
            theme_title=layer.theme.title,
            keywords=tuple(layer.keywords),
            keywords_en=tuple(row.keywords_en),
            licence=layer.licence,
            frequency=layer.frequency,
            producer=str(layer.producer or ""),
            publisher=row.publisher,
            contact_name=row.contact_name,
            contact_email=layer.contact,
            contact_url=row.contact_url,
            source=layer.source,
            lineage=row.lineage,
            lineage_en=row.lineage_en,
            quality=row.quality,
            quality_en=row.quality_en,
            language=row.language,
            access_rights=row.access_rights or AccessRights.PUBLIC,
            access_reason=row.access_reason,
            hvd_category=row.hvd_category,
            schema_url=row.schema_url,
            inspire_theme=row.inspire_theme,
            topic_category=row.topic_category,
            resolution_m=row.resolution_m,
            bounds=own_bounds or bounds,
            period=own_period or period,
            row_count=row_count,
            is_raster=isinstance(scope, access.RasterScope),
            is_sample=layer.is_sample,
            created=layer.created_at,
            issued=layer.first_published_at or layer.created_at,
            modified=modified,
            distributions=tuple(distributions),
            attachments=tuple(self._attachments.get(layer.pk, ())),
            is_located=isinstance(scope, access.RasterScope) or scope.definition.geometry.is_located,
        )


def _of_layer(scope: Scope) -> list[Distribution]:
    """Return the files of a layer, then the services that answer about it."""
    formats = [*formats_of(scope.definition), *official_formats(scope)] if scope.can_download else []
    files = [
        Distribution(
            kind.extension,
            kind.title,
            kind.media_type,
            reverse("exports:file", args=[scope.slug, kind.extension]),
        )
        for kind in formats
    ]
    services = [
        Distribution(
            "ogc-api-features",
            _("Objets (OGC API Features)"),
            "application/geo+json",
            reverse("ogc:items", args=[scope.slug]),
            is_service=True,
        )
    ]
    if scope.definition.geometry.is_located:
        capabilities = f"{reverse('wfs:service')}?service=WFS&request=GetCapabilities"
        services += [
            Distribution("wfs", _("Service WFS 2.0"), "application/xml", capabilities, is_service=True),
            Distribution(
                "tilejson",
                _("Tuiles vectorielles (TileJSON)"),
                "application/json",
                reverse("tiles:tilejson", args=[scope.slug]),
                is_service=True,
            ),
        ]
    return files + services


def _of_raster(scope: RasterScope) -> list[Distribution]:
    if not scope.can_download:
        return []
    address = reverse("rasters:coverage", args=[scope.slug])
    return [Distribution("tif", _("Valeurs en GeoTIFF"), GEOTIFF, address)]
