"""The metadata of a package: an ISO 19139 record, of which the elements that the national profile checks are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from layers.parsing.xml.elements import Element
from layers.parsing.xml.reader import parse_xml

_RECORD = "MD_Metadata"


@dataclass(frozen=True, slots=True)
class Contact:
    """A responsible party: name of its organisation, and mail."""

    organisation: str
    mail: str


@dataclass(frozen=True, slots=True)
class Specification:
    """A cited specification: title, dates of publication, and degree (``true``, ``false`` or another text)."""

    title: str
    dates: tuple[str, ...]
    degree: str


@dataclass(slots=True)
class MetadataRecord:
    """What a record says; empty texts where it says nothing."""

    identifier: str = ""
    title: str = ""
    abstract: str = ""
    scope: str = ""
    language: str = ""
    metadata_language: str = ""
    charset: str = ""
    topics: list[str] = field(default_factory=list)
    extents: list[tuple[str, str, str, str]] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    representation: str = ""
    lineage: str = ""
    denominators: list[str] = field(default_factory=list)
    distances: list[str] = field(default_factory=list)
    specifications: list[Specification] = field(default_factory=list)
    contact: Contact | None = None
    metadata_contact: Contact | None = None
    metadata_date: str = ""
    addresses: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    reference_systems: list[str] = field(default_factory=list)
    keywords: list[tuple[str, str]] = field(default_factory=list)


def read_record(content: bytes) -> MetadataRecord:
    """Read a record.

    Raises:
        UnreadableRequest, BodyTooLarge: it is no XML, or has a document type.
        ValueError: it is XML and no ISO 19139 record.
    """
    root = parse_xml(content)
    metadata = root if root.name == _RECORD else next(iter(_all(root, _RECORD)), None)
    if metadata is None:
        raise ValueError(root.name)
    information = _first(metadata, "identificationInfo")
    citation = _first(information, "citation")
    record = MetadataRecord(
        identifier=_text(metadata.child("fileIdentifier")),
        title=_text(_first(citation, "title")),
        abstract=_text(_first(information, "abstract")),
        scope=_code(metadata.child("hierarchyLevel")),
        language=_code(_first(information, "language")),
        metadata_language=_code(metadata.child("language")),
        charset=_code(_first(information, "characterSet")) or _code(metadata.child("characterSet")),
        representation=_code(_first(information, "spatialRepresentationType")),
        metadata_date=_text(metadata.child("dateStamp")),
        contact=_contact(_first(information, "pointOfContact")),
        metadata_contact=_contact(metadata.child("contact")),
    )
    record.topics = [text for each in _all(information, "topicCategory") if (text := _text(each))]
    record.formats = [
        _text(_first(each, "name")) for each in _all(metadata.child("distributionInfo"), "distributionFormat")
    ]
    record.lineage = _text(_first(metadata.child("dataQualityInfo"), "statement"))
    record.denominators = [_text(each) for each in _all(information, "denominator")]
    record.distances = [_text(each) for each in _all(information, "distance")]
    record.addresses = [
        _text(_first(each, "URL")) for each in _all(metadata.child("distributionInfo"), "linkage")
    ]
    record.identifiers = [_text(_first(each, "code")) for each in _all(citation, "identifier")]
    record.reference_systems = [_text(_first(each, "code")) for each in metadata.named("referenceSystemInfo")]
    for box in _all(information, "EX_GeographicBoundingBox"):
        sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        west, south, east, north = (_text(_first(box, side)) for side in sides)
        record.extents.append((west, south, east, north))
    record.dates = _dates(citation)
    for report in _all(metadata, "DQ_ConformanceResult"):
        specification = _first(report, "specification")
        record.specifications.append(
            Specification(
                _text(_first(specification, "title")),
                tuple(_dates(specification).values()),
                _text(_first(report, "pass")),
            )
        )
    for keywords in _all(information, "MD_Keywords"):
        thesaurus = _text(_first(_first(keywords, "thesaurusName"), "title"))
        record.keywords += [(thesaurus, _text(each)) for each in keywords.named("keyword")]
    return record


def _dates(element: Element | None) -> dict[str, str]:
    """Return the dates of a citation by type: ``publication``, ``revision``, ``creation``."""
    return {
        _code(_first(each, "dateType")): _text(_first(each, "Date") or _first(each, "DateTime"))
        for each in _all(element, "CI_Date")
    }


def _contact(element: Element | None) -> Contact | None:
    if element is None:
        return None
    return Contact(
        _text(_first(element, "organisationName")), _text(_first(element, "electronicMailAddress"))
    )


def _all(element: Element | None, name: str) -> list[Element]:
    """Return the descendants of a name, in the order of the document."""
    if element is None:
        return []
    descendants, waiting = [], list(reversed(element.children))
    while waiting:
        each = waiting.pop()
        if each.name == name:
            descendants.append(each)
        waiting.extend(reversed(each.children))
    return descendants


def _first(element: Element | None, name: str) -> Element | None:
    """Return the first descendant of a name."""
    return next(iter(_all(element, name)), None)


def _text(element: Element | None) -> str:
    """Return the text of an element or of what it wraps."""
    if element is None:
        return ""
    texts = [element.text, *(_text(child) for child in element.children)]
    return " ".join(text.strip() for text in texts if text.strip())


def _code(element: Element | None) -> str:
    """Return the code of a list, that of its attribute first."""
    if element is None:
        return ""
    for child in (element, *element.children):
        if value := child.attributes.get("codeListValue", "").strip():
            return value
    return _text(element)
