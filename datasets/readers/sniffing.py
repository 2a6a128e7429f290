"""The format of a file, decided by its content: a name may lie, bytes do not.

The markers also keep away from GDAL what it would read as an order to open other files or addresses (virtual layers,
pipelines, service descriptions), and XML with a document type, where entities live.
"""

from __future__ import annotations

import json
import mmap
import re
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from datasets.errors import EmptyFile, UnknownFormat, UnsafeFile

HEAD = 65_536

_MAGIC = (
    (b"fgb\x03fgb", "fgb"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
)
_REFUSED = (
    (
        b"\xd0\xcf\x11\xe0",
        gettext_noop(
            "un classeur de l’ancien Excel (.xls) ou protégé : enregistrez-le en .xlsx ou .ods, ouvert"
        ),
    ),
    (
        b"\x00\x00\x27\x0a",
        gettext_noop("un Shapefile sans ses fichiers voisins : déposez le .zip qui les contient tous"),
    ),
    (b"%PDF", gettext_noop("un document PDF : déposez les données elles-mêmes")),
    (b"\x1f\x8b", gettext_noop("une archive gzip : décompressez-la, ou déposez un .zip")),
    (b"7z\xbc\xaf", gettext_noop("une archive 7z : déposez un .zip")),
    (b"Rar!", gettext_noop("une archive RAR : déposez un .zip")),
    (b"PK\x05\x06", gettext_noop("une archive vide")),
    (b"\x89PNG", gettext_noop("une image")),
    (b"\xff\xd8\xff", gettext_noop("une image")),
    (b"II*\x00", gettext_noop("une image")),
    (b"MM\x00*", gettext_noop("une image")),
)
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_ORDERS = re.compile(
    rb"<OGRVRTDataSource|<OGRVRTLayer|<OGRWFSDataSource|<VRTDataset|<OGRCSWDataSource|gdal_streamed_alg|<GDAL_WMS"
)
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)
_SERVICE_XML = {"kml": "kml", "gpx": "gpx"}


def sniff(file: BinaryIO) -> str:
    """Return the format of ``file``: one of the readers' formats, or ``zip``, ``json``.

    Raises ``EmptyFile``, ``UnknownFormat`` or ``UnsafeFile``, each with what to do instead.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise EmptyFile(_("Le fichier est vide."))
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(b"SQLite format 3\0"):
        return _sqlite(head)
    _refuse(head)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return _xml(text)
    if text[:1] in {b"{", b"[", b"\x1e"} and b"\0" not in head[:64]:
        return _json(file, text)
    return "csv"


def _refuse(head: bytes) -> None:
    """Raise for what no reader reads, and for what GDAL would follow."""
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise UnknownFormat(_("Ce fichier est %s.") % _(what))
    if _ORDERS.search(head):
        raise UnsafeFile(_("Ce fichier renvoie à d’autres fichiers ou à des adresses : il n’est pas lu."))


def _sqlite(head: bytes) -> str:
    """Tell a GeoPackage (OGC 12-128r18, 1.1.1.1.1: application id) from another SQLite database."""
    if head[68:72] in {b"GPKG", b"GP10", b"GP11"}:
        return "gpkg"
    raise UnknownFormat(_("Ce fichier est une base SQLite, pas un GeoPackage."))


def _xml(text: bytes) -> str:
    if _HTML.match(text):
        raise UnknownFormat(
            _(
                "Ce fichier est une page web (HTML) : l’adresse a sans doute répondu par une page au lieu des données."
            )
        )
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise UnsafeFile(_("Ce fichier XML déclare un type de document ou des entités : il n’est pas lu."))
    root = _PROLOG.match(text)
    name = root.group(1).decode().lower() if root else ""
    if name in _SERVICE_XML:
        return _SERVICE_XML[name]
    if b"opengis.net/gml" in text:
        return "gml"
    raise UnknownFormat(_("Ce fichier XML n’est ni du KML, ni du GPX, ni du GML (« %s »).") % name)


def _json(file: BinaryIO, text: bytes) -> str:
    """Tell GeoJSON, GeoJSON by lines and a plain table in JSON; a line that opens like JSON and is not is CSV."""
    if text.startswith(b"\x1e"):
        return "geojsonseq"
    first, _newline, rest = text.partition(b"\n")
    if _is_feature(first) and (not rest.strip() or rest.lstrip().startswith(b"{")):
        return "geojsonseq"
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(b'"FeatureCollection"') >= 0 or content.find(b'"Feature"') >= 0:
            return "geojson"
    if re.match(rb'\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|-?[0-9])', text):
        return "json"
    return "csv"


def _is_feature(line: bytes) -> bool:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("type") == "Feature"
