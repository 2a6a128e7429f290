"""Several layers in one tile: each with its own rights, and the whole as private as the most private."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import MEUDON, MIDDLES
from tests.people import GARDENER, PLANNER, PUBLIC, Person
from tests.protocols import get, tile_of
from tests.world import DRAFT, PLAYGROUNDS, TREES, ZONES, World

pytestmark = pytest.mark.django_db
PLACE = tile_of(*MIDDLES[MEUDON])


def address(*slugs: str, query: str = "") -> str:
    return f"/tiles/{','.join(slugs)}/{PLACE}.mvt{query}"


def test_each_layer_is_under_its_name(world: World) -> None:
    assert set(get(address(TREES, ZONES)).document) == {TREES, ZONES}


def test_question_is_asked_of_every_layer(world: World) -> None:
    both = get(address(TREES, ZONES, query="?commune=92012")).document
    assert {name: len(layer["features"]) for name, layer in both.items()} == {TREES: 1, ZONES: 1}


@pytest.mark.parametrize(("slug", "status"), [(PLAYGROUNDS, 401), (DRAFT, 404), ("inconnue", 404)])
def test_hidden_layer_hides_the_whole_tile(world: World, slug: str, status: int) -> None:
    assert get(address(TREES, slug)).status == status


def test_open_layers_together_may_be_kept_by_anybody(world: World) -> None:
    answer = get(address(ZONES, "batiments-patrimoniaux"), PUBLIC)
    assert answer.headers["Cache-Control"].startswith("public")


def test_one_internal_layer_makes_the_tile_private(world: World) -> None:
    assert get(address(ZONES, PLAYGROUNDS), PLANNER).headers["Cache-Control"].startswith("private")


def test_other_rights_on_one_layer_have_another_tag(world: World) -> None:
    tags = {get(address(ZONES, TREES), person).headers["ETag"] for person in (PLANNER, GARDENER)}
    assert len(tags) == 2


@pytest.mark.parametrize("slugs", [(TREES, TREES), (TREES, ""), tuple(f"couche-{n}" for n in range(500))])
def test_faulty_list_of_layers_is_refused(world: World, slugs: tuple[str, ...]) -> None:
    answer = get(address(*slugs))
    assert (answer.status, answer.document["parameter"]) == (400, "layer")


def test_a_filter_too_long_is_refused_by_its_name(world: World) -> None:
    answer = get(address(TREES, ZONES, query=f"?filter=id%20IN%20({'1,' * 40_000}1)"))
    assert answer.status == 400
    assert answer.document["parameter"] == "filter"


def test_rights_on_many_layers_are_asked_at_once(world: World) -> None:
    """The catalogue is asked once for all of them, and the grants of the person once, with the layers of themes."""
    asked = {}
    for slugs in ((PLAYGROUNDS,), (PLAYGROUNDS, TREES, ZONES, "batiments-patrimoniaux", "communes")):
        with CaptureQueriesContext(connection) as statements:
            assert get(address(*slugs), PLANNER).status == 200
        texts = [statement["sql"] for statement in statements]
        asked[len(slugs)] = [
            sum(table in text for text in texts) for table in ("layers_layer", "layers_grant")
        ]
    assert asked[1] == asked[5] == [2, 1]


def test_properties_are_asked_of_every_layer(world: World) -> None:
    both = get(address(TREES, ZONES, query="?properties=commune")).document
    carried = {name: {tuple(f["properties"]) for f in layer["features"]} for name, layer in both.items()}
    assert carried == {TREES: {("commune",)}, ZONES: {("commune",)}}


@pytest.mark.parametrize(
    ("name", "person"), [("genre", PUBLIC), ("rien", PUBLIC), ("etat_sanitaire", PUBLIC)]
)
def test_a_property_that_a_layer_does_not_give_is_refused_by_name(
    world: World, name: str, person: Person
) -> None:
    answer = get(address(TREES, ZONES, query=f"?properties={name}"), person)
    assert (answer.status, answer.document["parameter"]) == (400, "properties")
    assert name in answer.document["detail"]


def test_a_protected_property_is_carried_to_who_reads_it(world: World) -> None:
    query = "?properties=etat_sanitaire"
    assert [get(address(TREES, query=query), person).status for person in (PUBLIC, GARDENER)] == [400, 200]


def test_other_properties_have_another_tag(world: World) -> None:
    asked = ["", "?properties=genre", "?properties=", "?properties=genre,commune"]
    assert len({get(address(TREES, query=query)).headers["ETag"] for query in asked}) == 4
