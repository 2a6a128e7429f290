"""The outlines around objects that a question names, and the links from its answers to the nearest."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from pyproj import Geod

from explorer.surroundings import queries
from tests import factories
from tests.factories import MEUDON, MIDDLES
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import ask, get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

pytestmark = pytest.mark.django_db


def drawn(query: str, person: Person = PUBLIC, slug: str = TREES) -> list[dict[str, Any]]:
    answer = get(f"/carte/alentours/{slug}/?couches={slug}&{query}", person, by_basic=False)
    features: list[dict[str, Any]] = answer.document["features"]
    return features


def kinds(features: list[dict[str, Any]]) -> list[str]:
    return [feature["properties"]["kind"] for feature in features]


def test_outline_is_that_of_all_that_is_so_near(world: World) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    (outline,) = drawn(f"{ZONES}.touching={TREES}/{world.trees['Cedre-Meudon'].pk}@300", slug=ZONES)[:1]
    ring = shapely.geometry.shape(outline["geometry"]).exterior.coords
    geod = Geod(ellps="WGS84")
    metres = [geod.inv(longitude, latitude, x, y)[2] for x, y in ring]
    assert min(metres) == pytest.approx(300, rel=0.005)
    assert max(metres) == pytest.approx(300, rel=0.005)


def test_link_goes_from_the_answer_to_the_nearest_object(world: World) -> None:
    longitude, latitude = MIDDLES[MEUDON]
    tree = factories.tree("Voisin", at=(longitude + 0.001, latitude))
    found = drawn(f"{TREES}.touching={TREES}/{world.trees['Cedre-Meudon'].pk}@100")
    links = {
        f["properties"]["id"]: f["geometry"]["coordinates"]
        for f in found
        if f["properties"]["kind"] == "link"
    }
    labels = [
        f["properties"]["text"]
        for f in found
        if f["properties"].get("id") == tree.pk and "text" in f["properties"]
    ]
    assert links[tree.pk][0] == pytest.approx([longitude + 0.001, latitude])
    assert links[tree.pk][1] == pytest.approx([longitude, latitude])
    assert labels == ["73\u00a0m"]


def test_what_is_touched_has_neither_outline_nor_link(world: World) -> None:
    assert drawn(f"{TREES}.touching={ZONES}*") == []


def test_what_is_far_has_an_outline_and_no_link(world: World) -> None:
    assert kinds(drawn(f"{TREES}.disjoint={ZONES}@50*")) == ["outline"]


def test_hidden_objects_have_no_outline(world: World) -> None:
    query = f"{TREES}.touching={PLAYGROUNDS}@300"
    of_agent, of_planner = (drawn(query, person)[0]["geometry"] for person in (TOWN_AGENT, PLANNER))
    boulogne = shapely.Point(MIDDLES[factories.BOULOGNE])
    assert not shapely.geometry.shape(of_agent).contains(boulogne)
    assert shapely.geometry.shape(of_planner).contains(boulogne)
    assert get(f"/carte/alentours/{TREES}/?couches={TREES}&{query}").status == 404


def test_outline_is_near_the_communes_asked(world: World) -> None:
    (outline, *_links) = drawn(f"{TREES}.touching={PLAYGROUNDS}@300&commune={MEUDON}", PLANNER)
    assert not shapely.geometry.shape(outline["geometry"]).contains(
        shapely.Point(MIDDLES[factories.BOULOGNE])
    )


def test_too_many_objects_have_no_outline_and_too_many_answers_no_link(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"{ZONES}.touching={TREES}@5000"
    assert set(kinds(drawn(query, slug=ZONES))) == {"outline", "link", "label"}
    monkeypatch.setattr(queries, "MOST_OBJECTS", 1)
    monkeypatch.setattr(queries, "MOST_LINKS", 1)
    assert drawn(query, slug=ZONES) == []


def test_legend_words_the_outline(world: World) -> None:
    body = ask("/carte/", {"couches": TREES, f"{TREES}.touching": f"{ZONES}@300*"}).body
    assert "300 m autour d’une zone du PLUi" in body.replace("\u00a0", " ")


def test_a_table_is_refused_by_name(world: World) -> None:
    answer = get(f"/carte/alentours/{TREES}/?{TREES}.touching=plans-indicateurs@300", by_basic=False)
    assert answer.status == 400
    assert "plans-indicateurs" in answer.body


def test_what_cannot_be_read_is_named_where_nothing_is_drawn(world: World) -> None:
    answer = get(f"/carte/alentours/{TREES}/?commune=99999", by_basic=False)
    assert answer.status == 400
    assert "commune" in answer.body
