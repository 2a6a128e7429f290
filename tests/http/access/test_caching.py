"""Validators: the same answer is a 304 without touching a feature, another answer never is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amenities.models import Equipment, Playground
from heritage.models import RemarkableTree
from layers.models import Commune, Grant, Layer
from tests import factories
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import EXPORT_CSV, ITEM, ITEMS, TILE, TILEJSON, Protocol, get, read, tile_of
from tests.world import PLAYGROUNDS, TREES, World

CACHED = (ITEMS, ITEM, TILE, TILEJSON)
cached = pytest.mark.parametrize("protocol", CACHED, ids=str)


def path_of(world: World, protocol: Protocol, slug: str = TREES) -> str:
    return protocol.address.format(tile=tile_of(2.21, 48.81), **world.address(slug))


def etag_of(path: str, person: Person = PUBLIC, **headers: str) -> str:
    return get(path, person, **headers).headers["ETag"]


@cached
def test_an_unchanged_answer_is_not_sent_again(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    again = get(path, **{"if-none-match": etag_of(path)})
    assert (again.status, again.body) == (304, "")


@pytest.mark.parametrize("protocol", [*CACHED, EXPORT_CSV], ids=str)
def test_a_304_says_nothing_to_write_on_the_copy(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    told = get(path, **{"if-none-match": etag_of(path)}).headers
    assert {"Content-Type", "Content-Length"} & set(told) == set()


def test_an_empty_tile_has_no_length(world: World) -> None:
    answer = get(f"/tiles/{TREES}/{tile_of(0, 0)}.mvt")
    assert (answer.status, "Content-Length" in answer.headers) == (204, False)


@cached
def test_a_304_repeats_the_validators(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    first = get(path)
    again = get(path, **{"if-none-match": first.headers["ETag"]})
    names = ("ETag", "Cache-Control", "Vary")
    assert [again.headers[name] for name in names] == [first.headers[name] for name in names]


def test_a_304_of_a_feature_reads_its_version_alone(world: World) -> None:
    path = path_of(world, ITEM)
    etag = etag_of(path)
    with CaptureQueriesContext(connection) as queries:
        get(path, **{"if-none-match": etag})
    (read,) = [query["sql"] for query in queries if 'FROM "heritage_' in query["sql"]]
    assert read.split(" FROM ")[0].count("ctid") == 1


@pytest.mark.parametrize("protocol", [ITEMS, TILE], ids=str)
def test_a_304_reads_no_feature(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    etag = etag_of(path)
    with CaptureQueriesContext(connection) as queries:
        get(path, **{"if-none-match": etag})
    assert [query["sql"] for query in queries if 'FROM "heritage_' in query["sql"]] == []


@pytest.mark.parametrize(
    "etag", ["*", "W/", '"', '"abc', 'W/"abc", garbage, "x"', "\\", '""', '"' + "a" * 5000 + '"']
)
@cached
def test_a_tag_that_is_not_ours_gets_the_answer(world: World, protocol: Protocol, etag: str) -> None:
    expected = {304} if etag == "*" else {200}
    assert get(path_of(world, protocol), **{"if-none-match": etag}).status in expected


@cached
def test_one_of_several_tags_is_enough(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    assert get(path, **{"if-none-match": f'"autre", {etag_of(path)}'}).status == 304


def sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)

    return run


CHANGES: dict[str, Callable[[], object]] = {
    "update": sql("UPDATE heritage_remarkabletree SET genre = 'Cedrus'"),
    "delete": sql("DELETE FROM heritage_remarkabletree WHERE nom_vernaculaire = 'Platane-Boulogne'"),
    "insert": lambda: factories.tree("Nouveau"),
    "boundary": sql("UPDATE layers_commune SET nom = 'Autre' WHERE code = '92048'"),
    "title": lambda: Layer.objects.get(slug=TREES).save(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@cached
def test_every_change_changes_the_tag(world: World, protocol: Protocol, change: Callable[[], object]) -> None:
    path = path_of(world, protocol)
    before = etag_of(path)
    change()
    of_another_row = protocol is ITEM and change in (CHANGES["delete"], CHANGES["insert"])
    assert (etag_of(path) == before) is of_another_row


@pytest.mark.parametrize("protocol", [ITEMS, TILEJSON], ids=str)
def test_a_truncated_table_changes_the_tag(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    before = etag_of(path)
    sql("TRUNCATE heritage_remarkabletree CASCADE")()
    assert etag_of(path) != before


def test_a_truncated_layer_is_empty_at_once(world: World) -> None:
    path = path_of(world, ITEMS)
    before = get(path).document["numberMatched"]
    sql("TRUNCATE heritage_remarkabletree CASCADE")()
    assert (before, get(path).document["numberMatched"]) == (2, 0)


def test_a_related_record_changes_the_tag_of_its_feature(world: World) -> None:
    path = path_of(world, ITEM, PLAYGROUNDS)
    before = etag_of(path, PLANNER)
    Equipment.objects.create(playground=Playground.objects.get(nom="Jeux-Val"), type="ressort")
    assert etag_of(path, PLANNER) != before


@pytest.mark.parametrize(
    "other", ["?limit=1", "?properties=genre", "?crs=EPSG:2154", "?sortby=-id", "?q=cedre"]
)
def test_another_question_has_another_tag(world: World, other: str) -> None:
    path = path_of(world, ITEMS)
    assert etag_of(path + other) != etag_of(path)


@cached
def test_other_rights_have_another_tag(world: World, protocol: Protocol) -> None:
    assert etag_of(path_of(world, protocol), GARDENER) != etag_of(path_of(world, protocol))


@cached
def test_another_portal_has_another_tag(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol)
    assert etag_of(path, host="meudon.localhost") != etag_of(path)


@cached
def test_a_tag_of_more_rights_confirms_nothing(world: World, protocol: Protocol) -> None:
    path = path_of(world, protocol, PLAYGROUNDS)
    assert get(path, TOWN_AGENT, **{"if-none-match": etag_of(path, PLANNER)}).status == 200


def test_a_changed_row_filter_changes_the_tag(world: World) -> None:
    path = path_of(world, ITEMS, PLAYGROUNDS)
    before = etag_of(path, TOWN_AGENT)
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(rows="commune = '92012'")
    assert etag_of(path, TOWN_AGENT) != before


@cached
def test_open_data_is_kept_by_anybody_and_asked_about_each_time(world: World, protocol: Protocol) -> None:
    assert get(path_of(world, protocol)).headers["Cache-Control"] == "public, no-cache"


@cached
def test_caches_tell_people_apart(world: World, protocol: Protocol) -> None:
    vary = {name.strip() for name in get(path_of(world, protocol)).headers["Vary"].split(",")}
    assert {"Authorization", "Cookie"} <= vary


@cached
def test_other_sites_may_read_open_data(world: World, protocol: Protocol) -> None:
    answer = get(path_of(world, protocol), origin="https://example.org")
    told = (
        answer.headers["Access-Control-Allow-Origin"],
        answer.headers.get("Access-Control-Allow-Credentials"),
    )
    assert told == ("*", None)


def test_an_answer_for_a_browser_is_not_given_to_a_machine(world: World) -> None:
    path = path_of(world, ITEMS)
    page = get(path, accept="text/html")
    assert get(path, **{"if-none-match": page.headers.get("ETag", '"none"')}).status == 200


def test_a_count_is_not_remembered_beyond_a_change(world: World) -> None:
    path = path_of(world, ITEMS)
    counts = [get(path).document["numberMatched"]]
    RemarkableTree.objects.filter(nom_vernaculaire="Platane-Boulogne").delete()
    counts.append(get(path).document["numberMatched"])
    factories.tree("Nouveau", date_releve=dt.date(2026, 1, 1))
    counts.append(get(path).document["numberMatched"])
    assert counts == [2, 1, 2]


def test_a_second_count_asks_the_database_no_more(world: World) -> None:
    path = path_of(world, ITEMS)
    get(path)
    with CaptureQueriesContext(connection) as queries:
        get(path)
    assert [query["sql"] for query in queries if "COUNT(" in query["sql"]] == []


def test_a_page_of_the_api_is_kept_by_its_reader_alone(world: World) -> None:
    answer = read(Client(headers={"host": "localhost"}).get(path_of(world, ITEMS) + "?f=html"))
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_commune_renamed_is_renamed_in_its_layer(catalogue: dict[str, Commune]) -> None:
    before = get("/api/collections/communes/items").headers["ETag"]
    Commune.objects.filter(code="92048").update(population=1)
    assert get("/api/collections/communes/items").headers["ETag"] != before
