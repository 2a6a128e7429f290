"""Questions as OGC's executable suite for WFS 2.0 sends them (``ets-wfs20``), and the answers that it expects."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.protocols import Answer, get
from tests.wfs_asking import ask_wfs, ids, post_xml, report, root
from tests.world import TREES, World

WFS, OWS = "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/ows/1.1"
OURS = "urn:x-portail:couche"


def capabilities(content: str, *, ows: str = OWS) -> Answer:
    return post_xml(
        f'<wfs:GetCapabilities service="WFS" xmlns:ows="{ows}" xmlns:wfs="{WFS}">{content}</wfs:GetCapabilities>'
    )


def accepted(*versions: str) -> str:
    listed = "".join(f"<ows:Version>{version}</ows:Version>" for version in versions)
    return f"<ows:AcceptVersions>{listed}</ows:AcceptVersions>"


@pytest.mark.parametrize(
    ("content", "answered"),
    [
        (accepted("10.0.0", "2.0.0", "1.1.0"), "2.0.0"),
        (accepted("1.1.0"), "1.1.0"),
        (
            accepted("2.0.0") + "<ows:Sections><ows:Section>FeatureTypeList</ows:Section></ows:Sections>"
            "<ows:AcceptFormats><ows:OutputFormat>text/xml</ows:OutputFormat></ows:AcceptFormats>"
            "<ows:AcceptLanguages><ows:Language>fr</ows:Language></ows:AcceptLanguages>",
            "2.0.0",
        ),
    ],
)
def test_a_body_negotiates_its_version_in_the_namespace_of_ows(
    world: World, content: str, answered: str
) -> None:
    answer = capabilities(content)
    assert (answer.status, root(answer).attrib.get("version")) == (200, answered)


def test_accepted_versions_that_are_not_served_are_a_failed_negotiation(world: World) -> None:
    assert report(capabilities(accepted("10.0.0"))) == (400, "VersionNegotiationFailed", "AcceptVersions")


def test_accepted_versions_of_another_namespace_are_refused(world: World) -> None:
    answer = capabilities(accepted("2.0.0"), ows="http://example.org")
    assert report(answer) == (400, "OperationParsingFailed", "AcceptVersions")


def values(attribute: str) -> Answer:
    return post_xml(
        f'<wfs:GetPropertyValue version="2.0.0" service="WFS" count="100" {attribute} xmlns:wfs="{WFS}" '
        f'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:ns42="{OURS}"><wfs:Query typeNames="ns42:{TREES}"/>'
        "</wfs:GetPropertyValue>"
    )


def test_an_empty_value_reference_is_an_invalid_one(world: World) -> None:
    answers = {
        "address": ask_wfs(operation="GetPropertyValue", TYPENAMES=TREES, VALUEREFERENCE=""),
        "body": values('valueReference=""'),
    }
    expected = (400, "InvalidParameterValue", "valueReference")
    assert {way: report(answer) for way, answer in answers.items()} == dict.fromkeys(answers, expected)


def test_a_value_reference_that_is_left_out_is_missing(world: World) -> None:
    assert report(values("")) == (400, "MissingParameterValue", "valueReference")


FES, GML = "http://www.opengis.net/fes/2.0", "http://www.opengis.net/gml/3.2"
# The envelope of the suite.
EARTH = (
    f'<gml:Envelope xmlns:gml="{GML}" srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>-90 -180</gml:lowerCorner>'
    "<gml:upperCorner>90 180</gml:upperCorner></gml:Envelope>"
)
TOWN = (
    f'<gml:Envelope xmlns:gml="{GML}" srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>48 1</gml:lowerCorner>'
    "<gml:upperCorner>50 4</gml:upperCorner></gml:Envelope>"
)


@pytest.fixture
def trees(world: World) -> list[str]:
    """The identifiers of every tree, two of which are new."""
    for height in (3, 20):
        factories.tree(f"Arbre de {height} m", hauteur=height)
    return ids(ask_wfs(TYPENAMES=TREES))


def reference(name: str, namespace: str) -> str:
    """Return a path as the suite writes it: its prefix is declared on it."""
    prefix = name.partition(":")[0]
    return f'<ValueReference xmlns:{prefix}="{namespace}">{name}</ValueReference>'


def filtered(condition: str) -> dict[str, Answer]:
    """Return the answers to a filter by an address and by a body, as the suite sends each."""
    text = f'<Filter xmlns="{FES}">{condition}</Filter>'
    namespaces = f"xmlns(xml,http://www.w3.org/XML/1998/namespace),xmlns(ns42,{OURS}),xmlns(wfs,{WFS})"
    return {
        "address": ask_wfs(TYPENAMES=f"ns42:{TREES}", NAMESPACES=namespaces, FILTER=text),
        "body": post_xml(
            f'<wfs:GetFeature xmlns:wfs="{WFS}" version="2.0.0" service="WFS"><wfs:Query xmlns:ns42="{OURS}" '
            f'typeNames="ns42:{TREES}">{text}</wfs:Query></wfs:GetFeature>'
        ),
    }


def rows(answers: dict[str, Answer]) -> dict[str, list[str]]:
    return {way: ids(answer) for way, answer in answers.items()}


def reports(answers: dict[str, Answer]) -> dict[str, tuple[int, str]]:
    return {way: report(answer)[:2] for way, answer in answers.items()}


def test_every_feature_is_without_a_name_of_gml(trees: list[str]) -> None:
    answers = filtered(f"<PropertyIsNull>{reference('gml:name', GML)}</PropertyIsNull>")
    assert len(trees) >= 2
    assert rows(answers) == dict.fromkeys(answers, trees)


@pytest.mark.parametrize("form", ["{}", "<Not>{}</Not>"])
def test_no_name_of_gml_is_equal_or_otherwise(trees: list[str], form: str) -> None:
    equal = f"<PropertyIsEqualTo>{reference('gml:name', GML)}<Literal>a</Literal></PropertyIsEqualTo>"
    answers = filtered(form.format(equal))
    assert rows(answers) == {"address": [], "body": []}


def test_comparing_the_envelope_fails_to_be_processed(world: World) -> None:
    answers = filtered(
        f'<PropertyIsLessThanOrEqualTo matchCase="true" matchAction="Any"><Literal>{EARTH}</Literal>'
        f"{reference('gml:boundedBy', GML)}</PropertyIsLessThanOrEqualTo>"
    )
    assert reports(answers) == dict.fromkeys(answers, (400, "OperationProcessingFailed"))


def test_a_box_selects_by_the_envelope(trees: list[str]) -> None:
    answers = filtered(f"<BBOX>{reference('gml:boundedBy', GML)}{TOWN}</BBOX>")
    assert rows(answers) == dict.fromkeys(answers, trees)


def test_a_box_on_a_property_without_a_geometry_is_refused(world: World) -> None:
    answers = filtered(f"<BBOX>{reference('tns:description', GML)}{TOWN}</BBOX>")
    assert reports(answers) == dict.fromkeys(answers, (400, "InvalidParameterValue"))


def followed(answer: Answer) -> Answer:
    """Return the page that the ``next`` of an answer leads to."""
    return get(root(answer).attrib["next"].removeprefix("http://localhost"))


def hits(**parameters: Any) -> dict[str, Answer]:
    """Return the number of trees by an address and by a body."""
    attributes = " ".join(f'{name}="{value}"' for name, value in parameters.items())
    return {
        "address": ask_wfs(TYPENAMES=TREES, RESULTTYPE="hits", **parameters),
        "body": post_xml(
            f'<wfs:GetFeature xmlns:wfs="{WFS}" version="2.0.0" service="WFS" resultType="hits" {attributes}>'
            f'<wfs:Query xmlns:ns42="{OURS}" typeNames="ns42:{TREES}"/></wfs:GetFeature>'
        ),
    }


def test_a_number_of_features_leads_to_their_first_page(trees: list[str]) -> None:
    answers = hits(count="1")
    assert {way: root(answer).attrib["numberReturned"] for way, answer in answers.items()} == dict.fromkeys(
        answers, "0"
    )
    assert {way: root(answer).attrib.get("previous") for way, answer in answers.items()} == dict.fromkeys(
        answers
    )
    pages = {way: followed(answer) for way, answer in answers.items()}
    assert rows(pages) == {"address": trees[:1], "body": trees[:1]}
    assert ids(followed(pages["address"])) == trees[1:2]


@pytest.mark.parametrize("parameters", [{"count": "0"}, {"startIndex": "999"}])
def test_a_number_without_a_page_leads_nowhere(trees: list[str], parameters: dict[str, str]) -> None:
    answers = hits(**parameters)
    assert {way: "next" in root(answer).attrib for way, answer in answers.items()} == dict.fromkeys(
        answers, False
    )


def test_a_number_of_values_leads_to_the_first_of_them(trees: list[str]) -> None:
    answer = ask_wfs(
        operation="GetPropertyValue", TYPENAMES=TREES, VALUEREFERENCE="@gml:id", RESULTTYPE="hits", COUNT="1"
    )
    assert root(answer).attrib["numberReturned"] == "0"
    assert root(followed(answer)).attrib["numberReturned"] == "1"


def test_a_path_has_the_prefix_that_it_declares_or_that_its_request_declares(trees: list[str]) -> None:
    literal = "<Literal>10</Literal>"
    answers = filtered(
        f'<PropertyIsGreaterThan matchCase="true" matchAction="Any">{reference("tns:hauteur", OURS)}{literal}'
        "</PropertyIsGreaterThan>"
    )
    answers["parameter"] = ask_wfs(
        TYPENAMES=f"tns:{TREES}",
        NAMESPACES=f"xmlns(tns,{OURS})",
        FILTER=f'<Filter xmlns="{FES}"><PropertyIsGreaterThan><ValueReference>tns:hauteur</ValueReference>{literal}'
        "</PropertyIsGreaterThan></Filter>",
    )
    assert trees[-1] in ids(answers["parameter"])
    assert trees[-2] not in ids(answers["parameter"])
    assert rows(answers) == dict.fromkeys(answers, ids(answers["parameter"]))
