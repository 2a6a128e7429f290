"""Dashboards in the administration: those of one's groups, their readers, the panels of the library."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from dashboards.models import Dashboard, LibraryPanel
from tests import people
from tests.dashboards import dashboard, group, let_make
from tests.staff import results, staff
from tests.world import World

PERMISSIONS = ("dashboards.*",)
GOOD = {"kind": "figure", "title": "Aires", "question": {"layer": "aires-de-jeux"}}


@pytest.fixture
def planner(world: World) -> Client:
    """PLANNER, of a group that makes dashboards, in the administration."""
    let_make("Urbanisme")
    dashboard("du-plui", producer="Urbanisme")
    dashboard("des-arbres", producer="Espaces verts", is_public=True)
    return staff(people.PLANNER, *PERMISSIONS)


def test_the_list_holds_the_dashboards_of_one_s_groups(planner: Client) -> None:
    assert results(planner.get(reverse("admin:dashboards_dashboard_changelist"))) == {"du-plui"}


def test_a_dashboard_of_others_has_no_page(planner: Client) -> None:
    other = Dashboard.objects.get(slug="des-arbres")
    page = planner.get(reverse("admin:dashboards_dashboard_change", args=[other.pk]))
    assert page.status_code == 302
    assert "admin" in page.url


def test_a_dashboard_is_written_with_the_next_revision(planner: Client) -> None:
    row = Dashboard.objects.get(slug="du-plui")
    page = reverse("admin:dashboards_dashboard_change", args=[row.pk])
    inlines = {f"versions-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent = {"producer": row.producer_id, "is_public": "on", **inlines}
    answer = planner.post(page, sent)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.is_public
    assert row.revision == 2


def test_a_dashboard_goes_to_no_group_that_is_not_its_writers(planner: Client) -> None:
    row = Dashboard.objects.get(slug="du-plui")
    page = reverse("admin:dashboards_dashboard_change", args=[row.pk])
    inlines = {f"versions-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = planner.post(page, {"producer": group("Espaces verts").pk, **inlines})
    assert answer.status_code == 200
    assert "producer" in answer.context["adminform"].errors


def test_a_library_panel_is_checked_as_a_panel(planner: Client) -> None:
    page = reverse("admin:dashboards_librarypanel_add")
    wrong = json.dumps({**GOOD, "kind": "pie"})
    answer = planner.post(page, {"slug": "total", "title": "Total", "producer": "", "document": wrong})
    assert "kind" in str(answer.context["adminform"].errors["document"])
    assert not LibraryPanel.objects.exists()


def test_a_library_panel_that_can_be_drawn_is_saved(planner: Client) -> None:
    page = reverse("admin:dashboards_librarypanel_add")
    mine = group("Urbanisme").pk
    sent = {"slug": "total", "title": "Total", "producer": mine, "document": json.dumps(GOOD)}
    assert planner.post(page, sent).status_code == 302
    assert LibraryPanel.objects.get().document == GOOD


def test_a_library_panel_of_others_is_read_alone(planner: Client) -> None:
    other = LibraryPanel.objects.create(slug="t", title="T", document=GOOD, producer=group("Espaces verts"))
    answer = planner.post(reverse("admin:dashboards_librarypanel_change", args=[other.pk]), {"slug": "u"})
    assert answer.status_code == 403
