"""Versions of a dataset on the map: for who feeds it, drawn and counted; for anybody else they are not."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from datasets.models import Dataset
from datasets.vocabulary import DeliveryState
from tests.deliveries import BENCHES, bench, dataset, published
from tests.people import ADMINISTRATOR, PUBLIC, Person
from tests.protocols import Answer, get
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def benches(world: World) -> Dataset:
    """Three benches, then one."""
    to = dataset()
    published(to, bench("B1"), bench("B2"), bench("B3"))
    published(to, bench("B1", "Banc neuf"))
    return to


def _map(query: str, person: Person = ADMINISTRATOR) -> Answer:
    return get(f"/carte/?couches=bancs&{query}", person, by_basic=False, **{"hx-request": "true"})


def _words(answer: Answer) -> str:
    body = html.unescape(answer.body).replace("\xa0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body)).replace(" ,", ",")


def test_a_version_is_counted_and_named_with_its_day(benches: Dataset) -> None:
    told = _words(_map("version=bancs:1"))
    assert re.search(r"Bancs, version 1, du \w+ \w+ \d{4} : 3 objets", told)


def test_a_version_is_drawn_from_tiles_of_its_own_under_the_question(benches: Dataset) -> None:
    body = html.unescape(_map("version=bancs:1&bancs.nom=banc").body)
    assert 'data-base="version=1"' in body
    assert re.search(r'data-query="version=1&filter=[^"]+"', body)


def test_both_sides_may_be_versions(benches: Dataset) -> None:
    told = _words(_map("rideau=bancs@v1:50:bancs@v2"))
    assert re.search(r"À gauche : Bancs, version 1, du [^:]+ : 3 objets", told)
    assert re.search(r"À droite : Bancs, version 2, du [^:]+, en ligne : 1 objet\b", told)


def test_who_does_not_feed_the_layer_is_told_that_the_version_is_not_there(benches: Dataset) -> None:
    pages = [_map(f"version=bancs:{number}&rideau=bancs@v{number}:50", PUBLIC).body for number in (1, 7)]
    assert pages[0] == pages[1]
    assert "data-variant" not in pages[0]
    assert "<code>bancs:1</code>" in get("/carte/?couches=bancs&version=bancs:1", PUBLIC, by_basic=False).body


def test_a_version_whose_rows_are_gone_is_left_out(benches: Dataset) -> None:
    benches.deliveries.filter(number=1).update(state=DeliveryState.THINNED)
    told = get("/carte/?couches=bancs&version=bancs:1&rideau=bancs@v1:50", ADMINISTRATOR, by_basic=False).body
    assert "<code>bancs:1</code>" in told
    assert "<code>bancs@v1</code>" in told
    assert "data-variant" not in told


def test_a_version_without_the_field_that_is_asked_says_so(world: World) -> None:
    to = dataset(schema=replace(BENCHES, fields=BENCHES.fields[:2]))
    published(to, bench("B1"), schema=replace(BENCHES, fields=BENCHES.fields[:2]))
    published(to, bench("B1"))
    told = _words(_map("version=bancs:1&bancs.places=3.."))
    assert re.search(r"version 1, du [^:]+ : La couche n’a pas de propriété « places »", told)


def test_the_bar_and_the_dialog_offer_versions_to_who_feeds_the_layer_alone(benches: Dataset) -> None:
    pages = ("/carte/temps/bancs/?couches=bancs", "/carte/comparer/?couches=bancs")
    offered = {
        person: [">Version 1, du" in get(page, person, by_basic=False).body for page in pages]
        for person in (ADMINISTRATOR, PUBLIC)
    }
    assert offered == {ADMINISTRATOR: [True, True], PUBLIC: [False, False]}


def test_a_layer_without_dates_is_compared_with_its_version_before(benches: Dataset) -> None:
    body = get("/carte/comparer/?couches=bancs", ADMINISTRATOR, by_basic=False).body
    sides = [re.findall(r'value="([^"]*)"[^>]*?\sselected', part) for part in body.split("data-side=")[1:]]
    assert sides == [["bancs", "v1"], ["bancs"]]
