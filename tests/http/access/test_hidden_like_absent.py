"""What is hidden asks the database what is absent asks, and a right that ended opens nothing that was kept.

Statements are counted here; durations are in ``docs/attacks.md``.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.models import Grant, Layer
from tests.deliveries import bench, dataset, published
from tests.people import OUTSIDER, TOWN_AGENT
from tests.protocols import (
    AGGREGATE,
    CATALOGUE,
    COLLECTION,
    EXPORT_CSV,
    ITEM,
    ITEM_PAGE,
    ITEMS,
    LEGEND,
    MAP,
    PAGE,
    PHOTO,
    SHEET,
    TILE,
    TILEJSON,
    WFS_FEATURES,
    WFS_PAGE,
    Protocol,
    get,
    tile_of,
)
from tests.world import ALL_PLAYGROUNDS, DRAFT, PLAYGROUNDS, TREES, World

ABSENT = "abcd-ef-inconnue"
TOGETHER = Protocol("tiles", f"/tiles/{TREES},{{slug}}/{{tile}}.mvt")
ON_A_MAP = Protocol("map", f"/carte/?couches={TREES}&couches={{slug}}", is_machine=False)
ASKED = (
    PAGE, SHEET, COLLECTION, ITEMS, ITEM_PAGE, AGGREGATE, TILE, TILEJSON, LEGEND, EXPORT_CSV, WFS_PAGE, WFS_FEATURES,
    PHOTO, TOGETHER, ON_A_MAP,
)  # fmt: skip
KINDS = {"in code": PLAYGROUNDS, "a dataset": "bancs", "a draft": DRAFT}


@pytest.fixture
def hidden(world: World, media: object) -> World:
    """The world, with an internal dataset."""
    published(dataset(), bench("B1"))
    Layer.objects.filter(slug="bancs").update(visibility="internal")
    return world


def statements(protocol: Protocol, slug: str) -> list[str]:
    """Return the statements of a question, values left out, in alphabetical order."""
    with CaptureQueriesContext(connection) as asked:
        protocol.ask(OUTSIDER, slug=slug, pk=1, photo=1)
    plain = (re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in asked.captured_queries)
    return sorted(re.sub(r"\?(, ?\?)+", "?", each) for each in plain)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_layer_asks_the_statements_of_an_absent_one(hidden: World, kind: str) -> None:
    for protocol in ASKED:  # a password and what pages share are remembered
        protocol.ask(OUTSIDER, slug=f"{ABSENT}-aussi", pk=1, photo=1)  # pages are cached by their address
    others = [str(each) for each in ASKED if statements(each, KINDS[kind]) != statements(each, ABSENT)]
    assert others == []


KEPT = (ITEMS, ITEM, TILE, LEGEND, EXPORT_CSV, WFS_FEATURES, PHOTO)


@pytest.mark.parametrize("protocol", KEPT, ids=str)
def test_a_right_that_ended_confirms_no_copy(world: World, protocol: Protocol) -> None:
    path = protocol.address.format(tile=tile_of(2.21, 48.81), **world.address(PLAYGROUNDS))
    tag = get(path, TOWN_AGENT, by_basic=protocol.is_machine).headers["ETag"]
    # Nothing is written to the layer: no version of its data changes.
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(valid_until=timezone.now())
    again = get(path, TOWN_AGENT, by_basic=protocol.is_machine, **{"if-none-match": tag})
    assert again.status == 404


def test_a_photo_that_is_not_open_is_asked_about_each_time(world: World) -> None:
    path = PHOTO.address.format(**world.address(PLAYGROUNDS))
    first = get(path, TOWN_AGENT, by_basic=False)
    again = get(path, TOWN_AGENT, by_basic=False, **{"if-none-match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status) == ("private, no-cache", 304)


@pytest.mark.parametrize("protocol", [MAP, CATALOGUE], ids=str)
def test_a_right_that_ended_leaves_the_lists(world: World, protocol: Protocol) -> None:
    protocol.ask(TOWN_AGENT, slug=PLAYGROUNDS)
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(valid_until=timezone.now())
    assert f"/catalogue/{PLAYGROUNDS}/" not in protocol.ask(TOWN_AGENT, slug=PLAYGROUNDS).body


def test_a_row_filter_that_fits_no_more_opens_nothing_to_the_search(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(rows="inexistant = 1")
    found = get("/recherche/?q=Jeux", TOWN_AGENT, by_basic=False)
    assert (found.status, found.shows(ALL_PLAYGROUNDS)) == (200, frozenset())
