"""Recognise a file by its content, whatever its name.

The markers also protect GDAL from files that make it open other files or addresses (virtual layers, pipelines,
service descriptions), and from XML with a document type, hence with entities.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from datasets.errors import EmptyFile, UnknownFormat, UnsafeFile

HEAD = 65_536

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
    (b"SQLite format 3\0", gettext_noop("une base SQLite, pas un GeoPackage")),
    (b"AutoCAD Binary DXF", gettext_noop("un DXF binaire : enregistrez-le en DXF ASCII")),
    (
        b"{\\rtf",
        gettext_noop("un document de texte (RTF) : déposez les données elles-mêmes, en .csv ou .xlsx"),
    ),
    (b"%!PS", gettext_noop("un document PostScript : déposez les données elles-mêmes")),
    (b"\x00\x01\x00\x00Standard ", gettext_noop("une base Access : exportez la table en .xlsx ou .csv")),
    (b"PGDMP", gettext_noop("une sauvegarde de base PostgreSQL : exportez la table en .csv ou .gpkg")),
    (
        b"-- PostgreSQL database dump",
        gettext_noop("une sauvegarde de base SQL : exportez la table en .csv ou .gpkg"),
    ),
    (b"-- MySQL dump", gettext_noop("une sauvegarde de base SQL : exportez la table en .csv ou .gpkg")),
    (b"$FL2", gettext_noop("un fichier SPSS : exportez-le en .csv")),
    (b"%PDF", gettext_noop("un document PDF : déposez les données elles-mêmes")),
    (b"\x1f\x8b", gettext_noop("une archive gzip : décompressez-la, ou déposez un .zip")),
    (b"7z\xbc\xaf", gettext_noop("une archive 7z : déposez un .zip")),
    (b"Rar!", gettext_noop("une archive RAR : déposez un .zip")),
    (b"PK\x05\x06", gettext_noop("une archive vide")),
    (b"GIF8", gettext_noop("une image")),
    (b"\x89PNG", gettext_noop("une image")),
    (b"\xff\xd8\xff", gettext_noop("une image")),
    (b"II*\x00", gettext_noop("une image")),
    (b"MM\x00*", gettext_noop("une image")),
)
_HTML = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|script|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TABLE = re.compile(rb"<table\b", re.IGNORECASE)
_DRAWING = re.compile(rb"AC[0-9]{4}\0")
_SQL = re.compile(rb"(?:CREATE\s+TABLE|INSERT\s+INTO|DROP\s+TABLE|SET\s+NAMES)\b", re.IGNORECASE)
_MAIL = re.compile(rb"(?:Return-Path|Received|MIME-Version|Delivered-To): ")
_ORDERS = re.compile(
    rb"<OGRVRTDataSource|<OGRVRTLayer|<OGRWFSDataSource|<VRTDataset|<OGRCSWDataSource|gdal_streamed_alg|<GDAL_WMS"
)
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)


@dataclass
class Content:
    """The beginning of an open file, and the file for who must look further."""

    file: BinaryIO
    head: bytes

    @cached_property
    def text(self) -> bytes:
        """The beginning without byte order mark and white space."""
        return self.head.removeprefix(b"\xef\xbb\xbf").lstrip()

    @property
    def is_xml(self) -> bool:
        """Whether it opens like XML."""
        return self.text.startswith(b"<")

    @cached_property
    def json_kind(self) -> str:
        """``geojson``, ``geojsonseq`` or ``json``; empty for what is not JSON."""
        is_text = self.text[:1] in {b"{", b"[", b"\x1e"} and b"\0" not in self.head[:64]
        return _json_kind(self.file, self.text) if is_text else ""

    @cached_property
    def xml_root(self) -> str:
        """The name of the root element, in lower case; empty for what is not XML."""
        root = _PROLOG.match(self.text) if self.is_xml else None
        return root.group(1).decode().lower() if root else ""


Sniffer = Callable[[Content], bool]


def content_of(file: BinaryIO) -> Content:
    """Read the beginning of a file.

    Raises:
        EmptyFile: there is nothing in it.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head.strip():
        raise EmptyFile(_("Ce fichier est vide : il ne contient aucun octet."))
    return Content(file, head)


def starts_with(signature: bytes) -> Sniffer:
    """Recognise a binary format by its first bytes."""
    return lambda content: content.head.startswith(signature)


def is_geopackage(content: Content) -> bool:
    """Recognise a GeoPackage (OGC 12-128r18, 1.1.1.1.1: application id) among SQLite databases."""
    is_sqlite = content.head.startswith(b"SQLite format 3\0")
    return is_sqlite and content.head[68:72] in {b"GPKG", b"GP10", b"GP11"}


def has_root(name: str) -> Sniffer:
    """Recognise an XML format by its root element."""
    return lambda content: content.xml_root == name


def is_gml(content: Content) -> bool:
    """Whether XML uses GML's namespace."""
    return content.is_xml and b"opengis.net/gml" in content.text


def is_json(kind: str) -> Sniffer:
    """Recognise GeoJSON, GeoJSON by lines or a plain table in JSON."""
    return lambda content: content.json_kind == kind


def refuse(content: Content) -> None:
    """Refuse what no reader reads, what GDAL would follow, and XML that declares more than data.

    Raises:
        UnknownFormat, UnsafeFile: each with what to do instead.
    """
    head = content.head
    for magic, what in (*_REFUSED, *_describes_by_words(content)):
        if head.startswith(magic):
            raise UnknownFormat(_("Ce fichier est %s.") % _(what))
    if _ORDERS.search(head):
        raise UnsafeFile(_("Ce fichier renvoie à d’autres fichiers ou à des adresses : il n’est pas lu."))
    if content.is_xml:
        _refuse_xml(content.text)


def _describes_by_words(content: Content) -> tuple[tuple[bytes, str], ...]:
    """Return what a file is that begins like no table, whatever its first bytes exactly."""
    if _DRAWING.match(content.head):
        return (
            (
                b"",
                gettext_noop("un dessin DWG d’AutoCAD : enregistrez-le en DXF, ou exportez-le depuis le SIG"),
            ),
        )
    if _SQL.match(content.text):
        return ((b"", gettext_noop("une suite d’ordres SQL : exportez la table en .csv ou .gpkg")),)
    if _MAIL.match(content.text):
        return ((b"", gettext_noop("un courriel : déposez la pièce jointe, et non le message")),)
    return ()


def _refuse_xml(text: bytes) -> None:
    if text[:6].lower() == b"<table" or (_HTML.match(text) and _HTML_TABLE.search(text)):
        raise UnknownFormat(
            _(
                "Ce fichier est une page web (HTML) qui contient un tableau, même s’il se nomme .xls ou .csv :"
                " ouvrez-le dans un tableur et enregistrez-le en .xlsx."
            )
        )
    if _HTML.match(text):
        raise UnknownFormat(
            _(
                "Ce fichier est une page web (HTML) : l’adresse a sans doute répondu par une page au lieu des données."
            )
        )
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise UnsafeFile(_("Ce fichier XML déclare un type de document ou des entités : il n’est pas lu."))


def unknown_xml(content: Content) -> UnknownFormat:
    """Return the refusal of XML that no format recognises."""
    return UnknownFormat(
        _("Ce fichier XML n’est ni du KML, ni du GPX, ni du GML (« %s »).") % content.xml_root
    )


def _json_kind(file: BinaryIO, text: bytes) -> str:
    """Recognise GeoJSON, GeoJSON by lines or a plain table in JSON; empty for a line that only opens like JSON."""
    if text.startswith(b"\x1e"):
        return "geojsonseq"
    first, _newline, rest = text.partition(b"\n")
    if _is_feature(first) and (not rest.strip() or rest.lstrip().startswith(b"{")):
        return "geojsonseq"
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        is_table = _LIST_OF_RECORDS.match(text) is not None
        if content.find(b'"FeatureCollection"') >= 0 or (not is_table and content.find(b'"Feature"') >= 0):
            return "geojson"
    if re.match(rb'\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|-?[0-9])', text):
        return "json"
    return ""


_LIST_OF_RECORDS = re.compile(rb'(?:\{\s*"[^"]*"\s*:\s*(?:-?[0-9]+\s*,\s*"[^"]*"\s*:\s*)?)?\[')
"""A list of objects, alone or after its count: their ``geo_shape`` may be a feature, and GDAL reads no such list."""


def _is_feature(line: bytes) -> bool:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("type") == "Feature"


_START = re.compile(
    rb"\s*(?:999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n[ \t]*2[ \t]*\r?\n[ \t]*"
    rb"(?:HEADER|CLASSES|TABLES|BLOCKS|ENTITIES|OBJECTS)\b"
)


def is_dxf(content: Content) -> bool:
    """Whether the text opens as a drawing: comments, then a section."""
    return _START.match(content.text) is not None
