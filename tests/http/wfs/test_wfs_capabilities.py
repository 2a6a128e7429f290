"""Capabilities tell what the service serves to their reader, and nothing else."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from layers.models import Layer
from tests import factories
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, Person
from tests.protocols import Answer, get
from tests.wfs_asking import ask_wfs, ids, post_form, post_xml, root, texts
from tests.world import PLAYGROUNDS, TREES, World
from wfs.formats.capabilities.filters import SPATIAL, TEMPORAL
from wfs.parsing.fes import FUNCTIONS, PREDICATES
from wfs.requests import COUNT_DEFAULT

VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
every_version = pytest.mark.parametrize("version", VERSIONS)


def capabilities(version: str = "2.0.0", **parameters: Any) -> Answer:
    return ask_wfs(PLANNER, "GetCapabilities", version, **parameters)


@every_version
def test_they_name_a_type_for_each_layer_that_is_seen(world: World, version: str) -> None:
    found = [text for text in texts(capabilities(version), "Name") if text.startswith("portail:")]
    assert {f"portail:{slug}" for slug in (TREES, PLAYGROUNDS)} <= set(found)


def test_those_of_one_layer_name_it_alone(world: World) -> None:
    answer = ask_wfs(PLANNER, "GetCapabilities", path=f"/wfs/{TREES}")
    assert [text for text in texts(answer, "Name") if ":" in text] == [f"portail:{TREES}"]


def test_the_operations_of_one_layer_are_at_its_address(world: World) -> None:
    answer = ask_wfs(PLANNER, "GetCapabilities", path=f"/wfs/{TREES}")
    assert f'xlink:href="http://localhost/wfs/{TREES}?"' in answer.body


def test_lambert_93_comes_first(world: World) -> None:
    assert set(texts(capabilities(), "DefaultCRS")) == {"urn:ogc:def:crs:EPSG::2154"}


@pytest.mark.parametrize("srs", ["DefaultCRS", "OtherCRS"])
def test_every_system_they_tell_is_served(world: World, srs: str) -> None:
    told = sorted(set(texts(capabilities(path=f"/wfs/{TREES}"), srs)))
    answers = {name: ask_wfs(TYPENAMES=TREES, SRSNAME=name, COUNT=1).status for name in told}
    assert answers == dict.fromkeys(told, 200)


@every_version
def test_every_format_they_tell_is_served(world: World, version: str) -> None:
    told = [text for text in texts(capabilities(version, path=f"/wfs/{TREES}"), "Format") if text]
    asked = {name: ask_wfs(version=version, TYPENAMES=TREES, OUTPUTFORMAT=name).status for name in told}
    assert asked == dict.fromkeys(told, 200)


@every_version
def test_every_type_they_tell_is_served(world: World, version: str) -> None:
    told = [text for text in texts(capabilities(version), "Name") if ":" in text]
    asked = {name: ask_wfs(PLANNER, version=version, TYPENAMES=name).status for name in told}
    assert asked == dict.fromkeys(told, 200)


def test_gdal_and_qgis_read_that_answers_have_pages(world: World) -> None:
    body = capabilities().body
    paging = '<ows:Constraint name="ImplementsResultPaging"><ows:NoValues/><ows:DefaultValue>TRUE<'
    count = f'<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>{COUNT_DEFAULT}<'
    operation = body.partition('<ows:Operation name="GetFeature">')[2].partition("</ows:Operation>")[0]
    assert paging in body
    assert count in operation


def test_they_tell_the_operators_that_filters_read() -> None:
    assert {*SPATIAL, *TEMPORAL} <= set(PREDICATES)


def test_they_tell_the_functions_that_filters_read(world: World) -> None:
    told = {
        found.attrib["name"]
        for found in root(capabilities()).iter("{http://www.opengis.net/fes/2.0}Function")
    }
    assert told == {function.name for function in FUNCTIONS}


# What each gives of the height 12 and of the genus « Cèdre », with its second argument where it has one.
GIVEN = {
    "Add": ("5", "17"), "Sub": ("5", "7"), "Mul": ("5", "60"), "Div": ("5", "2.4"), "IntDiv": ("5", "2"),
    "Mod": ("5", "2"), "Pow": ("2", "144"), "accenti": ("", "Cedre"), "unaccent": ("", "Cedre"),
    "casei": ("", "cèdre"), "lower": ("", "cèdre"), "strToLowerCase": ("", "cèdre"),
}  # fmt: skip


def test_every_function_that_they_tell_is_evaluated(world: World) -> None:
    tree = factories.tree("Mesuré", genre="Cèdre", hauteur=12)
    found = {}
    for function in FUNCTIONS:
        second, value = GIVEN[function.name]
        name, other = ("hauteur", f"<Literal>{second}</Literal>") if second else ("genre", "")
        called = f'<Function name="{function.name}"><ValueReference>{name}</ValueReference>{other}</Function>'
        equal = f"<PropertyIsEqualTo>{called}<Literal>{value}</Literal></PropertyIsEqualTo>"
        text = f'<Filter xmlns="http://www.opengis.net/fes/2.0">{equal}</Filter>'
        found[function.name] = ids(ask_wfs(TYPENAMES=TREES, FILTER=text))
    assert found == {name: [f"{TREES}.{tree.pk}"] for name in GIVEN}


def test_small_letters_are_not_folded_ones(world: World) -> None:
    street = factories.tree("Mesuré", genre="Straße")
    found = {}
    for name, value in itertools.product(("lower", "strToLowerCase", "casei"), ("straße", "strasse")):
        called = f'<Function name="{name}"><ValueReference>genre</ValueReference></Function>'
        equal = f"<PropertyIsEqualTo>{called}<Literal>{value}</Literal></PropertyIsEqualTo>"
        text = f'<Filter xmlns="http://www.opengis.net/fes/2.0">{equal}</Filter>'
        found[name, value] = ids(ask_wfs(TYPENAMES=TREES, FILTER=text))
    assert {asked for asked, answer in found.items() if answer == [f"{TREES}.{street.pk}"]} == {
        ("lower", "straße"), ("strToLowerCase", "straße"), ("casei", "strasse")
    }  # fmt: skip


def test_a_layer_says_its_licence_and_its_page(world: World) -> None:
    body = capabilities(path=f"/wfs/{TREES}").body
    assert ("Licence" in body, f'xlink:href="http://localhost/catalogue/{TREES}/"' in body) == (True, True)


def test_the_extent_of_1_0_0_is_in_the_system_of_its_type(world: World) -> None:
    (described,) = (
        each
        for each in root(capabilities("1.0.0", path=f"/wfs/{TREES}")).iter(
            "{http://www.opengis.net/wfs}FeatureType"
        )
    )
    box = described.find("{http://www.opengis.net/wfs}LatLongBoundingBox")
    assert box is not None
    corners = ",".join(box.attrib[name] for name in ("minx", "miny", "maxx", "maxy"))
    # Without SRSNAME a box is in the first system of the type.
    within = ask_wfs(version="1.0.0", TYPENAME=TREES, BBOX=corners)
    outside = ask_wfs(version="1.0.0", TYPENAME=TREES, BBOX="0,0,180,90")
    assert described.findtext("{http://www.opengis.net/wfs}SRS") == "EPSG:2154"
    assert len(ids(within)) == len(world.trees)
    assert ids(outside) == []


def test_the_extent_is_that_of_the_collection(world: World) -> None:
    (bounds,) = get(f"/api/collections/{TREES}").document["extent"]["spatial"]["bbox"]
    answer = capabilities(path=f"/wfs/{TREES}")
    corners = [
        float(part) for name in ("LowerCorner", "UpperCorner") for part in texts(answer, name)[0].split()
    ]
    assert corners == bounds


def test_sections_are_given_alone(world: World) -> None:
    answer = capabilities(SECTIONS="FeatureTypeList")
    assert [child.tag.rpartition("}")[2] for child in root(answer)] == ["FeatureTypeList"]


def test_a_form_and_a_body_ask_for_them_too(world: World) -> None:
    body = '<GetCapabilities service="WFS" xmlns="http://www.opengis.net/wfs/2.0"/>'
    told = [texts(answer, "Name") for answer in (post_form(operation="GetCapabilities"), post_xml(body))]
    assert told[0] == told[1] != []


def test_who_has_them_already_gets_word_of_it(world: World) -> None:
    etag = capabilities().headers["ETag"]
    assert ask_wfs(PLANNER, "GetCapabilities", headers={"If-None-Match": etag}).status == 304


@pytest.mark.parametrize("person", [PUBLIC, GARDENER, ADMINISTRATOR], ids=str)
def test_those_of_somebody_else_have_another_tag(world: World, person: Person) -> None:
    other = ask_wfs(person, "GetCapabilities")
    assert other.headers["ETag"] != capabilities().headers["ETag"]


def test_a_change_of_the_catalogue_changes_them(world: World) -> None:
    before = capabilities()
    entry = Layer.objects.get(slug=TREES)
    entry.title = "Les beaux arbres"
    entry.save()
    after = capabilities()
    assert ("Les beaux arbres" in after.body, before.headers["ETag"] != after.headers["ETag"]) == (True, True)


def test_everybody_may_keep_what_the_public_reads(world: World) -> None:
    kept = [ask_wfs(person, "GetCapabilities").headers["Cache-Control"] for person in (PUBLIC, PLANNER)]
    assert kept == ["public, no-cache", "private, no-cache"]


def test_the_stored_query_gives_the_feature_itself(world: World) -> None:
    name = f"{TREES}.{world.trees['Cedre-Meudon'].pk}"
    answer = ask_wfs(STOREDQUERY_ID="urn:ogc:def:query:OGC-WFS::GetFeatureById", ID=name)
    assert (root(answer).tag, ids(answer)[0]) == (f"{{urn:x-portail:couche}}{TREES}", name)


def test_the_capabilities_of_a_hidden_layer_are_absent(world: World) -> None:
    assert get(f"/wfs/{PLAYGROUNDS}?SERVICE=WFS&REQUEST=GetCapabilities", GARDENER).status == 200
