"""Tiles of an earlier version: for who feeds the layer, under its rights; for anybody else there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datasets.models import Dataset
from datasets.vocabulary import DeliveryState
from tests.deliveries import BENCHES, bench, dataset, published
from tests.factories import MEUDON, MIDDLES, SEVRES
from tests.people import ADMINISTRATOR, PLANNER, PUBLIC, Person
from tests.protocols import Answer, get, tile_of
from tests.world import World, grant

pytestmark = pytest.mark.django_db
PLACE = tile_of(*MIDDLES[MEUDON])


@pytest.fixture
def benches(world: World) -> Dataset:
    """Two versions: three benches around the tile, then one."""
    to = dataset()
    published(to, bench("B1"), bench("B2"), bench("B3", at=SEVRES))
    published(to, bench("B1", "Banc neuf"))
    return to


def _tile(query: str, person: Person = ADMINISTRATOR, slugs: str = "bancs") -> Answer:
    return get(f"/tiles/{slugs}/{PLACE}.mvt{query}", person)


def _number(answer: Answer) -> int:
    return len(answer.document["bancs"]["features"])


def test_a_tile_shows_the_version_that_is_asked(benches: Dataset) -> None:
    numbers = {query: _number(_tile(query)) for query in ("", "?version=1", "?version=2")}
    assert numbers == {"": 1, "?version=1": 3, "?version=2": 1}


def test_versions_have_tags_of_their_own(benches: Dataset) -> None:
    assert len({_tile(query).headers["ETag"] for query in ("?version=1", "?version=2")}) == 2


def test_a_version_of_an_open_layer_is_never_public(benches: Dataset) -> None:
    kept = {query: _tile(query).headers["Cache-Control"].split(",")[0] for query in ("", "?version=1")}
    assert kept == {"": "public", "?version=1": "private"}


def test_who_does_not_feed_the_layer_is_answered_as_where_there_is_no_version(benches: Dataset) -> None:
    hidden, absent = _tile("?version=1", PUBLIC), _tile("?version=7", PUBLIC)
    assert hidden.status == absent.status == 404
    assert hidden.document["detail"].replace("1", "7") == absent.document["detail"]


def test_a_version_whose_rows_are_gone_reads_like_absent(benches: Dataset) -> None:
    benches.deliveries.filter(number=1).update(state=DeliveryState.THINNED)
    answer = _tile("?version=1")
    assert answer.status == 404
    assert answer.document["parameter"] == "version"


@pytest.mark.parametrize("query", ["?version=", "?version=x", "?version=-1", "?version=1&version=2"])
def test_a_version_that_cannot_be_read_is_named(benches: Dataset, query: str) -> None:
    answer = _tile(query)
    assert answer.status == 400
    assert answer.document["parameter"] == "version"


def test_a_version_is_asked_of_one_layer(benches: Dataset, world: World) -> None:
    answer = _tile("?version=1", slugs="bancs,plui-zones")
    assert answer.status == 400
    assert answer.document["parameter"] == "version"


def test_a_field_hidden_in_what_is_online_is_hidden_in_every_version(world: World) -> None:
    to = dataset()
    published(to, bench("B1"))
    hiding = tuple(replace(item, is_protected=item.name == "nom") for item in BENCHES.fields)
    published(to, bench("B1"), schema=replace(BENCHES, fields=hiding))
    grant(PLANNER, "bancs", can_add=True, can_change=True, can_delete=True)
    assert "nom" not in _tile("?version=1", PLANNER).document["bancs"]["features"][0]["properties"]
    assert _tile("?version=1&filter=nom%3D%27Banc%27", PLANNER).status == 400
