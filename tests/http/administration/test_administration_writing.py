"""What somebody writes in the administration stays in the rows that they may change, before and after."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from administration.forms import MAX_ADDED, ScopedForm
from amenities.models import Playground
from layers.models import Grant
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, TOWN_AGENT
from tests.staff import SITE, blank, signed_in, staff, told
from tests.world import ALL_PLAYGROUNDS, World, grant, protect

LIST = f"{SITE}amenities/playground/"
IN_MEUDON, IN_BOULOGNE, NOWHERE = "POINT (2.205 48.805)", "POINT (2.23 48.81)", "POINT (0 0)"
MIDDLE = "POINT (2.21 48.81)"  # where the world puts it
REFUSED = "sort de ce que vous pouvez modifier"
NOT_ADDED = "sort de ce que vous pouvez ajouter"


def form(**values: str) -> dict[str, str]:
    return {"nom": "Jeux-Val", "etat": "ouvert", "geom": IN_MEUDON} | blank("equipment", "photos") | values


@pytest.fixture
def agent(world: World) -> Client:
    """The browser of an agent who may change every row of Meudon, and reads every relation."""
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(
        can_add=True, can_change=True, can_delete=True
    )
    return staff(TOWN_AGENT, "amenities.*")


def address(world: World, name: str = "Jeux-Val") -> str:
    return f"{LIST}{world.playgrounds[name].pk}/change/"


def test_a_change_within_the_rows_is_saved(agent: Client, world: World) -> None:
    agent.post(address(world), form(etat="ferme"))
    assert Playground.objects.get(nom="Jeux-Val").etat == "ferme"


def test_a_form_holds_as_many_records_as_there_are_and_some(agent: Client, world: World) -> None:
    sent = form() | {"equipment-TOTAL_FORMS": "99999999"}
    tables = agent.post(address(world), sent).context["inline_admin_formsets"]
    equipment = next(table.formset for table in tables if table.formset.prefix == "equipment")
    assert len(equipment.forms) == 1 + MAX_ADDED
    assert equipment.non_form_errors()


@pytest.mark.parametrize("place", [IN_BOULOGNE, NOWHERE])
def test_a_row_does_not_leave_the_rows_of_its_author(agent: Client, world: World, place: str) -> None:
    response = agent.post(address(world), form(geom=place))
    assert REFUSED in " ".join(told(response)["geom"])
    assert Playground.objects.get(nom="Jeux-Val").commune_id == "92048"


def test_a_refusal_on_several_fields_is_told_above_the_form(agent: Client, world: World) -> None:
    response = agent.post(address(world), form(geom=IN_BOULOGNE, etat="ferme"))
    assert REFUSED in " ".join(told(response)["__all__"])


def test_a_row_is_created_within_the_rows(agent: Client) -> None:
    agent.post(f"{LIST}add/", form(nom="Nouveau"))
    assert Playground.objects.get(nom="Nouveau").commune_id == "92048"


@pytest.mark.parametrize("place", [IN_BOULOGNE, NOWHERE])
def test_no_row_is_created_outside_the_rows(agent: Client, place: str) -> None:
    response = agent.post(f"{LIST}add/", form(nom="Nouveau", geom=place))
    assert NOT_ADDED in str(told(response))
    assert not Playground.objects.filter(nom="Nouveau").exists()


def test_what_a_form_let_pass_is_refused_when_it_is_saved(
    agent: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedForm, "_post_clean", ScopedForm.__mro__[1]._post_clean)  # type: ignore[attr-defined]
    assert agent.post(address(world), form(geom=IN_BOULOGNE)).status_code == 403
    assert Playground.objects.get(nom="Jeux-Val").commune_id == "92048"


def test_a_row_filter_on_a_value_holds_too(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(
        can_add=True, can_change=True, can_delete=True, rows="etat = 'ouvert'"
    )
    response = staff(TOWN_AGENT, "amenities.*").post(address(world), form(etat="ferme", geom=MIDDLE))
    assert REFUSED in " ".join(told(response)["etat"])


def test_rows_that_are_only_read_are_not_changed(world: World) -> None:
    grant(PLANNER, "aires-de-jeux", rows="commune = '92012'", can_add=True, can_change=True, can_delete=True)
    browser = staff(PLANNER, "amenities.*")
    statuses = {
        name: browser.post(address(world, name), form(nom=name)).status_code for name in ALL_PLAYGROUNDS
    }
    assert statuses == {"Jeux-Val": 403, "Jeux-Bruyeres": 403, "Jeux-Pont": 200}


def test_permissions_of_django_change_nothing_without_a_grant(world: World) -> None:
    browser = staff(PLANNER, "amenities.*")
    answers = [browser.get(address(world)), browser.post(address(world), form()), browser.get(f"{LIST}add/")]
    assert [answer.status_code for answer in answers] == [200, 403, 403]


def test_a_grant_changes_nothing_without_permissions_of_django(world: World) -> None:
    Grant.objects.filter(group__name=GARDENER.groups[0]).update(
        can_add=True, can_change=True, can_delete=True
    )
    browser = staff(GARDENER, "amenities.view_playground")
    answers = [browser.get(address(world)), browser.post(address(world), form()), browser.get(f"{LIST}add/")]
    assert [answer.status_code for answer in answers] == [200, 403, 403]


@pytest.fixture
def gardener(world: World) -> Client:
    """The browser of somebody who reads every relation and may change the rows of Meudon alone."""
    Grant.objects.filter(group__name=GARDENER.groups[0]).delete()
    grant(GARDENER, "aires-de-jeux")
    grant(GARDENER, "aires-de-jeux", rows="commune = '92048'", can_add=True, can_change=True, can_delete=True)
    protect("aires-de-jeux", "interventions", GARDENER)
    return staff(GARDENER, "amenities.*")


def delete(browser: Client, *rows: Any) -> Any:
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    return browser.post(LIST, chosen)


def test_rows_within_the_scope_are_deleted_together(gardener: Client, world: World) -> None:
    delete(gardener, world.playgrounds["Jeux-Val"], world.playgrounds["Jeux-Bruyeres"])
    assert [found.nom for found in Playground.objects.all()] == ["Jeux-Pont"]


def test_nothing_is_deleted_where_one_row_is_only_read(gardener: Client, world: World) -> None:
    response = delete(gardener, world.playgrounds["Jeux-Val"], world.playgrounds["Jeux-Pont"])
    assert response.status_code == 403
    assert Playground.objects.count() == 3


def test_the_history_is_for_who_may_change_the_row(gardener: Client, world: World) -> None:
    pages = {name: f"{LIST}{world.playgrounds[name].pk}/history/" for name in ("Jeux-Val", "Jeux-Pont")}
    statuses = {name: gardener.get(page).status_code for name, page in pages.items()}
    assert statuses == {"Jeux-Val": 200, "Jeux-Pont": 403}


def test_an_administrator_on_the_portal_of_a_commune_writes_there_alone(world: World) -> None:
    host = {"host": "meudon.localhost"}
    response = signed_in(ADMINISTRATOR).post(
        f"{LIST}add/", form(geom=IN_BOULOGNE) | blank("inspections", "interventions"), headers=host
    )
    assert NOT_ADDED in str(told(response))
