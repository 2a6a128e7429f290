"""Protected fields: for who may not read one it does not exist, in no answer, no question and no refusal."""

import pytest

from heritage.models import RemarkableTree
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, Person, of_each_right
from tests.protocols import (
    CATALOGUE,
    ITEM,
    ITEM_PAGE,
    ITEMS,
    ITEMS_PAGE,
    MAP,
    OGC_TILE,
    OPENAPI,
    PAGE,
    QUERYABLES,
    SHEET,
    STYLE,
    TILE,
    TILEJSON,
    TILESET,
    Protocol,
    get,
    matched,
)
from tests.world import MATRICULE, TREES, World, protect

READERS = {GARDENER, ADMINISTRATOR}
# Names, titles and values: one protected in code, one by an administrator.
SECRETS = ("etat_sanitaire", "tat sanitaire", "angereux", "matricule", MATRICULE, "date_dernier_diagnostic")
# Where a reader finds at least the names.
SHOWING = (PAGE, ITEMS, ITEMS_PAGE, ITEM, ITEM_PAGE, SHEET, QUERYABLES)
_ITEMS = f"/api/collections/{TREES}/items"
others = pytest.mark.parametrize("person", [p for p in (PUBLIC, PLANNER) if p not in READERS], ids=str)


@pytest.mark.parametrize(
    "protocol", [*SHOWING, TILE, TILEJSON, OGC_TILE, TILESET, STYLE, OPENAPI, MAP, CATALOGUE], ids=str
)
def test_a_protected_field_is_absent(world: World, protocol: Protocol) -> None:
    shown = {
        str(p): protocol.ask(p, **world.address(TREES)).shows(SECRETS)
        for p in of_each_right()
        if p not in READERS
    }
    assert shown == dict.fromkeys(shown, frozenset())


@pytest.mark.parametrize("protocol", SHOWING, ids=str)
@pytest.mark.parametrize("person", sorted(READERS, key=str), ids=str)
def test_its_readers_find_it(world: World, protocol: Protocol, person: Person) -> None:
    assert protocol.ask(person, **world.address(TREES)).shows(SECRETS)


ASKING = [
    "{path}?sortby={field}",
    "{path}?sortby=-{field}",
    "{path}?properties=genre,{field}",
    "{path}?filter={field}%20IS%20NULL",
    "{path}?filter=NOT({field}%20LIKE%20%27MAT%25%27)",
    "{path}?filter=genre%3D{field}",
    "{path}?filter-lang=cql2-json&filter=%7B%22op%22:%22isNull%22,%22args%22:[%7B%22property%22:%22{field}%22%7D]%7D",
    "/tiles/arbres-remarquables/0/0/0.mvt?filter={field}%20IS%20NULL",
    "/tiles/arbres-remarquables/0/0/0.mvt?properties={field}",
]


@pytest.mark.parametrize("question", ASKING)
@pytest.mark.parametrize("field", ["matricule", "etat_sanitaire"])
def test_nobody_else_asks_for_it(world: World, question: str, field: str) -> None:
    hidden = get(question.format(path=_ITEMS, field=field))
    unknown = get(question.format(path=_ITEMS, field="rien_du_tout"))
    assert (hidden.status, hidden.body) == (400, unknown.body.replace("rien_du_tout", field))


@pytest.mark.parametrize("question", ASKING)
@pytest.mark.parametrize("field", ["matricule", "etat_sanitaire"])
def test_its_readers_ask_for_it(world: World, question: str, field: str) -> None:
    is_empty_tile = question.startswith("/tiles/") and "IS%20NULL" in question
    expected = 204 if is_empty_tile else 200
    assert get(question.format(path=_ITEMS, field=field), GARDENER).status == expected


@pytest.mark.parametrize("question", ["sortby={field}", "filter={field}%20IS%20NULL", "properties={field}"])
@pytest.mark.parametrize("page", [f"/catalogue/{TREES}/?", f"/carte/?couches={TREES}&"])
def test_pages_do_not_ask_for_it_either(world: World, page: str, question: str) -> None:
    hidden, unknown = (get(page + question.format(field=name)) for name in ("matricule", "rien_du_tout"))
    told = [answer.body.split("<main")[1].split("</main>")[0] for answer in (hidden, unknown)]
    assert (hidden.status, told[0]) == (400, told[1].replace("rien_du_tout", "matricule"))


def test_words_are_not_searched_in_it(world: World) -> None:
    found = {str(person): matched(get(f"{_ITEMS}?q={MATRICULE}", person)) for person in (PUBLIC, GARDENER)}
    assert found == {str(PUBLIC): 0, str(GARDENER): 2}


@others
def test_a_layer_is_the_same_for_all_who_do_not_read_it(world: World, person: Person) -> None:
    mine, theirs = ITEMS.ask(person, slug=TREES), ITEMS.ask(PUBLIC, slug=TREES)
    assert mine.headers["ETag"] == theirs.headers["ETag"]


@pytest.mark.parametrize("protocol", [ITEMS, ITEM, TILE, TILEJSON, OGC_TILE, TILESET, QUERYABLES], ids=str)
def test_no_shared_cache_keeps_it(world: World, protocol: Protocol) -> None:
    kept = {
        str(p): protocol.ask(p, **world.address(TREES)).headers["Cache-Control"] for p in (PUBLIC, GARDENER)
    }
    assert kept == {str(PUBLIC): "public, no-cache", str(GARDENER): "private, no-cache"}


@pytest.mark.parametrize(
    "protocol", [PAGE, ITEMS, ITEMS_PAGE, ITEM, ITEM_PAGE, SHEET, TILE, TILEJSON, MAP], ids=str
)
def test_even_a_title_may_be_protected(world: World, protocol: Protocol) -> None:
    protect(TREES, "nom_vernaculaire", GARDENER)
    answer = protocol.ask(PUBLIC, **world.address(TREES))
    assert (answer.status, answer.shows(["nom_vernaculaire", "Cedre-Meudon"])) == (200, frozenset())


def test_the_field_of_time_may_be_protected(world: World) -> None:
    """A period selects every feature of a layer without time: so it does where time is hidden."""
    RemarkableTree.objects.update(date_releve="2024-05-01")
    protect(TREES, "date_releve", GARDENER)
    counts = [matched(get(f"{_ITEMS}?datetime=2020-01-01", person)) for person in (PUBLIC, GARDENER)]
    assert counts == [2, 0]


def test_the_commune_may_be_protected_and_still_be_asked_by_place(world: World) -> None:
    protect(TREES, "commune", GARDENER)
    assert matched(get(f"{_ITEMS}?commune=92048")) == 1
