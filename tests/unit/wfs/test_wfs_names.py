"""Names of feature types, features and properties, there and back."""

import pytest

from layers.errors import InvalidParameter
from layers.formats.xml_names import xml_name
from wfs.names import find_resource_id, local_name, local_type, resource_id, slug_of


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("nom", "nom"),
        ("capacité_totale", "capacité_totale"),
        ("surface_m²", "surface_m2"),
        ("a b", "a_b"),
        ("2024", "_2024"),
        ("n°", "n_"),
    ],
)
def test_a_name_is_written_as_xml_can_hold_it(name: str, written: str) -> None:
    assert xml_name(name) == written


@pytest.mark.parametrize("slug", ["aires-de-jeux", "2024-jeux", "_prive", "-x", "A_b"])
def test_a_slug_comes_back_from_the_name_of_its_type(slug: str) -> None:
    assert slug_of(local_name(slug)) == slug


def test_two_slugs_have_two_names() -> None:
    slugs = ["2024", "_2024", "__2024"]
    assert len({local_name(slug) for slug in slugs}) == 3


@pytest.mark.parametrize("slug", ["aires-de-jeux", "2024-jeux"])
def test_a_resource_is_found_by_its_identifier(slug: str) -> None:
    assert find_resource_id(resource_id(slug, 12)) == (local_name(slug), 12)


@pytest.mark.parametrize(
    "text", ["", "aires-de-jeux", "aires-de-jeux.", "aires.x", ".12", "a.1234567890123456789"]
)
def test_what_is_no_identifier_is_nobody(text: str) -> None:
    assert find_resource_id(text) is None


@pytest.mark.parametrize("text", ["jeux", "portail:jeux", " portail:jeux ", "schema-element(portail:jeux)"])
def test_a_type_is_named_with_or_without_its_prefix(text: str) -> None:
    assert local_type(text, parameter="TYPENAMES") == "jeux"


@pytest.mark.parametrize("text", ["", "autre:jeux", ":jeux", "portail:"])
def test_a_type_of_another_namespace_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        local_type(text, parameter="TYPENAMES")


def test_a_prefix_stands_for_what_the_request_declares() -> None:
    assert local_type("app:jeux", prefixes={"app": "urn:x-portail:couche"}, parameter="TYPENAMES") == "jeux"
