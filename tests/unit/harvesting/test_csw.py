"""CSW over records made without a database: pages, filters of both languages, order, and the records in each schema."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast
from xml.etree.ElementTree import tostring

import pytest
from rdflib import DCTERMS, Graph

from harvesting.csw.operations import Service, answer
from harvesting.csw.parsing.kvp import read_parameters
from harvesting.csw.parsing.xml_requests import read_request
from harvesting.public_catalogue import PublicCatalogue
from layers.errors import BadRequest, LayersError
from layers.parsing.cql2.patterns import pattern_matcher
from layers.parsing.xml import parse_xml
from metadata.records import Record
from tests.csw_requests import (
    GMD,
    GMD_SCHEMA,
    Results,
    constraint,
    get_records,
    results,
    udata_request,
)
from tests.records import served_record

ORIGIN = "https://portail.exemple.fr"
GMX_ANCHOR = "{http://www.isotc211.org/2005/gmx}Anchor"
GCO_TEXT = "{http://www.isotc211.org/2005/gco}CharacterString"
HREF = "{http://www.w3.org/1999/xlink}href"
RECORDS = [
    served_record("ecoles", title="Écoles", keywords=("élèves", "école"), bounds=(2.20, 48.80, 2.25, 48.85)),
    served_record("budget", title="Budget 100 %", is_located=False, bounds=None, resolution_m=5.0),
    served_record(
        "arbres", title="arbres", modified=None, period=(dt.date(2020, 1, 1), dt.date(2020, 12, 31))
    ),
]


@dataclass
class Catalogue:
    """The records of a test, in place of those of the database."""

    rows: list[Record]
    instant: dt.datetime = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)

    def records(self) -> tuple[Record, ...]:
        return tuple(self.rows)


def ask(text: str, rows: list[Record] = RECORDS) -> Results:
    """Return the page of records of a request in XML."""
    service = Service(cast(PublicCatalogue, Catalogue(rows)), ORIGIN, f"{ORIGIN}/csw")
    return results(answer(service, read_request(parse_xml(text))).write())


def slugs(page: Results) -> list[str]:
    return [str(identifier).split("/")[-2] for identifier in page.identifiers]


def test_the_national_portal_reads_thirty_records_in_two_pages_without_a_double() -> None:
    rows = [served_record(f"jeu-{number:02}") for number in reversed(range(30))]
    first, second = (ask(udata_request(start), rows) for start in (1, 26))
    assert first.counts == {
        "numberOfRecordsMatched": 30, "numberOfRecordsReturned": 25, "nextRecord": 26,
    }  # fmt: skip
    assert second.counts == {"numberOfRecordsMatched": 30, "numberOfRecordsReturned": 5, "nextRecord": 0}
    graph = Graph()
    for page in (first, second):
        for child in page.page:
            graph.parse(data=_text(child), format="xml")
    identifiers = [str(each) for each in graph.objects(None, DCTERMS.identifier)]
    assert sorted(identifiers) == [f"{ORIGIN}/explore/dataset/jeu-{number:02}/" for number in range(30)]


def test_a_dataset_withdrawn_between_two_pages_doubles_no_other() -> None:
    rows = [served_record(f"jeu-{number:02}") for number in range(30)]
    first = ask(get_records(count=25), rows)
    second = ask(get_records(count=25, start=first.counts["nextRecord"]), rows[:3] + rows[4:])
    assert set(first.identifiers) & set(second.identifiers) == set()
    assert second.counts["nextRecord"] == 0


@pytest.mark.parametrize(
    ("filter_text", "expected"),
    [
        ("<ogc:PropertyIsEqualTo>{type}<ogc:Literal>nonGeographicDataset</ogc:Literal></ogc:PropertyIsEqualTo>",
         {"budget"}),
        ("<ogc:PropertyIsNotEqualTo>{type}<ogc:Literal>dataset</ogc:Literal></ogc:PropertyIsNotEqualTo>",
         {"budget"}),
        ('<ogc:PropertyIsEqualTo matchCase="false">{title}<ogc:Literal>ECOLES</ogc:Literal>'
         "</ogc:PropertyIsEqualTo>", {"ecoles"}),
        ('<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">{any}<ogc:Literal>*ELEV?S*'
         "</ogc:Literal></ogc:PropertyIsLike>", {"ecoles"}),
        ('<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\">{title}<ogc:Literal>%100 \\%'
         "</ogc:Literal></ogc:PropertyIsLike>", {"budget"}),
        ("<ogc:Not><ogc:PropertyIsNull>{period}</ogc:PropertyIsNull></ogc:Not>", {"arbres"}),
        ("<ogc:PropertyIsBetween>{period}<ogc:LowerBoundary><ogc:Literal>2019-06-01</ogc:Literal>"
         "</ogc:LowerBoundary><ogc:UpperBoundary><ogc:Literal>2020-01-01</ogc:Literal></ogc:UpperBoundary>"
         "</ogc:PropertyIsBetween>", {"arbres"}),
        ("<ogc:PropertyIsGreaterThan><ogc:PropertyName>apiso:DistanceValue</ogc:PropertyName>"
         "<ogc:Literal>4.5</ogc:Literal></ogc:PropertyIsGreaterThan>", {"budget"}),
        ("<ogc:PropertyIsLessThanOrEqualTo><ogc:PropertyName>dct:modified</ogc:PropertyName>"
         "<ogc:Literal>2024-05-31</ogc:Literal></ogc:PropertyIsLessThanOrEqualTo>", {"arbres"}),
        # The box of Écoles: longitude first without a name and in the short form, latitude first by the URN.
        ("<ogc:BBOX>{box}<gml:Envelope><gml:lowerCorner>2.24 48.84</gml:lowerCorner>"
         "<gml:upperCorner>2.3 48.9</gml:upperCorner></gml:Envelope></ogc:BBOX>", {"ecoles", "arbres"}),
        ('<ogc:BBOX>{box}<gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>48.6 2.24'
         "</gml:lowerCorner><gml:upperCorner>48.75 2.3</gml:upperCorner></gml:Envelope></ogc:BBOX>", {"arbres"}),
        ('<ogc:BBOX>{box}<gml:Envelope srsName="EPSG:2154"><gml:lowerCorner>640000 6850000</gml:lowerCorner>'
         "<gml:upperCorner>645000 6860000</gml:upperCorner></gml:Envelope></ogc:BBOX>", {"ecoles", "arbres"}),
    ],
)  # fmt: skip
def test_a_filter_selects_records(filter_text: str, expected: set[str]) -> None:
    names = {"type": "apiso:type", "title": "dc:title", "any": "csw:AnyText", "period": "apiso:TempExtent_begin",
             "box": "ows:BoundingBox"}  # fmt: skip
    properties = {key: f"<ogc:PropertyName>{name}</ogc:PropertyName>" for key, name in names.items()}
    page = ask(get_records(constraint(filter_text.format(**properties))))
    assert set(slugs(page)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("csw:AnyText LIKE '%eleves%' OR dc:title = 'arbres'", {"ecoles", "arbres"}),
        ("NOT (apiso:Type = 'dataset')", {"budget"}),
        ("Title ILIKE 'ECO%'", {"ecoles"}),
        ("apiso:TempExtent_begin IS NOT NULL", {"arbres"}),
        ("BBOX(ows:BoundingBox, 2.01, 48.71, 2.02, 48.72)", {"arbres"}),
        ("dc:identifier IN ('budget', 'https://portail.exemple.fr/explore/dataset/arbres/')", {"budget", "arbres"}),
    ],
)  # fmt: skip
def test_cql_text_selects_records(text: str, expected: set[str]) -> None:
    query = f'<csw:Constraint version="1.1.0"><csw:CqlText>{text}</csw:CqlText></csw:Constraint>'
    assert set(slugs(ask(get_records(query)))) == expected


def test_records_are_sorted_by_title_without_accents_or_case_and_by_identifier_otherwise() -> None:
    sort = "<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>{}</ogc:PropertyName>{}</ogc:SortProperty></ogc:SortBy>"
    by_title = ask(get_records(sort.format("dc:title", "<ogc:SortOrder>DESC</ogc:SortOrder>")))
    by_resolution = ask(get_records(sort.format("apiso:DistanceValue", "")))
    assert slugs(by_title) == ["ecoles", "budget", "arbres"]
    assert slugs(by_resolution) == ["budget", "arbres", "ecoles"]


def test_the_number_of_hits_comes_without_a_record() -> None:
    assert ask(get_records(result_type="hits")).counts == {
        "numberOfRecordsMatched": 3, "numberOfRecordsReturned": 0, "nextRecord": 1,
    }  # fmt: skip


PARAMETERS = {"service": "CSW", "version": "2.0.2", "request": "GetRecords", "typeNames": "csw:Record"}


@pytest.mark.parametrize(
    ("changes", "culprit"),
    [
        ({"service": "WMS"}, "service"),
        ({"service": ""}, "service"),
        ({"version": "3.0.0"}, "version"),
        ({"version": ""}, "version"),
        ({"request": "Harvest"}, "request"),
        ({"typeNames": "rim:Service"}, "typeNames"),
        ({"outputSchema": "urn:inconnu"}, "outputSchema"),
        ({"outputFormat": "application/json"}, "outputFormat"),
        ({"elementSetName": "moyen"}, "ElementSetName"),
        ({"resultType": "tout"}, "resultType"),
        ({"startPosition": "0"}, "startPosition"),
        ({"maxRecords": "dix"}, "maxRecords"),
        ({"sortBy": "dc:inconnu:A"}, "sortBy"),
        ({"sortBy": "csw:AnyText:A"}, "sortBy"),
        ({"constraint": "dc:title = 'a'"}, "constraintLanguage"),
        ({"constraint": "dc:titre = 'a'", "constraintLanguage": "CQL_TEXT"}, "constraint"),
        ({"constraint": "dc:title = ", "constraintLanguage": "CQL_TEXT"}, "constraint"),
        ({"constraint": "S_WITHIN(a, POINT(1 2))", "constraintLanguage": "CQL_TEXT"}, "constraint"),
        ({"constraint": "dct:modified > 'hier'", "constraintLanguage": "CQL_TEXT"}, "constraint"),
        ({"constraint": "<a>", "constraintLanguage": "FILTER"}, "constraint"),
        ({"distributedSearch": "true"}, "distributedSearch"),
        ({"couleur": "bleu"}, "couleur"),
        ({"request": "GetRecordById"}, "typeNames"),
        ({"request": "GetCapabilities", "typeNames": None, "acceptVersions": "1.0.0"}, "acceptVersions"),
    ],
)  # fmt: skip
def test_a_fault_in_parameters_names_its_culprit(changes: dict[str, str | None], culprit: str) -> None:
    parameters = {name: [value] for name, value in (PARAMETERS | changes).items() if value is not None}
    with pytest.raises(BadRequest) as fault:
        read_parameters(parameters.items())
    assert fault.value.parameter == culprit


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        (get_records("<csw:Joli/>"), "Joli"),
        (get_records("<csw:ElementName>dc:title</csw:ElementName>"), "ElementName"),
        (get_records(constraint("<ogc:Beyond/>")), "Constraint"),
        (get_records(constraint("<ogc:And/>")), "Constraint"),
        (get_records(constraint("<ogc:PropertyIsNull><ogc:PropertyName>dc:x</ogc:PropertyName>"
                                "</ogc:PropertyIsNull>")), "Constraint"),
        (get_records(constraint("<ogc:Not>" * 40 + "</ogc:Not>" * 40)), "Constraint"),
        (get_records('<csw:Constraint version="2.0"><ogc:Filter/></csw:Constraint>'), "version"),
        (get_records("<ogc:SortBy><ogc:SortProperty/></ogc:SortBy>"), "SortBy"),
        ('<Transaction xmlns="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"/>', "request"),
        ('<GetRecords service="CSW" version="2.0.2"/>', "GetRecords"),
    ],
)  # fmt: skip
def test_a_fault_in_xml_names_its_culprit(text: str, culprit: str) -> None:
    with pytest.raises(LayersError) as fault:
        read_request(parse_xml(text))
    assert fault.value.parameter == culprit


def test_an_iso_record_has_the_address_of_the_dataset_and_two_blocks_of_constraints() -> None:
    page = ask(udata_request(schema=GMD_SCHEMA), [served_record("arbres", access_rights="RESTRICTED",
               access_reason="INSPIRE_Directive_Article13_1b")])  # fmt: skip
    (record,) = page.page
    blocks = [_anchors(block) for block in record.iter(f"{GMD}MD_LegalConstraints")]
    identifier = record.find(f".//{GMD}citation//{GMD}identifier//{GCO_TEXT}")
    assert identifier is not None
    assert identifier.text == f"{ORIGIN}/explore/dataset/arbres/"
    assert blocks == [
        ["https://www.etalab.gouv.fr/licence-ouverte-open-licence"],
        [
            "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1b"
        ],
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "is_like"),
    [
        ("%eau%", "les eaux", True),
        ("a%b%c", "axxbyyc", True),
        ("a%a", "a", False),
        ("_b", "ab", True),
        ("100\\%", "100%", True),
        ("100\\%", "1000", False),
        ("", "a", False),
        ("%_", "", False),
    ],
)
def test_a_pattern_matches_whole_texts(pattern: str, text: str, is_like: bool) -> None:
    assert pattern_matcher(pattern)(text) is is_like


def _anchors(block: Any) -> list[str]:
    return [anchor.attrib[HREF] for anchor in block.iter(GMX_ANCHOR)]


def _text(element: Any) -> str:
    return tostring(element, encoding="unicode")
