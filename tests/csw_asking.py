"""Requests of CSW as harvesters write them, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from django.test import Client

CSW = "{http://www.opengis.net/cat/csw/2.0.2}"
DC = "{http://purl.org/dc/elements/1.1/}"
GMD = "{http://www.isotc211.org/2005/gmd}"
OWS = "{http://www.opengis.net/ows}"
DCAT_SCHEMA = "http://www.w3.org/ns/dcat#"
GMD_SCHEMA = "http://www.isotc211.org/2005/gmd"
_TYPES = ("dataset", "nonGeographicDataset", "series", "service")


def udata_request(start: int = 1, *, schema: str = DCAT_SCHEMA) -> str:
    """Return the request of the harvester of the national portal."""
    types = "".join(
        f"<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:type</ogc:PropertyName><ogc:Literal>{name}</ogc:Literal>"
        "</ogc:PropertyIsEqualTo>"
        for name in _TYPES
    )
    sort = (
        "<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>apiso:identifier</ogc:PropertyName>"
        "<ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>"
    )
    return get_records(
        f'<csw:Constraint version="1.1.0"><ogc:Filter><ogc:Or>{types}</ogc:Or></ogc:Filter></csw:Constraint>{sort}',
        start=start,
        count=25,
        schema=schema,
    )


def get_records(
    query: str = "",
    *,
    start: int = 1,
    count: int = 10,
    schema: str = "http://www.opengis.net/cat/csw/2.0.2",
    elements: str = "full",
    result_type: str = "results",
) -> str:
    """Return GetRecords in XML; ``query`` are the elements after the element set."""
    return (
        '<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" '
        'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0" '
        'xmlns:ows="http://www.opengis.net/ows" xmlns:gml="http://www.opengis.net/gml" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" service="CSW" version="2.0.2" resultType="{result_type}" '
        f'startPosition="{start}" maxRecords="{count}" outputFormat="application/xml" outputSchema="{schema}">'
        f'<csw:Query typeNames="gmd:MD_Metadata"><csw:ElementSetName>{elements}</csw:ElementSetName>{query}'
        "</csw:Query></csw:GetRecords>"
    )


def constraint(filter_text: str) -> str:
    """Return the constraint of a filter, whose elements have the prefixes of ``get_records``."""
    return f'<csw:Constraint version="1.1.0"><ogc:Filter>{filter_text}</ogc:Filter></csw:Constraint>'


@dataclass(frozen=True)
class Results:
    """The page of records in an answer; its three numbers must be there, as harvesters read them."""

    root: Element

    @property
    def page(self) -> Element:
        """The element of the records."""
        page = self.root.find(f"{CSW}SearchResults")
        assert page is not None
        return page

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of matched and returned records, and the position of the next one."""
        return {
            name: int(self.page.attrib[name])
            for name in ("numberOfRecordsMatched", "numberOfRecordsReturned", "nextRecord")
        }

    @property
    def identifiers(self) -> list[str | None]:
        """The identifiers of records in Dublin Core."""
        return [identifier.text for identifier in self.page.iter(f"{DC}identifier")]


def results(body: bytes) -> Results:
    """Read an answer of GetRecords."""
    return Results(fromstring(body))


def post(body: str, *, host: str = "localhost", client: Client | None = None) -> tuple[int, bytes]:
    """Send a request in XML; return the status and the answer."""
    response = (client or Client(headers={"host": host})).post("/csw", body, content_type="application/xml")
    return response.status_code, response.content


def fault(body: bytes) -> tuple[str, str]:
    """Return the code and the locator of an exception report."""
    exception = fromstring(body).find(f"{OWS}Exception")
    assert exception is not None
    return exception.attrib["exceptionCode"], exception.attrib.get("locator", "")
