"""What waits for the team: each kind of row, who takes care of it, and the end of the page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from explorer.models import FeatureReport
from exports.models import ExportJob
from gisportal.journal.models import JournalEntry
from gisportal.settings.pages import PAGE_PARTS
from interface.waiting import WaitingRow
from layers.models import DataVersion, Grant, Layer
from layers.vocabulary import JobState
from management.models import Assignment
from tests.deliveries import bench, dataset, deliver
from tests.people import ADMINISTRATOR, MANAGER, PLANNER, Person
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, World, grant

PAGE, ASSIGN = "/gestion/", "/gestion/prendre/"


def waiting(person: Person = ADMINISTRATOR, **query: Any) -> dict[str, WaitingRow]:
    """Return the rows of the page, by subject."""
    groups = signed_in(person).get(PAGE, query).context["groups"]
    return {each.row.subject: each.row for group in groups for each in (*group.first_rows, *group.other_rows)}


def age(slug: str, days: int) -> None:
    """Date the data of a layer."""
    Layer.objects.filter(slug=slug).update(frequency="MONTHLY")
    table = {TREES: "heritage_remarkabletree", PLAYGROUNDS: "amenities_playground"}[slug]
    written = timezone.now() - dt.timedelta(days=days)
    DataVersion.objects.filter(table=table).update(changed_at=written, version=F("version") + 1)


def report(world: World) -> None:
    FeatureReport.objects.create(
        layer=PLAYGROUNDS, feature=world.playgrounds["Jeux-Val"].pk, category="danger", message="Trou"
    )


def test_a_good_delivery_waits_until_it_is_published(world: World) -> None:
    deliver(dataset(), bench())
    assert waiting()["delivery bancs 1"].action == "Relire"


def test_the_home_page_has_the_deliveries_that_wait_for_its_reader(world: World) -> None:
    deliver(dataset(), bench())
    pages = [text(signed_in(person).get("/")) for person in (ADMINISTRATOR, PLANNER)]
    assert ["Une livraison vous attend" in page for page in pages] == [True, False]


def test_a_refused_delivery_is_to_be_repaired(world: World) -> None:
    deliver(dataset(), bench(nom=None), bench())  # type: ignore[arg-type]  # a value that is missing
    assert [row.group.value for subject, row in waiting().items() if subject == "delivery bancs 1"] == [
        "repair"
    ]


def test_reports_of_a_layer_wait_in_one_row(world: World) -> None:
    report(world)
    report(world)
    assert waiting()[f"reports {PLAYGROUNDS}"].title.endswith("2 signalements sans réponse")


def test_a_layer_is_late_after_its_frequency_and_not_before(world: World) -> None:
    age(TREES, 35)
    assert waiting()[f"layer {TREES}"].title.endswith("4 jours de retard")
    age(TREES, 29)
    assert f"layer {TREES}" not in waiting()


def test_a_failed_job_waits_for_a_week(world: World) -> None:
    job = ExportJob.objects.create(
        layer=TREES, extension="csv", total_rows=1, estimated_s=1, state=JobState.FAILED
    )
    assert f"job export {job.pk}" in waiting()
    ExportJob.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    assert f"job export {job.pk}" not in waiting()


def test_managers_foresee_the_ends_of_grants_of_their_groups_alone(world: World) -> None:
    soon = timezone.now() + dt.timedelta(days=12)
    grant(MANAGER, PLAYGROUNDS)
    Grant.objects.update(valid_until=soon)
    groups = dict(Group.objects.values_list("name", "pk"))
    assert {*waiting(MANAGER)} == {f"group {groups['Urbanisme']}"}


def test_managers_are_not_told_of_what_waits_on_other_layers(world: World) -> None:
    report(world)
    grant(MANAGER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    assert f"reports {PLAYGROUNDS}" in waiting(MANAGER)
    grant(PLANNER, TREES)
    Grant.objects.filter(group__name="Urbanisme", layer__slug=PLAYGROUNDS).delete()
    assert f"reports {PLAYGROUNDS}" not in waiting(MANAGER)


def test_the_page_says_that_nothing_waits(world: World, settings: Settings) -> None:
    settings.READY_HEARTBEAT_S = 0
    Grant.objects.filter(valid_until__isnull=False).delete()
    assert "Rien n’attend" in text(signed_in(ADMINISTRATOR).get(PAGE))


def test_who_takes_a_row_is_named_and_journaled(world: World) -> None:
    age(TREES, 35)
    client = signed_in(ADMINISTRATOR)
    client.post(ASSIGN, {"sujet": f"layer {TREES}"})
    assert JournalEntry.objects.latest("pk").detail == {"action": "assigned"}
    assert {*waiting(pour="moi")} == {f"layer {TREES}"}
    client.post(ASSIGN, {"sujet": f"layer {TREES}", "rendre": "oui"})
    assert not Assignment.objects.exists()


def test_two_people_do_not_take_the_same_row(world: World) -> None:
    age(TREES, 35)
    Assignment.objects.create(subject=f"layer {TREES}", user=PLANNER.account())
    answer = signed_in(ADMINISTRATOR).post(ASSIGN, {"sujet": f"layer {TREES}"}, follow=True)
    assert "urbaniste s’en occupe déjà." in text(answer)


@pytest.mark.parametrize("subject", ["layer inconnue", "", "x" * 5_000, "\x00"])
def test_what_does_not_wait_is_not_taken(world: World, subject: str) -> None:
    assert signed_in(ADMINISTRATOR).post(ASSIGN, {"sujet": subject}).status_code == 400


def test_what_was_done_this_week_is_told_with_its_author(world: World) -> None:
    signed_in(ADMINISTRATOR).post(
        "/gestion/couches/",
        {"action": "retirer", "confirme": "oui", "lignes": Layer.objects.get(slug=TREES).pk},
    )
    deeds = signed_in(ADMINISTRATOR).get(PAGE).context["deeds"]
    assert (deeds[0].author, "Arbres" in deeds[0].title) == (ADMINISTRATOR.name, True)


def test_the_statements_of_the_page_do_not_grow_with_the_layers(world: World) -> None:
    client = signed_in(ADMINISTRATOR)

    def statements() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(PAGE)
        return len(queries)

    before = statements()
    first = Layer.objects.get(slug=TREES)
    for number in range(30):
        Layer.objects.create(slug=f"vide-{number}", title="Vide", theme=first.theme, visibility="open")
    assert (statements(), before <= 40) == (before, True)


def test_the_header_of_a_cached_page_counts_what_waits_after_each_deed(
    world: World, settings: Settings
) -> None:
    settings.PAGE_PARTS = PAGE_PARTS
    report(world)
    client, count = signed_in(ADMINISTRATOR), len(waiting())
    page = client.get("/catalogue/")
    assert f'<b class="count">{count}<' in text(page)
    FeatureReport.objects.all().delete()
    client.post(ASSIGN, {"sujet": next(iter(waiting()), "")})  # something that the reader did
    again = client.get("/catalogue/", headers={"if-none-match": page.headers["ETag"]})
    assert again.status_code == 200
    assert f'<b class="count">{count}<' not in text(again)


def test_the_header_has_no_management_for_who_manages_nothing(world: World) -> None:
    assert 'href="/gestion/"' not in text(signed_in(PLANNER).get("/catalogue/"))
