"""The addresses of files and attachments on the former portal, which match those that harvesters have stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _

from metadata.models import Attachment
from metadata.records import Distribution, Record


@dataclass(frozen=True, slots=True)
class ExploreFormat:
    """A format of the Explore API: the extension of ours, the one that a layer must offer, and its media type.

    ``has_labels``: ``use_labels=true`` is part of the address of its files.
    """

    extension: str
    offered: str
    title: str
    media_type: str
    has_labels: bool = False


EXPLORE_FORMATS = MappingProxyType(
    {
        "csv": ExploreFormat("explore.csv", "csv", "CSV", "text/csv", has_labels=True),
        "json": ExploreFormat("json", "csv", "JSON", "application/json"),
        "geojson": ExploreFormat("geojson", "geojson", "GeoJSON", "application/geo+json"),
        "shp": ExploreFormat("shp.zip", "shp.zip", "Shapefile", "application/zip"),
        "xlsx": ExploreFormat(
            "xlsx",
            "xlsx",
            "Excel (XLSX)",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            has_labels=True,
        ),
    }
)


def explore_distributions(record: Record, formats: Iterable[str], *, is_labelled: bool) -> list[Distribution]:
    """Return the files of a dataset at the addresses of the Explore API, in formats that its layer has."""
    offered = {each.code for each in record.distributions}
    base = f"/api/explore/v2.1/catalog/datasets/{record.dataset_id}/exports"
    files = []
    for name in formats:
        kind = EXPLORE_FORMATS[name]
        query = "?use_labels=true" if kind.has_labels and is_labelled else ""
        if kind.offered in offered:
            title = _("Fichier %s") % kind.title
            files.append(Distribution(name, title, kind.media_type, f"{base}/{name}{query}"))
    return files


def attachment_path(record: Record, attachment: Attachment) -> str:
    """Return the path of the address of an attachment of a dataset, for good."""
    name = attachment.former_id or attachment.pk
    return f"/api/v2/catalog/datasets/{record.dataset_id}/attachments/{name}"
