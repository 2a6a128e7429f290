"""For everybody, on each portal: capabilities and schemas tell exactly what is served, no more and no less."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import pytest

from layers.formats.xml_names import xml_name
from layers.models import Layer
from layers.registry import definition
from tests.people import Person, of_each_right
from tests.protocols import Answer, get
from tests.wfs_asking import kvp, root, texts
from tests.world import PLAYGROUNDS, TREES, World

HOSTS = ("localhost", "meudon.localhost")
VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
XSD = "{http://www.w3.org/2001/XMLSchema}"
everybody = pytest.mark.parametrize("person", of_each_right(), ids=str)


def ask(
    person: Person, operation: str, *, host: str = "localhost", version: str = "2.0.0", **more: object
) -> Answer:
    return get(f"/wfs?{urlencode(kvp(operation, version, **more))}", person, host=host)


def slugs(names: list[str]) -> set[str]:
    return {name.removeprefix("portail:") for name in names if name.startswith("portail:")}


@pytest.mark.parametrize("host", HOSTS)
@everybody
def test_capabilities_tell_exactly_the_types_that_are_served(world: World, person: Person, host: str) -> None:
    told = {
        version: slugs(texts(ask(person, "GetCapabilities", host=host, version=version), "Name"))
        for version in VERSIONS
    }
    stored = slugs(texts(ask(person, "ListStoredQueries", host=host), "ReturnFeatureType"))
    schema = root(ask(person, "DescribeFeatureType", host=host))
    described = {element.attrib["name"] for element in schema.findall(f"{XSD}element")}
    served = {
        slug
        for slug in Layer.objects.values_list("slug", flat=True)
        if ask(person, "GetFeature", host=host, TYPENAMES=slug, RESULTTYPE="hits").status == 200
    }
    assert told == dict.fromkeys(VERSIONS, served)
    assert (stored, described) == (served, served)


@pytest.mark.parametrize("slug", [TREES, PLAYGROUNDS])
@everybody
def test_schemas_tell_exactly_the_properties_that_are_served(world: World, person: Person, slug: str) -> None:
    answer = ask(person, "DescribeFeatureType", TYPENAMES=slug)
    described = root(answer).iter(f"{XSD}element") if answer.status == 200 else ()
    told = {element.attrib["name"] for element in described if "minOccurs" in element.attrib}
    all_of_them = {xml_name(field.name) for field in definition(slug).fields} | {"geom"}

    def statuses(names: Iterable[str]) -> set[int]:
        return {
            ask(person, "GetFeature", TYPENAMES=slug, COUNT=1, PROPERTYNAME=name).status for name in names
        }

    assert told <= all_of_them
    assert statuses([",".join(sorted(told))] if told else ()) <= {200}
    assert statuses(all_of_them - told) <= {400, 401}
