"""Bad input in each version, by an address, a form and XML: a report of that version, its status and its culprit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest
from django.test import Client

from tests.protocols import Answer, read
from tests.wfs_asking import WFS, kvp, report
from tests.world import TREES, World

REPORTS = {
    "2.0.0": 'xmlns:ows="http://www.opengis.net/ows/1.1"',
    "1.1.0": 'xmlns:ows="http://www.opengis.net/ows"',
    "1.0.0": '<ServiceExceptionReport version="1.2.0"',
}
every_version = pytest.mark.parametrize("version", REPORTS)
SWAPPED = "2.2 48.8 2.3 48.8 2.3 48.9 2.2 48.9 2.2 48.8"
INVALID, READING = "InvalidParameterValue", "OperationParsingFailed"


@dataclass(frozen=True)
class Words:
    """How a version writes a question."""

    version: str

    @property
    def is_2(self) -> bool:
        return self.version == "2.0.0"

    @property
    def reference(self) -> str:
        return "ValueReference" if self.is_2 else "PropertyName"

    @property
    def types(self) -> str:
        return "typenames" if self.is_2 else "typename"

    def filter(self, content: str) -> str:
        filters, gml = ("fes/2.0", "gml/3.2") if self.is_2 else ("ogc", "gml")
        address = "http://www.opengis.net/"
        return f'<Filter xmlns="{address}{filters}" xmlns:gml="{address}{gml}">{content}</Filter>'

    def equal(self, name: str, value: str) -> str:
        said = f"<{self.reference}>{name}</{self.reference}><Literal>{escape(value)}</Literal>"
        return self.filter(f"<PropertyIsEqualTo>{said}</PropertyIsEqualTo>")

    def swapped(self) -> str:
        polygon = (
            f'<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing><gml:posList>'
            f"{SWAPPED}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        )
        return self.filter(f"<Within><{self.reference}>geom</{self.reference}>{polygon}</Within>")

    def body(self, content: str = "", *, name: str = TREES, query: str = "", more: str = "") -> str:
        space, types = ("/2.0", "typeNames") if self.is_2 else ("", "typeName")
        return (
            f'<GetFeature xmlns="http://www.opengis.net/wfs{space}" service="WFS" version="{self.version}" {more}>'
            f'<Query {types}="{name}" {query}>{content}</Query></GetFeature>'
        )

    def bodies(self, count: int) -> str:
        """Return a body of so many queries."""
        head, query, tail = self.body().partition("<Query")
        return head + (query + tail.removesuffix("</GetFeature>")) * count + "</GetFeature>"


def by_form(words: Words, **parameters: str) -> Answer:
    asked = urlencode(kvp(version=words.version, **{"TYPENAMES": TREES} | parameters))
    return read(Client().post(WFS, asked, content_type="application/x-www-form-urlencoded"))


def by_address(words: Words, more: str = "", **parameters: str) -> Answer:
    asked = urlencode(kvp(version=words.version, **{"TYPENAMES": TREES} | parameters))
    return read(Client().get(f"{WFS}?{asked}{more}"))


def by_xml(body: str | bytes) -> Answer:
    return read(Client().post(WFS, body, content_type="text/xml"))


def both_ways(words: Words) -> dict[str, tuple[Answer, tuple[int, str, str]]]:
    """Return the answers to what can be wrong in an address and in XML alike, with what they should say."""
    unknown, date = words.equal("matricule", "x"), words.equal("date_plantation", "2024-13-45")
    filters = {
        "hidden property": (unknown, INVALID),
        "malformed date": (date, INVALID),
        "malformed number": (words.equal("hauteur", "douze"), INVALID),
        "swapped axes": (words.swapped(), INVALID),
        "another namespace": (words.equal("hauteur", "1").replace("www.opengis.net", "exemple.fr"), READING),
        "too deep": (words.filter("<Not>" * 1_000 + "</Not>" * 1_000), READING),
    }
    found = {}
    for name, (text, code) in filters.items():
        found[f"{name}, form"] = (by_form(words, FILTER=text), (400, code, "FILTER"))
        where = "" if name == "too deep" else "Filter"
        found[f"{name}, body"] = (by_xml(words.body(text)), (400, code, where))
    many = "(a)" * 21 if words.is_2 else ",".join("a" * 21)
    return found | {
        "many types, form": (by_form(words, TYPENAMES=many), (400, INVALID, "typenames")),
        "many queries, body": (by_xml(words.bodies(21)), (400, INVALID, "Query")),
        "many elements": (by_xml(words.body("<a/>" * 400_000)), (400, READING, "")),
        "type, address": (by_address(words, TYPENAMES="rien"), (400, INVALID, words.types)),
        "type, body": (by_xml(words.body(name="rien")), (400, INVALID, words.types)),
        "system, address": (by_address(words, SRSNAME="EPSG:27572"), (400, INVALID, "SRSNAME")),
        "system, body": (by_xml(words.body(query='srsName="EPSG:27572"')), (400, INVALID, "srsName")),
        "format, address": (by_address(words, OUTPUTFORMAT="image/png"), (400, INVALID, "OUTPUTFORMAT")),
        "format, body": (by_xml(words.body(more='outputFormat="x/y"')), (400, INVALID, "outputFormat")),
        "two filters, address": (by_address(words, "&FILTER=a&filter=b"), (400, INVALID, "filter")),
        "two filters, body": (by_xml(words.body(unknown * 2)), (400, READING, "Filter")),
        "named nowhere, address": (by_address(words, PROPERTYNAME="rien"), (400, INVALID, "PROPERTYNAME")),
        "10 MB, form": (by_form(words, FILTER="x" * 10_000_000), (413, "NoApplicableCode", "body")),
        "10 MB, body": (by_xml(words.body("x" * 10_000_000)), (413, "NoApplicableCode", "body")),
        "bomb": (by_xml(f'<!DOCTYPE b [<!ENTITY a "aa">]>{words.body("&a;")}'), (400, READING, "")),
        "file": (by_xml(f'<!DOCTYPE b SYSTEM "file:///etc/passwd">{words.body()}'), (400, READING, "")),
        "cut": (by_xml(words.body()[:-5]), (400, READING, "")),
        "beside the body": (
            read(Client().post(f"{WFS}?CQL_FILTER=id=1", words.body(), content_type="text/xml")),
            (400, INVALID, "CQL_FILTER"),
        ),
    }


@every_version
def test_what_is_wrong_is_named_in_a_report_of_the_version(world: World, version: str) -> None:
    answers = both_ways(Words(version))
    told = {name: report(answer) for name, (answer, _expected) in answers.items()}
    wanted = {name: expected for name, (_answer, expected) in answers.items()}
    assert {name: (*said[:2], said[2].lower()) for name, said in told.items()} == {
        name: (*said[:2], said[2].lower()) for name, said in wanted.items()
    }
    assert [name for name, (answer, _) in answers.items() if REPORTS[version] not in answer.body] == []


@every_version
def test_swapped_axes_come_with_a_hint(world: World, version: str) -> None:
    words = Words(version)
    told = {"form": by_form(words, FILTER=words.swapped()), "body": by_xml(words.body(words.swapped()))}
    assert [way for way, answer in told.items() if "latitude" not in answer.body] == []


@every_version
def test_nothing_to_answer_is_no_fault(world: World, version: str) -> None:
    words = Words(version)
    ids = ",".join(f"{TREES}.{number}" for number in range(900_000, 910_000))
    answers = [
        by_address(words, STARTINDEX="2000000000"),
        by_xml(words.body(more='startIndex="2000000000"')),
        by_form(words, RESOURCEID=ids),
    ]
    assert [(answer.status, "arbres-remarquables." in answer.body) for answer in answers] == [
        (200, False)
    ] * 3


@pytest.mark.parametrize(
    ("coding", "kind", "culprit"),
    [("gzip", "text/xml", "Content-Encoding"), ("identity", "application/json", "Content-Type")],
)
def test_a_body_of_another_kind_is_refused(world: World, coding: str, kind: str, culprit: str) -> None:
    answer = Client().post(WFS, b"{}", content_type=kind, headers={"content-encoding": coding})
    assert report(read(answer)) == (415, "NoApplicableCode", culprit)


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        ("text/xml; charset=ISO-8859-1", "latin-1"),
        ("text/xml; charset=utf8", "utf-8"),
        ("text/xml", "utf-16"),
        ("text/xml; charset=ISO-8859-1", "utf-8-sig"),
    ],
)
def test_the_encoding_that_comes_with_a_body_is_followed(world: World, kind: str, encoding: str) -> None:
    words = Words("2.0.0")
    body = words.body(words.equal("nom_vernaculaire", "Cèdre")).encode(encoding)
    assert read(Client().generic("POST", WFS, body, content_type=kind)).status == 200
