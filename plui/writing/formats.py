"""The metadata record of a package: ISO 19139 (ISO/TS 19139:2007), with what the profile of planning documents asks.

Elements come in the order of the schema ``gmd``. The specification is cited as ``CNIG PLUi v2025``, by which a reader
chooses the national model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

GMD, GCO = "http://www.isotc211.org/2005/gmd", "http://www.isotc211.org/2005/gco"
_CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
_PUBLISHED = dt.date(2025, 6, 24)
"""Day of the revision of the standard that the package follows."""


@dataclass(frozen=True, slots=True)
class RecordContent:
    """What the record says: ``bounds`` are west, south, east and north in degrees; ``organisation`` is a body.

    ``keywords`` are pairs of a vocabulary and a word.
    """

    identifier: str
    title: str
    abstract: str
    lineage: str
    organisation: str
    mail: str
    address: str
    specification: str
    approved: dt.date
    written: dt.date
    bounds: tuple[float, float, float, float]
    keywords: tuple[tuple[str, str], ...]
    denominator: int = 1_000


def metadata_document(content: RecordContent) -> bytes:
    """Return the record as XML, in UTF-8."""
    register_namespace("gmd", GMD)
    register_namespace("gco", GCO)
    root = Element(_gmd("MD_Metadata"))
    _text(_under(root, "fileIdentifier"), content.identifier)
    _code(_under(root, "language"), "LanguageCode", "fre")
    _code(_under(root, "characterSet"), "MD_CharacterSetCode", "utf8")
    _code(_under(root, "hierarchyLevel"), "MD_ScopeCode", "dataset")
    _contact(_under(root, "contact"), content)
    _date(_under(root, "dateStamp"), content.written)
    system = _path(
        root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier", "RS_Identifier"
    )
    _text(_under(system, "code"), _LAMBERT_93)
    _identification(_path(root, "identificationInfo", "MD_DataIdentification"), content)
    distribution = _path(root, "distributionInfo", "MD_Distribution")
    shape = _path(distribution, "distributionFormat", "MD_Format")
    _text(_under(shape, "name"), "ESRI Shapefile")
    _text(_under(shape, "version"), "1.0")
    transfer = _path(
        distribution, "transferOptions", "MD_DigitalTransferOptions", "onLine", "CI_OnlineResource", "linkage"
    )
    _under(transfer, "URL").text = content.address
    _quality(_path(root, "dataQualityInfo", "DQ_DataQuality"), content)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _identification(parent: Element, content: RecordContent) -> None:
    citation = _path(parent, "citation", "CI_Citation")
    _text(_under(citation, "title"), content.title)
    _dated(_under(citation, "date"), content.approved, "revision")
    _text(_path(citation, "identifier", "MD_Identifier", "code"), content.identifier)
    _text(_under(parent, "abstract"), content.abstract)
    _contact(_under(parent, "pointOfContact"), content)
    for vocabulary, word in content.keywords:
        keywords = _path(parent, "descriptiveKeywords", "MD_Keywords")
        _text(_under(keywords, "keyword"), word)
        thesaurus = _path(keywords, "thesaurusName", "CI_Citation")
        _text(_under(thesaurus, "title"), vocabulary)
        _dated(_under(thesaurus, "date"), content.approved, "publication")
    _code(_under(parent, "spatialRepresentationType"), "MD_SpatialRepresentationTypeCode", "vector")
    resolution = _path(
        parent,
        "spatialResolution",
        "MD_Resolution",
        "equivalentScale",
        "MD_RepresentativeFraction",
        "denominator",
    )
    SubElement(resolution, _gco("Integer")).text = str(content.denominator)
    _code(_under(parent, "language"), "LanguageCode", "fre")
    _code(_under(parent, "characterSet"), "MD_CharacterSetCode", "utf8")
    _under(_under(parent, "topicCategory"), "MD_TopicCategoryCode").text = "planningCadastre"
    box = _path(parent, "extent", "EX_Extent", "geographicElement", "EX_GeographicBoundingBox")
    west, south, east, north = content.bounds
    sides = {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
    for name, degrees in sides.items():
        SubElement(_under(box, name), _gco("Decimal")).text = f"{degrees:.6f}"


def _quality(parent: Element, content: RecordContent) -> None:
    _code(_path(parent, "scope", "DQ_Scope", "level"), "MD_ScopeCode", "dataset")
    result = _path(parent, "report", "DQ_DomainConsistency", "result", "DQ_ConformanceResult")
    specification = _path(result, "specification", "CI_Citation")
    _text(_under(specification, "title"), content.specification)
    _dated(_under(specification, "date"), _PUBLISHED, "publication")
    _text(_under(result, "explanation"), content.specification)
    SubElement(_under(result, "pass"), _gco("Boolean")).text = "true"
    _text(_path(parent, "lineage", "LI_Lineage", "statement"), content.lineage)


def _contact(parent: Element, content: RecordContent) -> None:
    party = _under(parent, "CI_ResponsibleParty")
    _text(_under(party, "organisationName"), content.organisation)
    address = _path(party, "contactInfo", "CI_Contact", "address", "CI_Address", "electronicMailAddress")
    _text(address, content.mail)
    _code(_under(party, "role"), "CI_RoleCode", "pointOfContact")


def _gmd(name: str) -> str:
    return f"{{{GMD}}}{name}"


def _gco(name: str) -> str:
    return f"{{{GCO}}}{name}"


def _under(parent: Element, name: str) -> Element:
    return SubElement(parent, _gmd(name))


def _path(parent: Element, *names: str) -> Element:
    """Create elements inside each other; return the innermost."""
    for name in names:
        parent = _under(parent, name)
    return parent


def _text(parent: Element, text: str) -> None:
    SubElement(parent, _gco("CharacterString")).text = text


def _date(parent: Element, day: dt.date) -> None:
    SubElement(parent, _gco("Date")).text = day.isoformat()


def _dated(parent: Element, day: dt.date, kind: str) -> None:
    date = _under(parent, "CI_Date")
    _date(_under(date, "date"), day)
    _code(_under(date, "dateType"), "CI_DateTypeCode", kind)


def _code(parent: Element, name: str, value: str) -> None:
    SubElement(parent, _gmd(name), {"codeList": f"{_CODES}#{name}", "codeListValue": value}).text = value


def document_keywords(
    typedoc: str, authority: str, communes: Iterable[str], year: int
) -> tuple[tuple[str, str], ...]:
    """Return the keywords that the national profile expects, by vocabulary."""
    codes = tuple((f"Code officiel géographique au 1er janvier {year}", code) for code in communes)
    return (
        ("Types de documents d’urbanisme", typedoc),
        ("Répertoire SIRENE", authority),
        *codes,
    )
