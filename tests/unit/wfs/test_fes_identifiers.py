"""Features by their identifier, and the paths that lead to a property."""

from __future__ import annotations

import pytest

from layers.errors import InvalidFilter, InvalidParameter, UnknownProperty, UnreadableRequest
from layers.parsing.cql2.nodes import Literal, Operation, Property
from layers.parsing.query import MAX_IDS
from tests.fes_reading import EQUAL, V1_0, V1_1, V2, operation, parsed, tree
from wfs.parsing.fes import FesVersion, ParsedFilter


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('<ResourceId rid="aires-de-jeux.1"/><ResourceId rid="aires-de-jeux.2"/>', V2),
        ('<FeatureId fid="aires-de-jeux.1"/><FeatureId fid="aires-de-jeux.2"/>', V1_0),
        (
            '<GmlObjectId xmlns:gml="http://www.opengis.net/gml" gml:id="aires-de-jeux.1"/>'
            '<FeatureId fid="aires-de-jeux.2"/>',
            V1_1,
        ),
    ],
)
def test_a_filter_of_identifiers_names_features(text: str, version: FesVersion) -> None:
    assert parsed(text, version) == ParsedFilter(None, ("aires-de-jeux.1", "aires-de-jeux.2"))


def test_identifiers_among_conditions_are_conditions() -> None:
    found = operation(f'<Or><ResourceId rid="aires-de-jeux.7"/><ResourceId rid="autre.7"/>{EQUAL}</Or>')
    assert found.arguments[:2] == (Operation("=", (Property("id"), Literal(7))), Literal(False))


def test_an_identifier_that_is_not_one_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="douze"):
        parsed(f'<And><ResourceId rid="douze"/>{EQUAL}</And>')


def test_ten_thousand_identifiers_are_read_and_no_more() -> None:
    one = '<ResourceId rid="aires-de-jeux.1"/>'
    assert len(parsed(one * MAX_IDS).ids) == MAX_IDS
    with pytest.raises(InvalidFilter, match=str(MAX_IDS)):
        parsed(one * (MAX_IDS + 1))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("nom", Property("nom")),
        (" portail:nom ", Property("nom")),
        ("aires-de-jeux/nom", Property("nom")),
        ("/portail:aires-de-jeux/portail:nom", Property("nom")),
        ("schema-element(portail:aires-de-jeux)/nom", Property("nom")),
        ("a/nom", Property("nom")),
        ("nom[1]/text()", Property("nom")),
    ],
)
def test_paths_lead_to_a_property(path: str, expected: Property) -> None:
    found = tree(f"<PropertyIsNull><ValueReference>{path}</ValueReference></PropertyIsNull>")
    assert found == Operation("isnull", (expected,))


def test_any_prefix_of_the_namespace_is_read() -> None:
    path = '<ValueReference xmlns:x="urn:x-portail:couche">x:nom</ValueReference>'
    assert tree(f"<PropertyIsNull>{path}</PropertyIsNull>") == Operation("isnull", (Property("nom"),))


@pytest.mark.parametrize("path", ["@gml:id", "portail:aires-de-jeux/@gml:id", "@fid"])
def test_gml_id_is_compared_with_an_identifier(path: str) -> None:
    value = f"<ValueReference>{path}</ValueReference><Literal>aires-de-jeux.7</Literal>"
    found = tree(f"<PropertyIsEqualTo>{value}</PropertyIsEqualTo>")
    assert found == Operation("=", (Property("id"), Literal(7)))


@pytest.mark.parametrize(
    ("path", "fault", "message"),
    [
        ("autre:nom", InvalidFilter, "le préfixe « autre »"),
        ("gml:autre", InvalidFilter, "le préfixe « gml »"),
        ("gml:name/nom", InvalidParameter, "gml:name"),
        ("bornes/nom", UnknownProperty, "bornes/nom"),
        ("aires-de-jeux/ville/nom", UnknownProperty, "aires-de-jeux/ville/nom"),
        ("//nom", UnreadableRequest, "//nom"),
        ("*", UnreadableRequest, "chemin"),
        ("nom[2]", UnreadableRequest, "chemin"),
        ("", UnreadableRequest, "chemin"),
    ],
)  # fmt: skip
def test_other_paths_are_refused(path: str, fault: type[Exception], message: str) -> None:
    with pytest.raises(fault, match=message):
        tree(f"<PropertyIsNull><ValueReference>{path}</ValueReference></PropertyIsNull>")
