"""Questions as OGC's executable suite for WFS 2.0 sends them (``ets-wfs20``), and the answers that it expects."""

from __future__ import annotations

import pytest

from tests.protocols import Answer
from tests.wfs_asking import ask_wfs, post_xml, report, root
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
