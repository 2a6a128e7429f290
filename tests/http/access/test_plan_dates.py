"""The plan at a date: the same question through every protocol, by everybody, before and after a procedure."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from layers.models import Layer
from layers.vocabulary import Visibility
from plui.models import PlanVersion, ZoneUrba
from plui.vocabulary import PlanState
from tests import factories
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PUBLIC, TOWN_AGENT, Person
from tests.plan_in_time import (
    AFTER,
    BEFORE,
    NEW,
    OLD,
    OLD_TITLE,
    SECRET,
    TOO_EARLY,
    PlanInTime,
    plan_in_time,
)
from tests.protocols import (
    AGGREGATE,
    EXPORT_CSV,
    EXPORT_GEOJSON,
    EXPORT_GPKG,
    ITEM,
    ITEMS,
    ITEMS_PAGE,
    OGC_TILE,
    PAGE,
    QUERYABLES,
    SHEET,
    TILE,
    TILEJSON,
    WFS_FEATURES,
    Answer,
    Protocol,
    get,
)
from tests.world import TREES, grant, protect

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
ZONES = "plui-zones"
WITH_ROWS = (PAGE, ITEMS, ITEMS_PAGE, TILE, OGC_TILE, EXPORT_CSV, EXPORT_GEOJSON, EXPORT_GPKG, WFS_FEATURES)


@pytest.fixture
def plan() -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def ask(protocol: Protocol, day: str, person: Person = PUBLIC, **place: Any) -> Answer:
    """Ask a protocol at a date; without one when it is empty."""
    address = protocol.address + (
        ("&" if "?" in protocol.address else "?") + f"plan-date={day}" if day else ""
    )
    return Protocol(protocol.name, address, protocol.is_machine).ask(person, **{"slug": ZONES} | place)


@pytest.mark.parametrize("protocol", WITH_ROWS, ids=str)
@pytest.mark.parametrize(("day", "libelle"), [("", NEW), (AFTER, NEW), (BEFORE, OLD)])
def test_each_protocol_shows_the_plan_in_force_on_the_day(
    plan: PlanInTime, protocol: Protocol, day: str, libelle: str
) -> None:
    answer = ask(protocol, day)
    assert answer.status == 200
    assert answer.shows([OLD, NEW, SECRET]) == {libelle}


def test_a_feature_has_the_same_address_at_each_date(plan: PlanInTime) -> None:
    answers = {day: ask(ITEM, day, pk=plan.west.pk) for day in ("", BEFORE)}
    assert {day: answer.document["properties"]["libelle"] for day, answer in answers.items()} == {
        "": NEW,
        BEFORE: OLD,
    }


def test_the_page_of_a_feature_is_that_of_the_day(plan: PlanInTime) -> None:
    assert ask(SHEET, BEFORE, pk=plan.west.pk).shows([OLD, NEW, SECRET]) == {OLD}


def test_an_object_of_another_day_is_absent_today(plan: PlanInTime) -> None:
    statuses = [ask(ITEM, day, slug="plui-prescriptions-surf", pk=plan.wood).status for day in ("", BEFORE)]
    assert statuses == [404, 200]


@pytest.mark.parametrize("protocol", [*WITH_ROWS, ITEM, SHEET, TILEJSON, AGGREGATE], ids=str)
def test_a_hidden_layer_is_absent_at_a_date_too(plan: PlanInTime, protocol: Protocol) -> None:
    Layer.objects.filter(slug=ZONES).update(visibility=Visibility.INTERNAL)
    for day in (AFTER, BEFORE):
        hidden = ask(protocol, day, OUTSIDER, pk=plan.west.pk)
        absent = ask(protocol, day, OUTSIDER, pk=plan.west.pk, slug="plui-rien")
        assert hidden.status == absent.status
        assert not hidden.shows([OLD, NEW, SECRET])


@pytest.mark.parametrize("protocol", WITH_ROWS, ids=str)
@pytest.mark.parametrize("day", [AFTER, BEFORE, "2026-10-01"])
def test_a_version_under_way_is_read_by_nobody_through_a_date(
    plan: PlanInTime, protocol: Protocol, day: str
) -> None:
    assert not ask(protocol, day, ADMINISTRATOR).shows([SECRET])


def test_a_version_that_was_withdrawn_is_in_force_on_no_day(plan: PlanInTime) -> None:
    PlanVersion.objects.filter(pk=plan.elaboration.pk).update(state=PlanState.WITHDRAWN)
    assert ask(ITEMS, BEFORE, ADMINISTRATOR).status == 400


@pytest.mark.parametrize(
    "protocol", [PAGE, ITEMS, ITEM, SHEET, EXPORT_CSV, WFS_FEATURES, QUERYABLES], ids=str
)
def test_a_protected_field_stays_protected_at_a_date(plan: PlanInTime, protocol: Protocol) -> None:
    protect(ZONES, "libelong", GARDENER)
    answer = ask(protocol, BEFORE, pk=plan.west.pk)
    assert answer.status == 200
    assert not answer.shows([OLD_TITLE, "libelong"])


@pytest.mark.parametrize("protocol", [ITEMS, EXPORT_CSV, WFS_FEATURES], ids=str)
def test_its_readers_read_it_at_a_date(plan: PlanInTime, protocol: Protocol) -> None:
    protect(ZONES, "libelong", GARDENER)
    assert ask(protocol, BEFORE, GARDENER).shows([OLD_TITLE])


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, TILE, EXPORT_CSV, WFS_FEATURES], ids=str)
def test_rows_of_a_grant_are_those_of_the_day(plan: PlanInTime, protocol: Protocol) -> None:
    Layer.objects.filter(slug=ZONES).update(visibility=Visibility.INTERNAL)
    grant(TOWN_AGENT, ZONES, rows="typezone = 'N'")
    assert not ask(protocol, BEFORE, TOWN_AGENT).shows([OLD, NEW, SECRET])


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, TILE, EXPORT_CSV], ids=str)
def test_the_portal_of_a_commune_narrows_the_plan_of_a_day(plan: PlanInTime, protocol: Protocol) -> None:
    assert not ask(protocol, BEFORE, host="sevres.localhost").shows([OLD, NEW])


@pytest.mark.parametrize("protocol", [PAGE, ITEMS, TILE, EXPORT_CSV, WFS_FEATURES], ids=str)
@pytest.mark.parametrize("day", [TOO_EARLY, "2024-02-30", "hier", "20240301", ""], ids=str)
def test_a_day_that_nobody_knows_is_refused_by_its_name(
    plan: PlanInTime, protocol: Protocol, day: str
) -> None:
    address = protocol.address + ("&" if "?" in protocol.address else "?") + f"plan-date={day}"
    answer = Protocol(protocol.name, address, protocol.is_machine).ask(PUBLIC, slug=ZONES)
    assert answer.status == 400
    assert answer.shows(["plan-date"])


def test_a_refused_day_comes_with_the_days_that_are_known(plan: PlanInTime) -> None:
    assert "du 1er janvier 2021 au 31 mai 2024" in ask(ITEMS, TOO_EARLY).document["detail"]


def test_who_reads_no_plan_learns_no_day_of_it(plan: PlanInTime) -> None:
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.INTERNAL)
    assert ask(ITEMS, TOO_EARLY, slug=TREES).status == 200


def test_a_layer_that_is_no_plan_is_the_same_at_a_date(plan: PlanInTime) -> None:
    factories.tree("Cedre")
    assert ask(ITEMS, BEFORE, slug=TREES).shows(["Cedre"])


def test_a_plan_at_a_date_is_not_changed(plan: PlanInTime) -> None:
    client = Client(headers={"authorization": ADMINISTRATOR.basic()})
    ADMINISTRATOR.account()
    for day in (BEFORE, AFTER):
        response = client.delete(f"/api/collections/{ZONES}/items/{plan.west.pk}?plan-date={day}")
        assert response.status_code in {403, 405}
        assert "plan-date" in response.content.decode()
    assert ZoneUrba.objects.filter(pk=plan.west.pk).exists()


def test_pages_of_two_dates_are_never_mixed(plan: PlanInTime) -> None:
    labels = [ask(PAGE, day).shows([OLD, NEW]) for day in ("", BEFORE, "", BEFORE, AFTER)]
    assert labels == [{NEW}, {OLD}, {NEW}, {OLD}, {NEW}]


def test_a_client_that_holds_another_day_gets_the_plan_again(plan: PlanInTime) -> None:
    tags = {day: ask(TILE, day).headers["ETag"] for day in ("", BEFORE)}
    assert tags[""] != tags[BEFORE]


def test_the_pages_of_a_list_stay_at_its_date(plan: PlanInTime) -> None:
    first = get(f"/api/collections/{ZONES}/items?limit=1&sortby=-libelle&plan-date={BEFORE}")
    following = next(link["href"] for link in first.document["links"] if link["rel"] == "next")
    second = get(following.partition("localhost")[2])
    titles = [answer.document["features"][0]["properties"]["libelle"] for answer in (first, second)]
    assert titles == [OLD, "N"]


def test_tiles_of_a_tilejson_stay_at_its_date(plan: PlanInTime) -> None:
    assert f"plan-date={BEFORE}" in ask(TILEJSON, BEFORE).document["tiles"][0]


def test_filters_and_counts_are_those_of_the_day(plan: PlanInTime) -> None:
    path = f"/api/collections/{ZONES}/items?filter=libelle='{OLD}'"
    assert [get(f"{path}{day}").document["numberMatched"] for day in ("", f"&plan-date={BEFORE}")] == [0, 1]
