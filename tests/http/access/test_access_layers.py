"""Who sees that a layer exists: the table *person × way in*, for every way into the portal.

Hidden means absent: 404 for who gave credentials or asks a page, 401 with an offer of HTTP Basic for who asks a machine
protocol without any, and no mention in any list. A test asks everybody: what it compares is a row of the table.
"""

import re

import pytest

from layers.models import Layer
from tests.examples import is_thorough
from tests.people import (
    ADMINISTRATOR,
    EVERYBODY,
    GARDENER,
    NEWCOMER,
    OUTSIDER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.protocols import (
    ADMINISTRATION,
    HOME,
    ITEMS,
    OF_A_LAYER,
    OF_EVERYBODY,
    OF_THE_CATALOGUE,
    PAGE,
    PHOTO,
    Answer,
    Protocol,
)
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

# NEWCOMER and PARTNER hold grants out of their time: they are nowhere.
ADMITTED = {
    TREES: set(EVERYBODY),
    PLAYGROUNDS: {PLANNER, GARDENER, TOWN_AGENT, ADMINISTRATOR},
    DRAFT: {ADMINISTRATOR},
    ARCHIVED: {ADMINISTRATOR},
}
# Every form of a page holds one, different each time.
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
MACHINES = [protocol for protocol in OF_A_LAYER if protocol.is_machine]
# What grants open is asked by all of them; what is open to all, or to administrators alone, by all in two ways, in the
# others by who has no account, no right, and every right.
FEW = (PUBLIC, NEWCOMER, ADMINISTRATOR)

_answers: dict[tuple[Person, Protocol, str], Answer] = {}


def answer_of(world: World, person: Person, protocol: Protocol, slug: str) -> Answer:
    """Return what a way in answers about a layer; asked once, since no test here writes."""
    key = (person, protocol, slug)
    if key not in _answers:
        _answers[key] = protocol.ask(person, **world.address(slug))
    return _answers[key]


def expected_status(person: Person, protocol: Protocol, slug: str) -> int:
    """Return the status that the rules of hidden layers give. Only a published layer is worth credentials."""
    if person in ADMITTED[slug]:
        return 200
    is_askable = person.is_anonymous and protocol.is_machine and slug == PLAYGROUNDS
    return 401 if is_askable else 404


@pytest.mark.parametrize("protocol", OF_A_LAYER, ids=str)
@pytest.mark.parametrize("slug", ADMITTED)
def test_a_layer_answers_to_those_it_is_open_to(world: World, slug: str, protocol: Protocol) -> None:
    people = EVERYBODY if slug == PLAYGROUNDS or protocol in {PAGE, ITEMS} or is_thorough() else FEW
    seen = {str(person): answer_of(world, person, protocol, slug).status for person in people}
    assert seen == {str(person): expected_status(person, protocol, slug) for person in people}


@pytest.fixture
def counted(world: World) -> World:
    """The trees are internal, and their statistics open."""
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=2)
    return world


@pytest.mark.parametrize("protocol", OF_A_LAYER, ids=str)
def test_open_statistics_open_no_way_to_a_layer(counted: World, protocol: Protocol) -> None:
    place = counted.address(TREES)
    seen = [protocol.ask(person, **place).status for person in (PUBLIC, OUTSIDER)]
    assert seen == [401 if protocol.is_machine else 404, 404]


@pytest.mark.parametrize("protocol", OF_THE_CATALOGUE, ids=str)
def test_no_list_names_a_layer_whose_statistics_alone_are_open(counted: World, protocol: Protocol) -> None:
    assert protocol.ask(PUBLIC).shows([TREES]) == frozenset()


def test_a_photo_has_the_rights_of_its_layer(world: World) -> None:
    seen = {str(person): answer_of(world, person, PHOTO, PLAYGROUNDS).status for person in EVERYBODY}
    assert seen == {str(person): expected_status(person, PHOTO, PLAYGROUNDS) for person in EVERYBODY}


@pytest.mark.parametrize("protocol", ADMINISTRATION, ids=str)
def test_the_administration_is_entered_by_administrators_alone(world: World, protocol: Protocol) -> None:
    """Everybody else is sent to its door, which is the portal's sign-in page or, for who signed in, a 403."""
    seen = {str(person): protocol.ask(person, **world.address(PLAYGROUNDS)).status for person in EVERYBODY}
    assert seen == {str(person): 200 if person is ADMINISTRATOR else 302 for person in EVERYBODY}


@pytest.mark.parametrize("protocol", OF_THE_CATALOGUE, ids=str)
def test_a_list_names_the_layers_that_are_open_to_its_reader(world: World, protocol: Protocol) -> None:
    named = {str(person): protocol.ask(person).shows(ADMITTED) for person in EVERYBODY}
    assert named == {
        str(person): {slug for slug, admitted in ADMITTED.items() if person in admitted}
        for person in EVERYBODY
    }


@pytest.mark.parametrize("protocol", OF_EVERYBODY, ids=str)
def test_what_leaves_the_portal_names_what_everybody_sees_whoever_asks(
    world: World, protocol: Protocol
) -> None:
    people = EVERYBODY if is_thorough() else FEW
    assert {str(person): protocol.ask(person).shows(ADMITTED) for person in people} == {
        str(person): {TREES} for person in people
    }


@pytest.mark.parametrize("person", EVERYBODY, ids=str)
def test_the_home_page_names_no_hidden_layer(world: World, person: Person) -> None:
    hidden = [slug for slug, admitted in ADMITTED.items() if person not in admitted]
    assert HOME.ask(person).shows(hidden) == frozenset()


@pytest.mark.parametrize("protocol", MACHINES, ids=str)
def test_a_machine_without_credentials_is_offered_basic(world: World, protocol: Protocol) -> None:
    answer = answer_of(world, PUBLIC, protocol, PLAYGROUNDS)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("protocol", MACHINES, ids=str)
def test_a_hidden_layer_reads_like_one_that_does_not_exist(world: World, protocol: Protocol) -> None:
    place = world.address(PLAYGROUNDS)
    hidden = answer_of(world, OUTSIDER, protocol, PLAYGROUNDS)
    unknown = protocol.ask(OUTSIDER, **place | {"slug": "rien-du-tout"})
    told = [_TOKEN.sub("", answer.body.replace(PLAYGROUNDS, "rien-du-tout")) for answer in (hidden, unknown)]
    assert told[0] == told[1]


@pytest.mark.parametrize("protocol", OF_A_LAYER, ids=str)
def test_a_layer_that_does_not_exist_asks_nobody_for_credentials(world: World, protocol: Protocol) -> None:
    answer = protocol.ask(PUBLIC, **world.address(PLAYGROUNDS) | {"slug": "rien-du-tout"})
    assert answer.status == 404


@pytest.mark.parametrize("protocol", OF_A_LAYER, ids=str)
def test_a_refusal_shows_nothing_of_the_layer(world: World, protocol: Protocol) -> None:
    answer = answer_of(world, OUTSIDER, protocol, PLAYGROUNDS)
    assert answer.shows(["Aires de jeux", "Jeux-Val", "exploitant", "sol_amortissant"]) == frozenset()


@pytest.mark.parametrize("slug", [PLAYGROUNDS, DRAFT, ARCHIVED])
@pytest.mark.parametrize("protocol", [*OF_A_LAYER, PHOTO], ids=str)
def test_no_shared_cache_keeps_what_is_not_for_everybody(world: World, protocol: Protocol, slug: str) -> None:
    answer = answer_of(world, ADMINISTRATOR, protocol, slug)
    assert "public" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("protocol", [*OF_A_LAYER, *OF_THE_CATALOGUE], ids=str)
def test_other_sites_read_nothing_that_credentials_opened(world: World, protocol: Protocol) -> None:
    answer = answer_of(world, ADMINISTRATOR, protocol, PLAYGROUNDS)
    assert "Access-Control-Allow-Origin" not in answer.headers
