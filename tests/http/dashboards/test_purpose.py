"""Why a dashboard exists: required on its first publication, linked both ways with the action of a plan."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from dashboards.errors import InvalidDocument
from dashboards.models import Dashboard
from dashboards.publication.purpose import waiting_purposes
from dashboards.services.versions import export_dashboard, import_dashboard, publish
from layers.models import Layer
from plans.models import Action, Axis
from tests import dashboards
from tests.panel_kinds import KINDS
from tests.people import OUTSIDER, PLANNER
from tests.plans import ACTIONS, PLAN, plan_of
from tests.staff import signed_in
from tests.world import World, grant

ROOT = "/tableaux-de-bord/patrimoine/"
GOOD = {"decision": "Où planter", "by": "Le conseil"}


@pytest.fixture
def action(world: World) -> Action:
    """An action of a plan, which PLANNER reads."""
    plan = plan_of()
    Layer.objects.filter(slug=ACTIONS).update(visibility="internal")
    grant(PLANNER, ACTIONS)
    position = Axis.objects.get(plan=plan, code="1.1")
    return Action.objects.create(code="1.1.1", titre="Planter", plan=plan, position=position, pilote="Nature")


@pytest.fixture
def town(action: Action) -> Dashboard:
    """A public dashboard of PLANNER's group that was never published."""
    dashboards.let_make("Urbanisme")
    return dashboards.dashboard("patrimoine", producer="Urbanisme", is_public=True, is_published=False)


def page(path: str, client: Client) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"[ \n]+", " ", response.content.decode())


def test_publishing_asks_for_a_purpose_and_links_the_action_both_ways(
    town: Dashboard, action: Action
) -> None:
    planner = signed_in(PLANNER)
    follows = f"{PLAN}/action/1.1.1"
    assert follows in page(f"{ROOT}publier/", planner)
    refused = planner.post(f"{ROOT}publier/", {"revision": town.revision})
    assert (refused.status_code, "Dites quelle décision" in refused.content.decode()) == (422, True)
    planner.post(f"{ROOT}publier/", {"revision": town.revision, "follows": follows, **GOOD})
    assert "Pour décider : Où planter (Le conseil)." in page(ROOT, planner)
    sheet = reverse("explorer:feature", args=[ACTIONS, action.pk])
    assert f'href="{sheet}"' in page(ROOT, planner)
    assert f'href="{ROOT}"' in page(sheet, planner)
    assert "Où planter" in page(ROOT, Client())
    assert sheet not in page(ROOT, Client())


def test_a_first_publication_without_purpose_is_refused_by_every_way(town: Dashboard) -> None:
    with pytest.raises(InvalidDocument, match="quelle décision"):
        publish(dashboard=town, expected=town.revision, visitor=PLANNER.visitor())
    text = "slug: autre\ntitle: Autre\nproducer: Urbanisme\nsections: [{id: s, title: S, panels: []}]\n"
    with pytest.raises(InvalidDocument, match="purpose"):
        import_dashboard(text=text, kinds=KINDS, visitor=PLANNER.visitor())


def test_a_purpose_goes_with_the_file_and_names_parts_of_plans_that_its_author_reads(town: Dashboard) -> None:
    purpose = f"purpose: {{decision: Où planter, by: Le conseil, plan: {PLAN}, action: '9'}}\n"
    text = f"slug: autre\ntitle: Autre\nproducer: Urbanisme\nsections: [{{id: s, title: S, panels: []}}]\n{purpose}"
    with pytest.raises(InvalidDocument) as refused:
        import_dashboard(text=text, kinds=KINDS, visitor=PLANNER.visitor())
    assert [(fault.key, fault.line) for fault in refused.value.faults] == [("purpose.action", 5)]
    made = import_dashboard(text=text.replace("'9'", "1.1.1"), kinds=KINDS, visitor=PLANNER.visitor())
    assert "action: 1.1.1" in export_dashboard(dashboard=made, visitor=PLANNER.visitor())


def test_a_dashboard_published_before_stays_and_waits_for_its_purpose(town: Dashboard) -> None:
    Dashboard.objects.filter(pk=town.pk).update(published=town.draft, draft=None)
    (row,) = waiting_purposes(PLANNER.visitor())
    assert (row.title, row.address) == ("1 tableau de bord sans finalité", f"{ROOT}finalite/")
    assert waiting_purposes(OUTSIDER.visitor()) == []
    planner = signed_in(PLANNER)
    outdated = planner.post(f"{ROOT}finalite/", {"revision": town.revision + 1, **GOOD})
    assert outdated.status_code == 412
    assert planner.post(f"{ROOT}finalite/", {"revision": town.revision, **GOOD}).status_code == 302
    assert waiting_purposes(PLANNER.visitor()) == []


def test_an_editor_who_does_not_read_the_plan_leaves_the_link_as_it_is(town: Dashboard) -> None:
    Dashboard.objects.filter(pk=town.pk).update(plan="secret", plan_axis="Axe réservé", decision="A")
    planner = signed_in(PLANNER)
    assert "Axe réservé" not in page(f"{ROOT}finalite/", planner)
    planner.post(f"{ROOT}finalite/", {"revision": town.revision, "follows": "-", **GOOD})
    town.refresh_from_db()
    assert (town.plan, town.plan_axis, town.decision) == ("secret", "Axe réservé", "Où planter")
