"""Which features of a layer somebody sees: the same rows through every way in, whatever is asked."""

import pytest

from layers.models import Grant
from tests.factories import BOULOGNE, MEUDON
from tests.people import (
    ADMINISTRATOR,
    EVERYBODY,
    GARDENER,
    MANAGER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.protocols import (
    COLLECTION,
    COUNT,
    ITEM,
    ITEM_PAGE,
    ITEMS,
    MAP,
    OF_FEATURES,
    PAGE,
    PHOTO,
    SHEET,
    TILEJSON,
    Protocol,
    get,
    matched,
)
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, World, grant

ROWS: dict[Person, frozenset[str]] = {
    PUBLIC: frozenset(),
    OUTSIDER: frozenset(),
    PLANNER: ALL_PLAYGROUNDS,
    TOWN_AGENT: IN_MEUDON,
    PARTNER: frozenset(),
    NEWCOMER: frozenset(),
    GARDENER: ALL_PLAYGROUNDS,
    MANAGER: frozenset(),
    ADMINISTRATOR: ALL_PLAYGROUNDS,
}
_ITEMS = f"/api/collections/{PLAYGROUNDS}/items"


@pytest.mark.parametrize("protocol", OF_FEATURES, ids=str)
def test_everybody_sees_their_rows(world: World, protocol: Protocol) -> None:
    seen = {str(p): protocol.ask(p, **world.address(PLAYGROUNDS)).shows(ALL_PLAYGROUNDS) for p in EVERYBODY}
    assert seen == {str(person): rows for person, rows in ROWS.items()}


def test_the_list_beside_the_map_shows_the_same_rows(world: World) -> None:
    path = f"{MAP.address}?couches={PLAYGROUNDS}"
    seen = {str(p): get(path, p, by_basic=False).shows(ALL_PLAYGROUNDS) for p in EVERYBODY}
    assert seen == {str(person): rows for person, rows in ROWS.items()}


def test_counts_count_the_rows_of_their_reader(world: World) -> None:
    admitted = [person for person, rows in ROWS.items() if rows]
    counts = {str(person): matched(COUNT.ask(person, slug=PLAYGROUNDS)) for person in admitted}
    assert counts == {str(person): len(ROWS[person]) for person in admitted}


@pytest.mark.parametrize("protocol", [ITEM, ITEM_PAGE, SHEET, PHOTO], ids=str)
def test_a_feature_outside_the_rows_is_absent(world: World, protocol: Protocol) -> None:
    place = {"pk": world.playgrounds["Jeux-Pont"].pk, "photo": world.photos["Jeux-Pont"].pk}
    seen = {str(p): protocol.ask(p, slug=PLAYGROUNDS, **place).status for p in (PLANNER, TOWN_AGENT)}
    assert seen == {str(PLANNER): 200, str(TOWN_AGENT): 404}


def test_a_photo_is_not_reached_through_another_feature(world: World) -> None:
    place = {"pk": world.playgrounds["Jeux-Val"].pk, "photo": world.photos["Jeux-Pont"].pk}
    assert PHOTO.ask(TOWN_AGENT, slug=PLAYGROUNDS, **place).status == 404


@pytest.mark.parametrize(
    "question",
    [
        "filter=commune%20%3D%20%2792012%27",
        "filter=commune%20%3C%3E%20%2792048%27",
        "filter=id%20%3E%200%20OR%20TRUE%20%3D%20TRUE",
        "filter=commune%20%3D%20%2792012%27%20OR%20commune%20%3D%20%2792048%27",
        f"commune={BOULOGNE}",
        f"commune={MEUDON},{BOULOGNE}",
        "bbox=-180,-90,180,90",
        "within=POLYGON((2%2048,3%2048,3%2049,2%2049,2%2048))",
        "near=2.23,48.81&radius=100000",
        "q=Jeux-Pont",
        "ids={outside}",
        "sortby=-commune&limit=1000000",
    ],
)
def test_no_question_widens_the_rows(world: World, question: str) -> None:
    path = f"{_ITEMS}?{question.format(outside=world.playgrounds['Jeux-Pont'].pk)}"
    document = get(path, TOWN_AGENT).document
    names = {feature["properties"]["nom"] for feature in document["features"]}
    assert (names <= IN_MEUDON, document["numberMatched"]) == (True, len(names))


@pytest.mark.parametrize("protocol", [COLLECTION, TILEJSON], ids=str)
def test_extents_are_those_of_the_rows(world: World, protocol: Protocol) -> None:
    document = protocol.ask(TOWN_AGENT, slug=PLAYGROUNDS).document
    bounds = document["extent"]["spatial"]["bbox"][0] if protocol is COLLECTION else document["bounds"]
    assert bounds == [2.2095, 48.8095, 2.2105, 48.8105]


def test_rows_of_several_grants_add_up(world: World) -> None:
    grant(TOWN_AGENT, PLAYGROUNDS, rows="nom = 'Jeux-Pont'")
    assert ITEMS.ask(TOWN_AGENT, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) == ALL_PLAYGROUNDS


def test_a_grant_without_filter_opens_every_row(world: World) -> None:
    grant(TOWN_AGENT, PLAYGROUNDS)
    assert ITEMS.ask(TOWN_AGENT, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) == ALL_PLAYGROUNDS


BROKEN = [
    "champ_disparu = 1",
    "commune = ",
    "nom LIKE 3",
    "S_INTERSECTS(geom, POINT(900 900))",
    "age_min = 'douze'",
]


@pytest.mark.parametrize("rows", BROKEN)
@pytest.mark.parametrize("protocol", [ITEMS, PAGE], ids=str)
def test_a_row_filter_that_no_longer_compiles_opens_nothing(
    world: World, protocol: Protocol, rows: str
) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(rows=rows)
    assert protocol.ask(TOWN_AGENT, slug=PLAYGROUNDS).status == 404


def test_a_broken_row_filter_leaves_the_other_grants_alone(world: World) -> None:
    grant(TOWN_AGENT, PLAYGROUNDS, rows=BROKEN[0])
    assert ITEMS.ask(TOWN_AGENT, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) == IN_MEUDON


def test_a_row_filter_may_use_a_field_its_holders_do_not_read(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(rows="etat = 'ouvert'")
    world.playgrounds["Jeux-Val"].__class__.objects.filter(nom="Jeux-Val").update(etat="ferme")
    assert ITEMS.ask(TOWN_AGENT, slug=PLAYGROUNDS).shows(ALL_PLAYGROUNDS) == {"Jeux-Bruyeres", "Jeux-Pont"}


def test_a_feature_that_leaves_the_rows_leaves_every_answer(world: World) -> None:
    moved = world.playgrounds["Jeux-Val"]
    before = ITEM.ask(TOWN_AGENT, slug=PLAYGROUNDS, pk=moved.pk)
    moved.geom = world.playgrounds["Jeux-Pont"].geom
    moved.save()
    after = ITEM.ask(TOWN_AGENT, slug=PLAYGROUNDS, pk=moved.pk)
    assert (before.status, after.status) == (200, 404)
