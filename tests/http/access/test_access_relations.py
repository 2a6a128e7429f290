"""Protected relations: the records that belong to a feature follow the rule of protected fields."""

import pytest

from tests.people import ADMINISTRATOR, GARDENER, PLANNER, TOWN_AGENT, Person
from tests.protocols import (
    ITEM,
    ITEM_PAGE,
    ITEMS,
    OPENAPI,
    PAGE,
    PHOTO,
    QUERYABLES,
    SHEET,
    TILEJSON,
    Protocol,
)
from tests.world import OBSERVATION, PLAYGROUNDS, World, protect


@pytest.mark.parametrize("protocol", [ITEM, ITEM_PAGE, SHEET], ids=str)
def test_records_are_shown_to_their_readers(world: World, protocol: Protocol) -> None:
    people = (PLANNER, TOWN_AGENT, GARDENER, ADMINISTRATOR)
    shown = {str(p): OBSERVATION in protocol.ask(p, **world.address(PLAYGROUNDS)).body for p in people}
    assert shown == {str(p): p in {GARDENER, ADMINISTRATOR} for p in people}


@pytest.mark.parametrize("person", [PLANNER, TOWN_AGENT], ids=str)
@pytest.mark.parametrize(
    "protocol", [ITEM, ITEM_PAGE, SHEET, ITEMS, PAGE, QUERYABLES, TILEJSON, OPENAPI], ids=str
)
def test_not_even_the_name_is_shown_to_others(world: World, protocol: Protocol, person: Person) -> None:
    answer = protocol.ask(person, **world.address(PLAYGROUNDS))
    assert answer.shows(["inspections", OBSERVATION, "Annuel principal"]) == frozenset()


def test_a_relation_protected_in_code_waits_for_an_administrator_to_name_readers(world: World) -> None:
    people = (PLANNER, GARDENER, ADMINISTRATOR)
    related = {str(p): set(ITEM.ask(p, **world.address(PLAYGROUNDS)).document["related"]) for p in people}
    open_ones = {"equipements", "photos"}
    assert related == {
        str(PLANNER): open_ones,
        str(GARDENER): open_ones | {"inspections"},
        str(ADMINISTRATOR): open_ones | {"inspections", "interventions"},
    }


def test_photos_may_be_protected(world: World) -> None:
    protect(PLAYGROUNDS, "photos", GARDENER)
    seen = {str(p): PHOTO.ask(p, **world.address(PLAYGROUNDS)).status for p in (PLANNER, GARDENER)}
    assert seen == {str(PLANNER): 404, str(GARDENER): 200}


@pytest.mark.parametrize("protocol", [ITEM, ITEM_PAGE, SHEET], ids=str)
def test_a_protected_photo_is_not_even_addressed(world: World, protocol: Protocol) -> None:
    protect(PLAYGROUNDS, "photos", GARDENER)
    answer = protocol.ask(PLANNER, **world.address(PLAYGROUNDS))
    assert answer.shows(["/photos/", "Vue-Jeux-Val"]) == frozenset()


@pytest.mark.parametrize("relation", ["inspections", "equipements", "rien"])
def test_only_a_gallery_holds_photos(world: World, relation: str) -> None:
    protocol = Protocol(
        "photo", PHOTO.address.replace("/photos/{photo}", f"/{relation}/{{photo}}"), is_machine=False
    )
    assert protocol.ask(ADMINISTRATOR, **world.address(PLAYGROUNDS)).status == 404


@pytest.mark.parametrize("size", ["huge", "..", "image", "full.jpg"])
def test_a_photo_has_two_sizes(world: World, size: str) -> None:
    protocol = Protocol("photo", PHOTO.address.replace("thumbnail", size), is_machine=False)
    assert protocol.ask(ADMINISTRATOR, **world.address(PLAYGROUNDS)).status == 404
