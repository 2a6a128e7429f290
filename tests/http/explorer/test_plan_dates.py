"""The map, the search and files that a worker writes, at the day of plans that their address names."""

from __future__ import annotations

import pytest
from django.test import Client

from exports.models import ExportJob
from exports.services import selection_of
from layers.models import Layer
from layers.vocabulary import Visibility
from plui.models import DocUrba
from tests.people import PUBLIC
from tests.plan_in_time import AFTER, BEFORE, NEW, OLD, PlanInTime, plan_in_time
from tests.protocols import get

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
MAP = "/carte/?couches=plui-zones"


@pytest.fixture
def plan() -> PlanInTime:
    """Return the small document of three versions."""
    return plan_in_time()


def page(address: str) -> str:
    """Return a page that the public opens."""
    answer = get(address, by_basic=False)
    assert answer.status == 200, answer.body[:500]
    return answer.body


def test_the_list_of_the_map_is_that_of_the_day(plan: PlanInTime) -> None:
    body = page(f"{MAP}&plan-date={BEFORE}")
    assert OLD in body
    assert NEW not in body


def test_the_map_draws_tiles_of_the_day(plan: PlanInTime) -> None:
    assert f'data-base="plan-date={BEFORE}"' in page(f"{MAP}&plan-date={BEFORE}")


def test_the_map_draws_what_is_online_where_that_was_in_force(plan: PlanInTime) -> None:
    assert "data-base=" not in page(f"{MAP}&plan-date={AFTER}")


def test_sheets_of_the_map_are_of_the_day(plan: PlanInTime) -> None:
    assert f'/catalogue/plui-zones/{{id}}/?plan-date={BEFORE}"' in page(f"{MAP}&plan-date={BEFORE}")


def test_links_of_the_map_stay_at_its_day(plan: PlanInTime) -> None:
    body = page(f"{MAP}&plui-zones.typezone=U&plui-zones.libelle={OLD}&plan-date={BEFORE}")
    assert f"plan-date={BEFORE}&amp;plui-zones.typezone=U" in body


def test_a_chip_leads_back_to_the_plan_in_force(plan: PlanInTime) -> None:
    body = page(f"{MAP}&plan-date={BEFORE}")
    chip = body[body.index('id="chip-plan-date"') :][:300]
    assert 'href="/carte/?couches=plui-zones"' in chip


def test_a_map_without_a_day_has_no_chip_of_one(plan: PlanInTime) -> None:
    assert "chip-plan-date" not in page(MAP)


def test_the_panel_lists_the_procedures_of_a_day(plan: PlanInTime) -> None:
    body = page(f"{MAP}&plan-date={BEFORE}")
    assert "Élaboration du PLUi" in body
    assert "Modification n° 2" not in body


def test_who_reads_no_plan_has_no_choice_of_a_day(plan: PlanInTime) -> None:
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.INTERNAL)
    assert 'name="plan-date"' not in page("/carte/")


@pytest.mark.parametrize("address", ["/recherche/?q={word}&plan-date={day}"])
def test_the_search_finds_what_was_in_force(plan: PlanInTime, address: str) -> None:
    matches = {
        (word, day): f"/catalogue/plui-zones/{plan.west.pk}/" in page(address.format(word=word, day=day))
        for word in (OLD, NEW)
        for day in (BEFORE, AFTER)
    }
    assert matches == {(OLD, BEFORE): True, (OLD, AFTER): False, (NEW, BEFORE): False, (NEW, AFTER): True}


def test_a_partly_annulled_document_says_so_on_its_layers_and_features(plan: PlanInTime) -> None:
    DocUrba.objects.update(etat="08")
    for address in ("/catalogue/plui-zones/", f"/catalogue/plui-zones/{plan.west.pk}/", MAP):
        assert "ETAT 08" in page(address)


def test_a_former_version_was_annulled_by_nobody(plan: PlanInTime) -> None:
    DocUrba.objects.update(etat="08")
    assert "ETAT 08" not in page(f"/catalogue/plui-zones/?plan-date={BEFORE}")


def test_a_file_that_a_worker_prepares_is_of_the_day_of_its_request(plan: PlanInTime) -> None:
    browser = Client(headers={"Accept": "text/html"})
    answer = browser.get("/export/plui-zones.csv", {"preparer": "1", "plan-date": BEFORE})
    assert answer.status_code == 303, answer.content
    rows = selection_of(ExportJob.objects.get(), PUBLIC.visitor()).queryset
    assert set(rows.values_list("libelle", flat=True)) == {OLD, "N"}


def test_pages_of_a_layer_stay_at_their_day(plan: PlanInTime) -> None:
    body = page(f"/catalogue/plui-zones/?plan-date={BEFORE}")
    assert f'/catalogue/plui-zones/{plan.west.pk}/?plan-date={BEFORE}"' in body
    assert f"/carte/?couches=plui-zones&amp;plan-date={BEFORE}" in body
    assert f"/export/plui-zones.geojson?plan-date={BEFORE}" in body


def test_a_frame_of_the_map_is_of_its_day(plan: PlanInTime) -> None:
    body = page(f"/carte/integree/?couches=plui-zones&plan-date={BEFORE}")
    assert f"plan-date={BEFORE}" in body


def test_the_divider_compares_a_day_with_what_is_online(plan: PlanInTime) -> None:
    body = page(f"{MAP}&rideau=plui-zones@{BEFORE}:50:plui-zones")
    assert f'data-text="plui-zones@{BEFORE}" data-query="plan-date={BEFORE}"' in body
    assert 'data-text="plui-zones" data-query=""' in body


@pytest.mark.parametrize(
    ("side", "culprit"),
    [("plui-zones@1990-01-01", "plan-date"), ("arbres-remarquables@2024-03-01", "rideau")],
)
def test_a_day_that_a_side_cannot_have_is_named(plan: PlanInTime, side: str, culprit: str) -> None:
    layer = side.partition("@")[0]
    answer = get(f"/carte/?couches={layer}&rideau={side}:50:{layer}", by_basic=False)
    assert answer.status == 400
    assert culprit in answer.body


def test_the_map_of_a_day_without_a_layer_of_the_plan_leads_to_the_zones(plan: PlanInTime) -> None:
    zones = f"?couches=plui-zones&amp;couches=arbres-remarquables&amp;plan-date={BEFORE}"
    assert zones in page(f"/carte/?couches=arbres-remarquables&plan-date={BEFORE}")
    assert "Aucune couche du PLUi" not in page(f"/carte/?couches=plui-zones&plan-date={BEFORE}")
