"""Voir comme: read-only, for half an hour, journaled under both names, never upwards."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from dashboards.models import DashboardGrant
from exports.models import ExportJob
from gisportal.accounts.models import GroupManager, User
from gisportal.journal.models import JournalEntry
from tests import dashboards
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.protocols import read
from tests.tokens import made
from tests.view_as import REASON, browser, view_as
from tests.world import PLAYGROUNDS, World

ITEMS = f"/api/collections/{PLAYGROUNDS}/items"
BANNER = "Vous voyez le portail comme"
WRITES = {
    ITEMS: "application/problem+json",
    "/wfs": "xml",
    f"/catalogue/{PLAYGROUNDS}/1/signaler/": "text/html",
    "/langue/": "text/html",
    "/rien-du-tout/": "text/html",
}
CLOSED = (
    "/compte/",
    "/compte/jetons/1/revoquer/",
    "/compte/double-authentification/",
    "/carte/vues/",
    "/administration/",
    "/telechargements/7b1d3f0e-0000-4000-8000-000000000000/",
)


def steps() -> list[tuple[str, str, str]]:
    """Return what the journal holds of views as somebody: step, who, page."""
    rows = JournalEntry.objects.filter(event="view-as").order_by("pk")
    return [(row.detail["step"], row.actor_name, row.detail["page"]) for row in rows]


def manages(person: Person, group: str) -> None:
    """Make somebody the manager of a group."""
    row = Group.objects.get_or_create(name=group)[0]
    GroupManager.objects.create(user=person.account(), group=row)


def start(manager: Person, person: Person) -> int:
    """Return the status that a manager gets for the page that starts."""
    return browser(manager).get(f"/gestion/personnes/{person.account().pk}/voir-comme/").status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_write_is_refused_in_the_form_of_its_protocol(world: World, method: str) -> None:
    client = view_as(TOWN_AGENT)
    answers = {path: client.generic(method, path, headers={"accept": "*/*"}) for path in WRITES}
    kinds = {path: WRITES[path] in answer.headers["Content-Type"] for path, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert kinds == dict.fromkeys(WRITES, True)


def test_what_is_of_the_person_alone_is_closed(world: World) -> None:
    client = view_as(TOWN_AGENT)
    assert {path: client.get(path).status_code for path in CLOSED} == dict.fromkeys(CLOSED, 403)


def test_no_file_is_prepared_in_the_name_of_the_person(world: World) -> None:
    client = view_as(TOWN_AGENT)
    answer = client.get(f"/export/{PLAYGROUNDS}.csv?preparer=1", headers={"accept": "text/html"})
    assert read(answer).status == 200
    assert not ExportJob.objects.exists()


def test_every_page_has_the_banner_and_the_way_back(world: World) -> None:
    client = view_as(TOWN_AGENT)
    paths = (
        "/",
        "/carte/",
        "/catalogue/",
        "/tableaux-de-bord/",
        "/rien-du-tout/",
        "/compte/",
        "/api/?f=html",
    )
    pages = {path: client.get(path).content.decode() for path in paths}
    assert {path: (BANNER in page, "/compte/voir-comme/fin/" in page) for path, page in pages.items()} == (
        dict.fromkeys(paths, (True, True))
    )


def test_no_cache_stores_what_a_manager_reads_as_somebody(world: World) -> None:
    client = view_as(TOWN_AGENT)
    answers = [client.get(path) for path in ("/", ITEMS, "/api/collections/arbres-remarquables/items")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert all("Cookie" in answer.headers["Vary"] for answer in answers)


def test_validators_of_what_a_browser_stored_are_ignored(world: World) -> None:
    client = browser(ADMINISTRATOR)
    etag = client.get("/catalogue/").headers["ETag"]
    client.post(f"/gestion/personnes/{TOWN_AGENT.account().pk}/voir-comme/", {"reason": REASON})
    assert client.get("/catalogue/", headers={"if-none-match": etag}).status_code == 200


def test_the_banner_is_on_no_other_page(world: World) -> None:
    view_as(TOWN_AGENT).get("/catalogue/")
    others = [browser(person).get("/catalogue/").content.decode() for person in (TOWN_AGENT, ADMINISTRATOR)]
    assert not any(BANNER in page for page in others)


def test_a_token_is_never_affected(world: World) -> None:
    client, text = view_as(OUTSIDER), made(PLANNER)
    assert client.get(ITEMS, headers={"authorization": f"Bearer {text}"}).status_code == 200


def test_the_journal_has_both_names_the_reason_and_each_page(world: World) -> None:
    client = view_as(TOWN_AGENT)
    client.get("/catalogue/")
    client.get(ITEMS)
    client.get("/carte/", headers={"hx-request": "true"})
    client.post("/compte/voir-comme/fin/")
    name = ADMINISTRATOR.name
    assert steps() == [("start", name, ""), ("page", name, "/catalogue/"), ("end", name, "")]
    details = JournalEntry.objects.filter(event="view-as").values_list("detail", flat=True)
    assert {(detail["viewed_as"], detail["reason"]) for detail in details} == {(TOWN_AGENT.name, REASON)}


def test_an_export_as_somebody_is_journaled_under_both_names(world: World) -> None:
    read(view_as(TOWN_AGENT).get(f"/export/{PLAYGROUNDS}.csv"))
    entry = JournalEntry.objects.get(event="export")
    assert (entry.actor_name, entry.detail["viewed_as"]) == (ADMINISTRATOR.name, TOWN_AGENT.name)


def test_a_reason_is_required(world: World) -> None:
    client = browser(ADMINISTRATOR)
    answer = client.post(f"/gestion/personnes/{TOWN_AGENT.account().pk}/voir-comme/", {"reason": " "})
    assert answer.status_code == 422
    assert steps() == []


def own_again(client: Client) -> bool:
    """Whether the next request of a browser is its owner's own."""
    page = client.get("/catalogue/").content.decode()
    return BANNER not in page and "Administration" in page


def test_after_its_time_the_next_request_is_the_managers_own(world: World) -> None:
    client = view_as(TOWN_AGENT)
    session = client.session
    session["view_as"] |= {"until": session["view_as"]["until"] - 1_800}
    session.save()
    assert own_again(client)
    assert [step for step, _who, _page in steps()] == ["start", "expiry"]


def test_it_ends_once_the_person_holds_more(world: World) -> None:
    client = view_as(TOWN_AGENT)
    User.objects.filter(username=TOWN_AGENT.name).update(is_superuser=True)
    assert own_again(client)


def test_signing_out_signs_the_manager_out(world: World) -> None:
    client = view_as(TOWN_AGENT)
    client.post("/compte/deconnexion/")
    assert client.get("/compte/").status_code == 302
    assert JournalEntry.objects.get(event="sign-out").actor_name == ADMINISTRATOR.name


def test_nobody_views_as_an_administrator_or_themselves(world: World) -> None:
    other = Person("autre-administrateur", is_administrator=True)
    assert (start(ADMINISTRATOR, other), start(ADMINISTRATOR, ADMINISTRATOR)) == (404, 404)


def test_a_manager_of_a_group_never_views_as_an_administrator(world: World) -> None:
    member = Person("administrateur-membre", groups=TOWN_AGENT.groups, is_administrator=True)
    manages(PLANNER, TOWN_AGENT.groups[0])
    assert start(PLANNER, member) == 404


def test_a_session_key_fixed_before_it_starts_opens_nothing(world: World) -> None:
    client = browser(ADMINISTRATOR)
    copy = Client(headers={"host": "localhost"})
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(f"/gestion/personnes/{TOWN_AGENT.account().pk}/voir-comme/", {"reason": REASON})
    statuses = [each.get("/compte/acces/").status_code for each in (copy, client)]
    assert statuses == [302, 200]


def test_who_signs_in_after_it_in_the_same_browser_is_themselves(world: World) -> None:
    client = view_as(TOWN_AGENT)
    client.force_login(OUTSIDER.account(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/compte/acces/").content.decode()
    assert BANNER not in page
    assert PLAYGROUNDS not in page


def test_a_manager_of_a_group_views_as_its_members_alone(world: World) -> None:
    manages(PLANNER, TOWN_AGENT.groups[0])
    statuses = {person.name: start(PLANNER, person) for person in (TOWN_AGENT, OUTSIDER, GARDENER)}
    assert statuses == {TOWN_AGENT.name: 200, OUTSIDER.name: 404, GARDENER.name: 404}


def test_a_manager_of_a_group_never_views_as_who_reads_more(world: World) -> None:
    for group in (*GARDENER.groups, *OUTSIDER.groups, *TOWN_AGENT.groups):
        manages(PLANNER, group)
    dashboards.dashboard("reserve", persons=[OUTSIDER], is_public=False)
    dashboards.dashboard("du-groupe", groups=TOWN_AGENT.groups)
    statuses = [start(PLANNER, person) for person in (GARDENER, OUTSIDER, TOWN_AGENT)]
    assert statuses == [404, 404, 404]


def test_a_dashboard_read_for_a_time_counts_among_what_is_read_more(world: World) -> None:
    manages(PLANNER, TOWN_AGENT.groups[0])
    board = dashboards.dashboard("pour-un-temps")
    DashboardGrant.objects.create(dashboard=board, group=Group.objects.get(name=TOWN_AGENT.groups[0]))
    assert start(PLANNER, TOWN_AGENT) == 404


def test_who_manages_nothing_views_as_nobody(world: World) -> None:
    assert start(OUTSIDER, TOWN_AGENT) == 404
