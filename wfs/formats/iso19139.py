"""The catalogue entry of a layer as a record of ISO 19115 in the XML of ISO/TS 19139, for harvesters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import LAMBERT_93
from layers.formats.xml_elements import document, element, valued
from layers.vocabulary import LICENCE_URLS, Frequency

_CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_ROOT = {
    "xmlns:gmd": "http://www.isotc211.org/2005/gmd",
    "xmlns:gco": "http://www.isotc211.org/2005/gco",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": "http://www.isotc211.org/2005/gmd http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd",
}
_FREQUENCIES: Mapping[str, str] = {
    Frequency.CONT: "continual",
    Frequency.DAILY: "daily",
    Frequency.WEEKLY: "weekly",
    Frequency.MONTHLY: "monthly",
    Frequency.QUARTERLY: "quarterly",
    Frequency.ANNUAL: "annually",
    Frequency.AS_NEEDED: "asNeeded",
    Frequency.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class RecordContext:
    """Content of a record besides the catalogue: addresses, the extent in degrees, the last change of the data."""

    record: str
    page: str
    service: str
    bounds: tuple[float, float, float, float] | None
    changed: dt.datetime | None


def record(scope: Scope, context: RecordContext) -> bytes:
    """Return the record of a layer."""
    is_located = scope.definition.geometry.is_located
    return document(
        element(
            "gmd:MD_Metadata",
            _text("gmd:fileIdentifier", scope.slug),
            _language("gmd:language"),
            _code("gmd:characterSet", "MD_CharacterSetCode", "utf8"),
            _code("gmd:hierarchyLevel", "MD_ScopeCode", "dataset"),
            _party("gmd:contact", scope),
            _date("gmd:dateStamp", scope.layer.updated_at),
            _text("gmd:metadataStandardName", "ISO 19115:2003/19139"),
            _text("gmd:dataSetURI", context.page),
            _system() if is_located else "",
            element("gmd:identificationInfo", _identification(scope, context)),
            element("gmd:distributionInfo", _distribution(context)),
            element("gmd:dataQualityInfo", _quality(scope)),
            attributes=_ROOT,
        )
    )


def _identification(scope: Scope, context: RecordContext) -> str:
    layer, is_located = scope.layer, scope.definition.geometry.is_located
    frequency = _code(
        "gmd:maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", _FREQUENCIES[layer.frequency]
    )
    return element(
        "gmd:MD_DataIdentification",
        element("gmd:citation", _citation(scope, context)),
        _text("gmd:abstract", layer.abstract or layer.title),
        _party("gmd:pointOfContact", scope),
        element("gmd:resourceMaintenance", element("gmd:MD_MaintenanceInformation", frequency)),
        _keywords(scope),
        element("gmd:resourceConstraints", _constraints(scope)),
        _code(
            "gmd:spatialRepresentationType",
            "MD_SpatialRepresentationTypeCode",
            "vector" if is_located else "textTable",
        ),
        _language("gmd:language"),
        _extent(context),
    )


def _citation(scope: Scope, context: RecordContext) -> str:
    """Return the title, the date and the identifier: the address of the record, which is unique."""
    kind = _code("gmd:dateType", "CI_DateTypeCode", "revision")
    changed = context.changed or scope.layer.updated_at
    identifier = element("gmd:MD_Identifier", _text("gmd:code", context.record))
    return element(
        "gmd:CI_Citation",
        _text("gmd:title", scope.layer.title),
        element("gmd:date", element("gmd:CI_Date", _date("gmd:date", changed), kind)),
        element("gmd:identifier", identifier),
    )


def _keywords(scope: Scope) -> str:
    words = dict.fromkeys([scope.layer.theme.title, *scope.layer.keywords])
    return element(
        "gmd:descriptiveKeywords",
        element("gmd:MD_Keywords", *(_text("gmd:keyword", word) for word in words)),
    )


def _constraints(scope: Scope) -> str:
    address = LICENCE_URLS.get(scope.layer.licence, "")
    licence = " ".join(text for text in (scope.layer.get_licence_display(), address) if text)
    kind = _code("gmd:useConstraints", "MD_RestrictionCode", "otherRestrictions")
    return element("gmd:MD_LegalConstraints", kind, _text("gmd:otherConstraints", licence))


def _extent(context: RecordContext) -> str:
    if context.bounds is None:
        return ""
    west, south, east, north = context.bounds
    sides = (("westBound", west), ("eastBound", east), ("southBound", south), ("northBound", north))
    axes = ("Longitude", "Longitude", "Latitude", "Latitude")
    box = element(
        "gmd:EX_GeographicBoundingBox",
        *(
            element(f"gmd:{side}{axis}", valued("gco:Decimal", f"{value:.7f}"))
            for (side, value), axis in zip(sides, axes, strict=True)
        ),
    )
    return element("gmd:extent", element("gmd:EX_Extent", element("gmd:geographicElement", box)))


def _distribution(context: RecordContext) -> str:
    """Return where the data is: the service, and the page of people."""
    lines = (
        _online(context.service, "OGC:WFS", _("Service WFS")),
        _online(context.page, "WWW:LINK-1.0-http--link", _("Page de la couche")),
    )
    options = element("gmd:MD_DigitalTransferOptions", *(element("gmd:onLine", line) for line in lines))
    return element("gmd:MD_Distribution", element("gmd:transferOptions", options))


def _online(address: str, protocol: str, name: str) -> str:
    return element(
        "gmd:CI_OnlineResource",
        element("gmd:linkage", valued("gmd:URL", address)),
        _text("gmd:protocol", protocol),
        _text("gmd:name", name),
    )


def _quality(scope: Scope) -> str:
    level = element("gmd:DQ_Scope", _code("gmd:level", "MD_ScopeCode", "dataset"))
    texts = [scope.layer.source, _("Données d’exemple.") if scope.layer.is_sample else ""]
    lineage = element("gmd:LI_Lineage", _text("gmd:statement", " ".join(text for text in texts if text)))
    return element("gmd:DQ_DataQuality", element("gmd:scope", level), element("gmd:lineage", lineage))


def _party(tag: str, scope: Scope) -> str:
    """Return who answers for the layer: its producer, else the portal."""
    mail = element(
        "gmd:CI_Address", _text("gmd:electronicMailAddress", scope.layer.contact or settings.PORTAL_CONTACT)
    )
    return element(
        tag,
        element(
            "gmd:CI_ResponsibleParty",
            _text("gmd:organisationName", scope.layer.producer or _("Portail de données géographiques")),
            element("gmd:contactInfo", element("gmd:CI_Contact", element("gmd:address", mail))),
            _code("gmd:role", "CI_RoleCode", "pointOfContact"),
        ),
    )


def _system() -> str:
    code = element("gmd:RS_Identifier", _text("gmd:code", LAMBERT_93.uri))
    identifier = element("gmd:referenceSystemIdentifier", code)
    return element("gmd:referenceSystemInfo", element("gmd:MD_ReferenceSystem", identifier))


def _text(tag: str, value: object) -> str:
    return element(tag, valued("gco:CharacterString", value))


def _date(tag: str, moment: dt.datetime) -> str:
    return element(tag, valued("gco:Date", timezone.localdate(moment).isoformat()))


def _code(tag: str, kind: str, value: str) -> str:
    attributes = {"codeList": f"{_CODES}#{kind}", "codeListValue": value}
    return element(tag, valued(f"gmd:{kind}", value, attributes))


def _language(tag: str) -> str:
    attributes = {"codeList": "http://www.loc.gov/standards/iso639-2/", "codeListValue": "fre"}
    return element(tag, valued("gmd:LanguageCode", "fre", attributes))
