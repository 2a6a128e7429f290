"""Tiles kept between requests: true to the data and the rights at each of them, whoever asked before."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from layers.formats import mvt
from layers.models import Layer
from layers.sql.shared_bytes import signed, verified
from tests.factories import MEUDON, MIDDLES
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get, tile_of
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, TREES, ZONES, World
from tiles.services.tile_cache import TILE_CACHE

pytestmark = pytest.mark.django_db
PLACE = tile_of(*MIDDLES[MEUDON])
TILE = f"/tiles/{TREES}/{PLACE}.mvt"
TABLE = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 1_000_000}}


@pytest.fixture(autouse=True)
def kept(settings: Settings, world: World) -> Iterator[World]:
    """The world, with tiles kept in the table: what is written there is rolled back like the rest."""
    settings.CACHES = {**settings.CACHES, "tiles": TABLE}
    TILE_CACHE.forget_memory()
    yield world
    TILE_CACHE.forget_memory()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The tiles that were rendered, in their order."""
    found: list[object] = []
    render = mvt.render

    def seen(selections: object, address: object) -> bytes:
        found.append(address)
        return render(selections, address)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(mvt, "render", seen)
    return found


def rows() -> list[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, value FROM tiles_cache")
        return [(key, bytes(value)) for key, value in cursor.fetchall()]


def test_second_request_renders_nothing(rendered: list[object]) -> None:
    contents = {get(TILE).body for _time in range(2)}
    assert (len(contents), len(rendered)) == (1, 1)


def test_tile_is_kept_when_the_process_ends(rendered: list[object]) -> None:
    get(TILE)
    TILE_CACHE.forget_memory()
    get(TILE)
    assert len(rendered) == 1


def test_kept_tile_asks_the_rights_alone(world: World) -> None:
    get(TILE)
    with CaptureQueriesContext(connection) as queries:
        get(TILE)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]
    assert "layers_layer" in queries[0]["sql"]


def test_edit_is_seen_on_the_next_request(world: World) -> None:
    before = get(TILE)
    world.trees["Cedre-Meudon"].delete()
    after = get(TILE)
    assert "Cedre-Meudon" in before.body
    assert "Cedre-Meudon" not in after.body
    assert before.headers["ETag"] != after.headers["ETag"]


def test_layer_that_closes_is_hidden_on_the_next_request(world: World) -> None:
    get(TILE)
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    assert get(TILE).status == 401


def test_other_rights_never_share_a_tile(rendered: list[object]) -> None:
    path = f"/tiles/{PLAYGROUNDS}/{PLACE}.mvt"
    everything, meudon = (get(path, person).shows(ALL_PLAYGROUNDS) for person in (PLANNER, TOWN_AGENT))
    assert (everything, meudon) == (ALL_PLAYGROUNDS, IN_MEUDON)
    assert len(rendered) == 2
    assert get(path, PUBLIC).status == 401


def test_same_rights_share_a_tile(rendered: list[object]) -> None:
    for person in (PUBLIC, PLANNER):
        get(TILE, person)
    assert len(rendered) == 1


def test_protected_attribute_is_in_no_tile_of_others(world: World) -> None:
    address = f"{TILE}?properties=etat_sanitaire"
    assert "dangereux" in get(address, GARDENER).body
    assert [get(address, PUBLIC).status, "dangereux" in get(TILE, PUBLIC).body] == [400, False]


@pytest.mark.parametrize(
    "other",
    [
        f"{TILE}?commune=92012",
        f"{TILE}?properties=genre",
        f"/tiles/{TREES},{ZONES}/{PLACE}.mvt",
        f"/tiles/{ZONES},{TREES}/{PLACE}.mvt",
        f"/tiles/{TREES}/{tile_of(*MIDDLES[MEUDON], zoom=10)}.mvt",
    ],
)
def test_another_question_is_another_tile(rendered: list[object], other: str) -> None:
    get(TILE)
    get(other)
    assert len(rendered) == 2


def test_portal_of_a_commune_has_its_own_tile(world: World) -> None:
    assert "Platane-Boulogne" in get(TILE).body
    assert "Platane-Boulogne" not in get(TILE, host="meudon.localhost").body


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(mvt, "RENDERER_VERSION", -1),
        lambda _patch: Layer.objects.get(slug=TREES).save(),
    ],
    ids=["renderer", "catalogue"],
)
def test_what_draws_otherwise_draws_again(
    rendered: list[object], monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch], object]
) -> None:
    get(TILE)
    change(monkeypatch)
    get(TILE)
    assert len(rendered) == 2


def damage(value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tiles_cache SET value = %s", [value])
    TILE_CACHE.forget_memory()


@pytest.mark.parametrize("fault", ["cut", "flipped", "empty", "pickle", "of another tile"])
def test_corrupted_tile_is_made_again_and_never_served(rendered: list[object], fault: str) -> None:
    true = get(TILE).body
    ((key, value),) = rows()
    content = verified(key.rpartition(":")[2], value) or b""
    damage(
        {
            "cut": value[:-3],
            "flipped": value[:-1] + bytes([value[-1] ^ 1]),
            "empty": b"",
            "pickle": pickle.dumps(content),
            "of another tile": signed("other", content),
        }[fault]
    )
    assert get(TILE).body == true
    assert (len(rendered), rows()) == (2, [(key, value)])


def test_client_that_reads_gzip_gets_the_kept_bytes(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    plain, packed = (client.get(TILE, headers={"accept-encoding": word}) for word in ("identity", "br, gzip"))
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert packed["ETag"] == plain["ETag"][:-1] + '-gzip"'


def test_plain_tile_is_left_plain_for_another_encoding(world: World) -> None:
    response = Client().get(TILE, headers={"host": "localhost", "accept-encoding": "br, gzip;q=0"})
    assert "Content-Encoding" not in response
    assert response["ETag"].startswith('"')


@pytest.mark.parametrize(
    ("path", "person", "seconds"),
    [(TILE, PUBLIC, "1"), (TILE, PLANNER, None), (f"/tiles/{PLAYGROUNDS}/{PLACE}.mvt", PLANNER, None)],
    ids=["open", "signed in", "internal"],
)
def test_only_open_tiles_of_nobody_may_be_kept_in_front(
    world: World, path: str, person: Person, seconds: str | None
) -> None:
    assert get(path, person).headers.get("X-Accel-Expires") == seconds


def test_refused_question_keeps_nothing(world: World) -> None:
    assert (get(f"{TILE}?properties=rien").status, rows()) == (400, [])


def test_empty_tile_is_kept_too(rendered: list[object]) -> None:
    path = f"/tiles/{TREES}/{tile_of(0, 0)}.mvt"
    statuses = [get(path).status]
    TILE_CACHE.forget_memory()
    statuses.append(get(path).status)
    assert (statuses, len(rendered)) == ([204, 204], 1)
