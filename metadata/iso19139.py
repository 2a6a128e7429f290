"""A public record in the XML of ISO/TS 19139 (ISO 19115:2003), for CSW and for the link of WFS to each layer.

Harvesters turn it into DCAT: the identifier of the citation is the address that identifies the dataset, the licence and
the limits of access are two blocks of constraints, and codes are anchors with the address of their list. Every element
set is valid by the schema ``gmd.xsd``, so that ``brief`` and ``summary`` hold what it requires besides.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.crs import LAMBERT_93
from layers.formats.xml_elements import document, element, valued
from layers.formats.xml_names import xml_name
from layers.vocabulary import Licence
from metadata import uris
from metadata.models import Attachment
from metadata.records import Distribution, Record
from metadata.vocabulary import AccessReason, AccessRights, HvdCategory, InspireTheme

GMD = "http://www.isotc211.org/2005/gmd"
_CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_NAMESPACES = {
    "xmlns:gmd": GMD,
    "xmlns:gco": "http://www.isotc211.org/2005/gco",
    "xmlns:gmx": "http://www.isotc211.org/2005/gmx",
    "xmlns:gml": "http://www.opengis.net/gml/3.2",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_SCHEMAS = {
    "xsi:schemaLocation": f"{GMD} http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd "
    "http://www.isotc211.org/2005/gmx http://schemas.opengis.net/iso/19139/20070417/gmx/gmx.xsd"
}
# Title and day of the vocabularies that keywords come from, as harvesters recognise them.
_INSPIRE = ("GEMET - INSPIRE themes, version 1.0", "2008-06-01")
_HIGH_VALUE = ("High-value dataset categories", "2023-09-05")
_DOWNLOAD, _LINK = "WWW:DOWNLOAD-1.0-http--download", "WWW:LINK-1.0-http--link"
_PROTOCOLS = {"wfs": "OGC:WFS", "ogc-api-features": "OGC API Features"}


class ElementSet(Enum):
    """How much of a record is written (OGC 07-006r1, 10.8.4.9)."""

    BRIEF = "brief"
    SUMMARY = "summary"
    FULL = "full"


def iso_document(record: Record, *, origin: str) -> bytes:
    """Return a record as a whole document; ``origin`` is the scheme and the host of the portal."""
    return document(iso_record(record, origin=origin))


def iso_record(record: Record, *, origin: str, elements: ElementSet = ElementSet.FULL) -> str:
    """Return the element ``gmd:MD_Metadata`` of a record, with the namespaces that it uses.

    ``origin`` is the scheme and the host of the portal. Identifiers of XML in it are of this record alone, so that
    several fit in one document.
    """
    is_brief, is_full = elements is ElementSet.BRIEF, elements is ElementSet.FULL
    return element(
        "gmd:MD_Metadata",
        _text("gmd:fileIdentifier", record.dataset_id),
        _language("gmd:language", "fre"),
        _code("gmd:characterSet", "MD_CharacterSetCode", "utf8"),
        _code("gmd:hierarchyLevel", "MD_ScopeCode", hierarchy_level(record)),
        _party("gmd:contact", _contact_name(record), "pointOfContact", record),
        _date("gmd:dateStamp", max(record.issued, record.modified or record.issued)),
        _text("gmd:metadataStandardName", "ISO 19115:2003/19139"),
        _text("gmd:metadataStandardVersion", "1.0"),
        _text("gmd:dataSetURI", origin + record.path),
        _locale(record) if is_full and record.title_en else "",
        _system() if record.is_located and not is_brief else "",
        element("gmd:identificationInfo", _identification(record, origin, elements)),
        "" if is_brief else element("gmd:distributionInfo", _distribution(record, origin)),
        element("gmd:dataQualityInfo", _quality(record)) if is_full else "",
        attributes=_NAMESPACES | _SCHEMAS,
    )


def hierarchy_level(record: Record) -> str:
    """Return the MD_ScopeCode of a record: a table without places is a ``nonGeographicDataset``."""
    return "dataset" if record.is_located else "nonGeographicDataset"


def _identification(record: Record, origin: str, elements: ElementSet) -> str:
    is_brief, is_full = elements is ElementSet.BRIEF, elements is ElementSet.FULL
    kind = "grid" if record.is_raster else "vector" if record.is_located else "textTable"
    resolution = record.resolution_m if is_full else None
    return element(
        "gmd:MD_DataIdentification",
        element("gmd:citation", _citation(record, origin, elements)),
        _translated(
            "gmd:abstract", record.abstract or record.title, record.abstract_en if is_full else "", record
        ),
        "" if is_brief else _parties(record),
        _maintenance(record) if is_full else "",
        "" if is_brief else _keywords(record),
        "" if is_brief else _use_constraints(record) + _access_constraints(record),
        _code("gmd:spatialRepresentationType", "MD_SpatialRepresentationTypeCode", kind),
        _resolution(resolution) if resolution else "",
        _language("gmd:language", uris.iso_language(record.language)),
        element("gmd:topicCategory", valued("gmd:MD_TopicCategoryCode", record.topic_category))
        if record.topic_category and not is_brief
        else "",
        _extent(record),
    )


def _citation(record: Record, origin: str, elements: ElementSet) -> str:
    english = record.title_en if elements is ElementSet.FULL else ""
    dates = [("publication", record.issued), ("revision", record.modified), ("creation", record.created)]
    return element(
        "gmd:CI_Citation",
        _translated("gmd:title", record.title, english, record),
        *(_typed_date(kind, moment) for kind, moment in dates if moment is not None),
        element("gmd:identifier", element("gmd:MD_Identifier", _text("gmd:code", origin + record.path))),
    )


def _parties(record: Record) -> str:
    """Return who answers for the dataset, by role: services and bodies, never a person."""
    parties = (
        (record.producer, "owner"),
        (record.publisher, "publisher"),
        (_contact_name(record), "pointOfContact"),
    )
    return "".join(_party("gmd:pointOfContact", name, role, record) for name, role in parties if name)


def _contact_name(record: Record) -> str:
    return record.contact_name or record.producer or record.publisher or _("Portail de données géographiques")


def _party(tag: str, name: str, role: str, record: Record) -> str:
    mail = record.contact_email or settings.PORTAL_CONTACT
    address = element("gmd:CI_Address", _text("gmd:electronicMailAddress", mail)) if mail else ""
    form = element("gmd:CI_OnlineResource", _linkage(record.contact_url)) if record.contact_url else ""
    contact = element(
        "gmd:CI_Contact",
        element("gmd:address", address) if address else "",
        element("gmd:onlineResource", form) if form else "",
    )
    return element(
        tag,
        element(
            "gmd:CI_ResponsibleParty",
            _text("gmd:organisationName", name),
            element("gmd:contactInfo", contact),
            _code("gmd:role", "CI_RoleCode", role),
        ),
    )


def _maintenance(record: Record) -> str:
    frequency = _code(
        "gmd:maintenanceAndUpdateFrequency",
        "MD_MaintenanceFrequencyCode",
        uris.iso_frequency(record.frequency),
    )
    return element("gmd:resourceMaintenance", element("gmd:MD_MaintenanceInformation", frequency))


def _keywords(record: Record) -> str:
    """Return a block of free keywords, one of INSPIRE themes and one of high-value categories."""
    words = dict.fromkeys([record.theme_title, *record.keywords])
    blocks = [element("gmd:MD_Keywords", *(_text("gmd:keyword", word) for word in words if word))]
    if record.inspire_theme in InspireTheme.values:
        label = InspireTheme(record.inspire_theme).label
        anchor = _anchor("gmd:keyword", uris.inspire_theme_uri(record.inspire_theme), label)
        blocks.append(_of_thesaurus(anchor, *_INSPIRE))
    if record.hvd_category in HvdCategory.values:
        label = HvdCategory(record.hvd_category).label
        anchor = _anchor("gmd:keyword", uris.hvd_uri(record.hvd_category), label)
        blocks.append(_of_thesaurus(anchor, *_HIGH_VALUE))
    return "".join(element("gmd:descriptiveKeywords", block) for block in blocks)


def _of_thesaurus(keyword: str, title: str, day: str) -> str:
    published = element("gmd:date", valued("gco:Date", day))
    kind = _code("gmd:dateType", "CI_DateTypeCode", "publication")
    citation = element(
        "gmd:CI_Citation",
        _text("gmd:title", title),
        element("gmd:date", element("gmd:CI_Date", published, kind)),
    )
    theme = _code("gmd:type", "MD_KeywordTypeCode", "theme")
    return element("gmd:MD_Keywords", keyword, theme, element("gmd:thesaurusName", citation))


def _use_constraints(record: Record) -> str:
    address = uris.licence_uri(record.licence)
    label = Licence(record.licence).label if record.licence in Licence.values else record.licence
    licence = (
        _anchor("gmd:otherConstraints", address, label) if address else _text("gmd:otherConstraints", label)
    )
    return _constraints("gmd:useConstraints", licence)


def _access_constraints(record: Record) -> str:
    """Return the limits of public access, apart from the licence, which nobody would recognise beside them."""
    if record.access_rights == AccessRights.PUBLIC:
        free = _("Pas de restriction d’accès public")
        limit = _anchor("gmd:otherConstraints", uris.NO_LIMITATION, free)
    elif record.access_reason in AccessReason.values:
        label = AccessReason(record.access_reason).label
        limit = _anchor("gmd:otherConstraints", uris.access_reason_uri(record.access_reason), label)
    else:
        limit = _text("gmd:otherConstraints", AccessRights(record.access_rights).label)
    return _constraints("gmd:accessConstraints", limit)


def _constraints(tag: str, text: str) -> str:
    kind = _code(tag, "MD_RestrictionCode", "otherRestrictions")
    return element("gmd:resourceConstraints", element("gmd:MD_LegalConstraints", kind, text))


def _resolution(metres: float) -> str:
    distance = valued("gco:Distance", f"{metres:g}", {"uom": "m"})
    return element("gmd:spatialResolution", element("gmd:MD_Resolution", element("gmd:distance", distance)))


def _extent(record: Record) -> str:
    """Return the box in degrees and the period of the data; nothing where neither is known."""
    parts = []
    if record.bounds is not None:
        west, south, east, north = record.bounds
        sides = (
            ("westBoundLongitude", west),
            ("eastBoundLongitude", east),
            ("southBoundLatitude", south),
            ("northBoundLatitude", north),
        )
        degrees = (element(f"gmd:{side}", valued("gco:Decimal", f"{value:.7f}")) for side, value in sides)
        parts.append(element("gmd:geographicElement", element("gmd:EX_GeographicBoundingBox", *degrees)))
    if record.period is not None:
        first, last = record.period
        period = element(
            "gml:TimePeriod",
            valued("gml:beginPosition", first.isoformat()),
            valued("gml:endPosition", last.isoformat()),
            attributes={"gml:id": f"period-{xml_name(record.dataset_id)}"},
        )
        extent = element("gmd:EX_TemporalExtent", element("gmd:extent", period))
        parts.append(element("gmd:temporalElement", extent))
    return element("gmd:extent", element("gmd:EX_Extent", *parts)) if parts else ""


def _distribution(record: Record, origin: str) -> str:
    """Return the formats of the files, and the addresses of files, services and the page."""
    files = [each for each in record.distributions if not each.is_service]
    version = element("gmd:version", attributes={"gco:nilReason": "unknown"})
    formats = (
        element("gmd:distributionFormat", element("gmd:MD_Format", _text("gmd:name", each.title), version))
        for each in files
    )
    lines = [
        _online(origin + each.path, _protocol(each), str(each.title), record.title)
        for each in record.distributions
    ]
    lines += [
        _online(origin + _attachment_path(record, each), _DOWNLOAD, each.title, record.title)
        for each in record.attachments
    ]
    lines.append(_online(origin + record.page, _LINK, _("Page de la couche"), record.title))
    options = element("gmd:MD_DigitalTransferOptions", *(element("gmd:onLine", line) for line in lines))
    return element("gmd:MD_Distribution", *formats, element("gmd:transferOptions", options))


def _attachment_path(record: Record, attachment: Attachment) -> str:
    name = attachment.former_id or str(attachment.pk)
    return reverse("explore:attachment", args=[record.dataset_id, name])


def _protocol(distribution: Distribution) -> str:
    return _PROTOCOLS.get(distribution.code, _LINK if distribution.is_service else _DOWNLOAD)


def _online(address: str, protocol: str, name: str, description: str) -> str:
    return element(
        "gmd:CI_OnlineResource",
        _linkage(address),
        _text("gmd:protocol", protocol),
        _text("gmd:name", name),
        _text("gmd:description", description),
    )


def _linkage(address: str) -> str:
    return element("gmd:linkage", valued("gmd:URL", address))


def _quality(record: Record) -> str:
    level = element("gmd:DQ_Scope", _code("gmd:level", "MD_ScopeCode", hierarchy_level(record)))
    french = _sentences(
        record.source, record.lineage, record.quality, _("Données d’exemple.") if record.is_sample else ""
    )
    english = _sentences(record.lineage_en, record.quality_en) if record.title_en else ""
    statement = _translated("gmd:statement", french or _("Non précisée."), english, record)
    lineage = element("gmd:LI_Lineage", statement)
    return element("gmd:DQ_DataQuality", element("gmd:scope", level), element("gmd:lineage", lineage))


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def _system() -> str:
    code = element("gmd:RS_Identifier", _text("gmd:code", LAMBERT_93.uri))
    identifier = element("gmd:referenceSystemIdentifier", code)
    return element("gmd:referenceSystemInfo", element("gmd:MD_ReferenceSystem", identifier))


def _locale(record: Record) -> str:
    """Return the declaration of English, which translated texts name."""
    locale = element(
        "gmd:PT_Locale",
        _language("gmd:languageCode", "eng"),
        _code("gmd:characterEncoding", "MD_CharacterSetCode", "utf8"),
        attributes={"id": _english(record)},
    )
    return element("gmd:locale", locale)


def _english(record: Record) -> str:
    return f"EN-{xml_name(record.dataset_id)}"


def _translated(tag: str, text: str, english: str, record: Record) -> str:
    """Return a text, with its English where there is one (PT_FreeText)."""
    if not english:
        return _text(tag, text)
    localised = valued("gmd:LocalisedCharacterString", english, {"locale": f"#{_english(record)}"})
    return element(
        tag,
        valued("gco:CharacterString", text),
        element("gmd:PT_FreeText", element("gmd:textGroup", localised)),
        attributes={"xsi:type": "gmd:PT_FreeText_PropertyType"},
    )


def _typed_date(kind: str, moment: dt.datetime) -> str:
    date = element("gmd:CI_Date", _date("gmd:date", moment), _code("gmd:dateType", "CI_DateTypeCode", kind))
    return element("gmd:date", date)


def _text(tag: str, value: object) -> str:
    return element(tag, valued("gco:CharacterString", value))


def _anchor(tag: str, address: str, label: object) -> str:
    return element(tag, valued("gmx:Anchor", label, {"xlink:href": address}))


def _date(tag: str, moment: dt.datetime) -> str:
    return element(tag, valued("gco:Date", timezone.localdate(moment).isoformat()))


def _code(tag: str, kind: str, value: str) -> str:
    attributes = {"codeList": f"{_CODES}#{kind}", "codeListValue": value}
    return element(tag, valued(f"gmd:{kind}", value, attributes))


def _language(tag: str, code: str) -> str:
    attributes = {"codeList": "http://www.loc.gov/standards/iso639-2/", "codeListValue": code}
    return element(tag, valued("gmd:LanguageCode", code, attributes))
