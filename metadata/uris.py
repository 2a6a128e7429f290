"""Addresses of codes in the lists of their authorities, as catalogue protocols write them.

EU Publications Office authority tables, INSPIRE registry, EU vocabulary of high-value datasets (Regulation (EU)
2023/138), IANA media types, ISO 19115 code lists. Licences are those that the national portal recognises
(``layers.vocabulary.LICENCE_URLS``).
"""

from __future__ import annotations

from collections.abc import Mapping

from layers.vocabulary import LICENCE_URLS, Frequency
from metadata.vocabulary import AccessReason

AUTHORITY = "http://publications.europa.eu/resource/authority"
INSPIRE_CODES = "http://inspire.ec.europa.eu/metadata-codelist"
HVD_LEGISLATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
NO_LIMITATION = f"{INSPIRE_CODES}/LimitationsOnPublicAccess/noLimitations"
DATA_THEMES = f"{AUTHORITY}/data-theme"
INSPIRE_THEMES = "http://inspire.ec.europa.eu/theme"
_FILE_TYPES: Mapping[str, str] = {
    "csv": "CSV",
    "excel.csv": "CSV",
    "xlsx": "XLSX",
    "json": "JSON",
    "geojson": "GEOJSON",
    "gpkg": "GPKG",
    "shp": "SHP",
    "shp.zip": "SHP",
    "kml": "KML",
    "gpx": "GPX",
    "gml": "GML",
    "parquet": "PARQUET",
    "xml": "XML",
    "zip": "ZIP",
    "tif": "TIFF",
    "rdf": "RDF_XML",
    "ttl": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "pdf": "PDF",
    "png": "PNG",
    "jpg": "JPEG",
    "txt": "TXT",
    "wms": "WMS_SRVC",
    "wfs": "WFS_SRVC",
    "ogc-api-features": "GEOJSON",
    "tilejson": "JSON",
}
# ISO 19115 MD_MaintenanceFrequencyCode of an EU frequency; the rest of what has a rhythm is ``irregular``.
_ISO_FREQUENCIES: Mapping[str, str] = {
    Frequency.UPDATE_CONT: "continual",
    Frequency.CONT: "continual",
    Frequency.DAILY: "daily",
    Frequency.WEEKLY: "weekly",
    Frequency.BIWEEKLY: "fortnightly",
    Frequency.MONTHLY: "monthly",
    Frequency.QUARTERLY: "quarterly",
    Frequency.ANNUAL_2: "biannually",
    Frequency.ANNUAL: "annually",
    Frequency.AS_NEEDED: "asNeeded",
    Frequency.NEVER: "notPlanned",
    Frequency.NOT_PLANNED: "notPlanned",
    Frequency.OTHER: "unknown",
    Frequency.UNKNOWN: "unknown",
}
_WITHIN_A_DAY = frozenset(
    {
        Frequency.MINUTES_1,
        Frequency.MINUTES_5,
        Frequency.MINUTES_10,
        Frequency.MINUTES_15,
        Frequency.MINUTES_30,
        Frequency.HOURLY,
        Frequency.BIHOURLY,
        Frequency.TRIHOURLY,
        Frequency.HOURS_12,
        Frequency.DAILY_3,
        Frequency.DAILY_2,
    }
)
# Schema.org and GeoDCAT name languages by two letters (BCP 47), the EU and ISO 19139 by three.
_LANGUAGE_TAGS: Mapping[str, str] = {
    "FRA": "fr",
    "ENG": "en",
    "DEU": "de",
    "SPA": "es",
    "ITA": "it",
    "NLD": "nl",
}
_ISO_LANGUAGES: Mapping[str, str] = {
    "FRA": "fre",
    "ENG": "eng",
    "DEU": "ger",
    "SPA": "spa",
    "ITA": "ita",
    "NLD": "dut",
}


def licence_uri(code: str) -> str:
    """Return the address by which the national portal recognises a licence; empty for one without address."""
    return LICENCE_URLS.get(code, "")


def frequency_uri(code: str) -> str:
    """Return the concept of the EU frequency table; ``code`` is a ``layers.vocabulary.Frequency``."""
    return f"{AUTHORITY}/frequency/{code}"


def iso_frequency(code: str) -> str:
    """Return the ISO 19115 MD_MaintenanceFrequencyCode of an EU frequency."""
    return _ISO_FREQUENCIES.get(code, "continual" if code in _WITHIN_A_DAY else "irregular")


def language_uri(code: str) -> str:
    """Return the concept of the EU language table; ``code`` has three letters, as FRA."""
    return f"{AUTHORITY}/language/{code}"


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of an EU language code, French for one that is not listed."""
    return _LANGUAGE_TAGS.get(code, "fr")


def iso_language(code: str) -> str:
    """Return the ISO 639-2/B code of an EU language code, as ISO 19139 for INSPIRE requires."""
    return _ISO_LANGUAGES.get(code, "fre")


def access_rights_uri(code: str) -> str:
    """Return the concept of the EU access-right table."""
    return f"{AUTHORITY}/access-right/{code}"


def access_reason_uri(code: str) -> str:
    """Return the INSPIRE limitation on public access of a reason; "no limitation" without one."""
    return (
        f"{INSPIRE_CODES}/LimitationsOnPublicAccess/{code}" if code in AccessReason.values else NO_LIMITATION
    )


def hvd_uri(code: str) -> str:
    """Return the category of high-value datasets."""
    return f"http://data.europa.eu/bna/{code}"


def inspire_theme_uri(code: str) -> str:
    """Return the theme of the INSPIRE registry; ``code`` has two letters."""
    return f"{INSPIRE_THEMES}/{code}"


def topic_category_uri(code: str) -> str:
    """Return the ISO 19115 topic category in the INSPIRE registry."""
    return f"{INSPIRE_CODES}/TopicCategory/{code}"


def data_theme_uri(code: str) -> str:
    """Return the concept of the EU data-theme table; ``code`` is a ``metadata.vocabulary.DataTheme``."""
    return f"{DATA_THEMES}/{code}"


def file_type_uri(extension: str) -> str:
    """Return the concept of the EU file-type table of a file's extension or a service; empty for one it lacks."""
    code = _FILE_TYPES.get(extension)
    return f"{AUTHORITY}/file-type/{code}" if code else ""


def media_type_uri(media_type: str) -> str:
    """Return the IANA address of a media type, its parameters left out."""
    return f"https://www.iana.org/assignments/media-types/{media_type.partition(';')[0].strip()}"
