"""Panels, counts and facets of before a write: to whom, for how long, with which words and headers (ADR 0058)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from layers.models import Grant, Layer
from tests import dashboards, factories
from tests.former_answers import RefreshesByHand, refreshes_by_hand, share_answers, written_before
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.world import TREES, World

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/tableaux-de-bord/arbres/"
PANEL, BAR = f"{PAGE}nombre/", f"{PAGE}filtres/"
FACETS = f"/carte/filtres/{TREES}/?couches={TREES}"
API = f"/api/collections/{TREES}/aggregate?group_by=commune"
PART = {"HX-Request": "true"}
OLD = "données d’il y a 20\u00a0s"
PANELS: list[dict[str, Any]] = [
    {"id": "nombre", "kind": "figure", "title": "Arbres", "question": {"layer": TREES}}
]


@pytest.fixture(autouse=True)
def refreshes(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> RefreshesByHand:
    """A public dashboard over an open layer, where former answers are allowed."""
    share_answers(settings)
    dashboards.dashboard("arbres", sections=[{"id": "tout", "panels": PANELS}], is_public=True)
    return refreshes_by_hand(monkeypatch)


def response_to(path: str, person: Person = PUBLIC, **headers: str) -> Any:
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account())
    return client.get(path, headers=headers)


def part(path: str, person: Person = PUBLIC, **headers: str) -> Any:
    return response_to(path, person, **PART, **headers)


def number_in(response: Any) -> str:
    """Return the answer without what differs between two requests for the same."""
    return str(response.content.decode().partition("panel-foot")[0])


def write(person: Person | None = None) -> None:
    """Plant a tree, twenty seconds ago."""
    if person is None:
        factories.tree()
    else:
        with pghistory.context(user=person.account().pk):
            factories.tree()
    written_before(20)


def test_a_panel_of_before_a_write_has_its_age_and_no_validator() -> None:
    before = part(PANEL)
    write()
    former = part(PANEL)
    assert number_in(former) == number_in(before)
    assert OLD in former.content.decode()
    assert former["Age"] == "20"
    assert former["Cache-Control"] == "no-store"
    assert "ETag" not in former


def test_the_panel_is_current_once_it_was_computed(refreshes: RefreshesByHand) -> None:
    before = part(PANEL)
    write()
    part(PANEL)
    assert refreshes.run() == 1
    current = part(PANEL)
    assert number_in(current) != number_in(before)
    assert "Age" not in current
    assert "data-age" not in current.content.decode()
    assert current["ETag"] != before["ETag"]


def test_a_former_panel_does_not_answer_for_the_tag_of_the_current_one(refreshes: RefreshesByHand) -> None:
    part(PANEL)
    write()
    part(PANEL)
    refreshes.run()
    tag = part(PANEL)["ETag"]
    assert part(PANEL, If_None_Match=tag).status_code == 304


def test_who_wrote_sees_it_in_the_panel_and_the_page_at_once() -> None:
    before = part(PANEL, PLANNER)
    response_to(PAGE, PLANNER)
    write(PLANNER)
    page = response_to(PAGE, PLANNER)
    assert "data-age" not in page.content.decode()
    assert "Age" not in page
    current = part(PANEL, PLANNER)
    assert number_in(current) != number_in(before)
    assert "Age" not in current


def test_who_wrote_sees_it_in_the_frame_of_another_site_too() -> None:
    part(f"{PANEL}?vue=integrer")
    write(PLANNER)
    assert "Age" not in part(f"{PANEL}?vue=integrer", PLANNER)


def test_another_reader_of_the_same_rights_gets_the_former_panel() -> None:
    part(PANEL, PLANNER)
    write(PLANNER)
    assert part(PANEL, OUTSIDER)["Age"] == "20"


def test_the_page_holds_former_panels_and_counts_and_nobody_stores_it() -> None:
    part(PANEL)
    part(BAR)
    response_to(PAGE)
    write()
    page = response_to(PAGE)
    words = page.content.decode()
    assert "data-waiting" not in words
    assert words.count("données d’il y a 2") == 2
    assert page["Age"] in {"20", "21"}
    assert page["Cache-Control"] == "no-store"


def test_nothing_is_former_a_minute_after_the_write() -> None:
    before = part(PANEL)
    write()
    written_before(41)
    current = part(PANEL)
    assert number_in(current) != number_in(before)
    assert "Age" not in current


def end_by_hand(grant: Grant) -> None:
    grant.delete()


def end_by_time(grant: Grant) -> None:
    Grant.objects.filter(pk=grant.pk).update(valid_until=timezone.now() - dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    ("path", "end"),
    [(PANEL, end_by_hand), (PANEL, end_by_time), (BAR, end_by_hand), (PAGE, end_by_hand), (API, end_by_time)],
    ids=["panel", "panel-by-time", "bar", "page", "api-by-time"],
)
def test_who_loses_the_right_gets_nothing_of_before(path: str, end: Callable[[Grant], None]) -> None:
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    gardeners = GARDENER.account().groups.get()
    Grant.objects.filter(layer__slug=TREES, group=gardeners).delete()
    grant = Grant.objects.create(layer=Layer.objects.get(slug=TREES), group=gardeners)
    assert "Arbres" in response_to(PAGE, GARDENER).content.decode()
    assert response_to(path, GARDENER, **PART).status_code == 200
    write()
    end(grant)
    response = response_to(path, GARDENER, **PART)
    assert "Age" not in response
    assert "data-age" not in response.content.decode()
    assert part(PANEL, GARDENER).status_code == 404


def test_a_withdrawn_layer_leaves_nothing_of_before() -> None:
    part(PANEL)
    write()
    Layer.objects.filter(slug=TREES).update(state="draft")
    assert part(PANEL).status_code == 404


def test_facets_of_before_a_write_have_their_age() -> None:
    part(FACETS)
    write()
    former = part(FACETS)
    assert former["Age"] in {"20", "21"}
    assert "Données d’il y a 2" in former.content.decode()


def test_groups_of_the_api_have_their_age_in_a_header_and_in_the_document() -> None:
    before = response_to(API).json()
    write()
    former = response_to(API)
    assert former["Age"] == "20"
    assert former.json() == before | {"age": 20}
    assert "ETag" not in former


def test_a_machine_may_refuse_groups_of_before_a_write() -> None:
    before = response_to(API).json()
    write()
    current = response_to(API, Cache_Control="no-cache")
    assert current.json()["numberMatched"] == before["numberMatched"] + 1
    assert "Age" not in current


def test_features_are_never_of_before_a_write() -> None:
    items = f"/api/collections/{TREES}/items"
    before = response_to(items).json()["numberMatched"]
    write()
    assert response_to(items).json()["numberMatched"] == before + 1


def test_the_number_of_a_list_of_wfs_is_never_of_before_a_write() -> None:
    hits = f"/wfs?service=WFS&version=2.0.0&request=GetFeature&resultType=hits&typeNames={TREES}"
    before = response_to(hits).content.decode()
    write()
    assert (
        response_to(hits).content.decode().partition("numberMatched")[2][:6]
        != before.partition("numberMatched")[2][:6]
    )
