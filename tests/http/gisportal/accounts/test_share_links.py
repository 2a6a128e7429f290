"""Links without an account: what they open, for how long, and that nothing of them is ever more than their author's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gisportal.accounts.links.services import create_link, link_target, revoke_links
from gisportal.accounts.models import ShareLink, ShareLinkDay, User
from gisportal.accounts.services import remove_old_days
from gisportal.journal.models import JournalEntry
from interface.sharing import shared_address
from interface.wording import end_of_day
from layers.errors import Forbidden, InvalidParameter
from layers.models import Grant, Layer
from tests import dashboards
from tests.instants import at
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.protocols import read
from tests.view_as import browser
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, TREES, World

PAGE, PANEL = "/tableaux-de-bord/aires/", "/tableaux-de-bord/aires/liste/"
MAP = f"/carte/?couches={PLAYGROUNDS}"
ITEMS = f"/api/collections/{PLAYGROUNDS}/items"
PASSWORD = "le mot de passe du lien"
# All that answers about the layer, beside what a link opens.
ELSEWHERE = (
    "/tableaux-de-bord/autre/",
    f"/catalogue/{PLAYGROUNDS}/",
    f"/export/{PLAYGROUNDS}.csv",
    f"/api/collections/{PLAYGROUNDS}",
    "/carte/tableau/aires-de-jeux/",
    f"/wfs/{PLAYGROUNDS}",
)


@pytest.fixture
def aires(world: World) -> World:
    """An internal dashboard of planners and town agents, and another of planners."""
    table = {"id": "liste", "kind": "table", "question": {"layer": PLAYGROUNDS, "fields": ["nom"]}}
    for slug in ("aires", "autre"):
        dashboards.dashboard(
            slug,
            sections=[{"id": "s", "title": "s", "panels": [table]}],
            groups=[*PLANNER.groups, *TOWN_AGENT.groups],
        )
    return world


def link_to(
    page: str = PAGE, author: Person = PLANNER, password: str = "", days: int = 7
) -> tuple[ShareLink, Client]:
    """Make a link, and open it in a new browser."""
    target = link_target(author.visitor(), shared_address(page))
    last_day = timezone.localdate() + dt.timedelta(days=days)
    link, token = create_link(
        author_id=author.account().pk, target=target, title="AMO", last_day=last_day, password=password
    )
    holder = Client(headers={"host": "localhost"})
    holder.get(f"/compte/lien/{token}/")
    return link, holder


def names(holder: Client, path: str = f"{PAGE}?tableaux=1") -> frozenset[str]:
    """Return the playgrounds that an address names, none where it is not there."""
    answer = read(holder.get(path))
    return answer.shows(ALL_PLAYGROUNDS) if answer.status == 200 else frozenset()


def refused(page: str, author: Person = PLANNER) -> str:
    """Return why a link to a page is refused."""
    with pytest.raises((InvalidParameter, Forbidden)) as refusal:
        link_target(author.visitor(), shared_address(page))
    return refusal.value.detail


def test_a_link_opens_its_dashboard_with_the_rows_of_its_author(aires: World) -> None:
    read_rows = {
        str(author): [names(link_to(author=author)[1], path) for path in (f"{PAGE}?tableaux=1", PANEL, ITEMS)]
        for author in (PLANNER, TOWN_AGENT)
    }
    assert read_rows == {PLANNER.name: [ALL_PLAYGROUNDS] * 3, TOWN_AGENT.name: [IN_MEUDON] * 3}


def test_everywhere_else_its_holder_is_the_public(aires: World) -> None:
    _link, holder = link_to()
    public = Client(headers={"host": "localhost"})
    statuses = {path: (holder.get(path).status_code, public.get(path).status_code) for path in ELSEWHERE}
    assert all(own == other and own in {401, 404} for own, other in statuses.values()), statuses


def test_the_holder_of_a_map_reads_its_layers_alone(aires: World) -> None:
    _link, holder = link_to(MAP)
    statuses = [holder.get(path).status_code for path in (f"/carte/tableau/{PLAYGROUNDS}/", ITEMS, PAGE)]
    assert names(holder, MAP) == ALL_PLAYGROUNDS
    assert statuses == [200, 200, 404]


def test_the_token_leaves_the_address_and_every_answer_stays_private(aires: World) -> None:
    target = link_target(PLANNER.visitor(), shared_address(PAGE))
    last_day = timezone.localdate()
    _link, token = create_link(author_id=PLANNER.account().pk, target=target, title="AMO", last_day=last_day)
    holder = Client(headers={"host": "localhost"})
    opened = holder.get(f"/compte/lien/{token}/")
    answers: list[Any] = [opened, holder.get(PAGE), holder.get(ITEMS)]
    headers = {
        tuple(answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag"))
        for answer in answers
    }
    assert (opened.status_code, opened.headers["Location"]) == (303, PAGE)
    assert headers == {("private, no-store", "no-referrer", "noindex, nofollow")}
    assert token not in answers[1].content.decode()


def test_only_the_digest_of_a_token_is_stored(aires: World) -> None:
    link, holder = link_to()
    token = holder.cookies["link"].value
    assert len(token) >= 22
    assert token not in str(ShareLink.objects.filter(pk=link.pk).values())


def test_a_link_reads_what_its_author_reads_now(aires: World) -> None:
    """Case 5: the author loses the grant, and the link shows no row."""
    _link, holder = link_to()
    before = names(holder)
    Grant.objects.filter(group__name=PLANNER.groups[0]).delete()
    assert (before, names(holder), names(holder, ITEMS)) == (ALL_PLAYGROUNDS, frozenset(), frozenset())


def test_a_link_ends_with_the_account_of_its_author(aires: World) -> None:
    _link, holder = link_to()
    User.objects.filter(username=PLANNER.name).update(is_active=False)
    assert holder.get(PAGE).status_code == 404


def test_a_link_is_gone_at_the_next_request_once_revoked(aires: World) -> None:
    link, holder = link_to()
    token = holder.cookies["link"].value
    before = holder.get(PAGE).status_code
    revoke_links(ShareLink.objects.filter(pk=link.pk))
    after = [holder.get(path).status_code for path in (PAGE, f"/compte/lien/{token}/")]
    assert (before, after) == (200, [404, 404])


def test_a_link_ends_at_midnight_in_paris(aires: World) -> None:
    """Case 4, of a link: a second before it is open with warm caches, at midnight it is absent."""
    link, holder = link_to()
    paris = ZoneInfo("Europe/Paris")
    end = end_of_day(dt.date(2026, 12, 31))
    assert end.astimezone(paris).isoformat() == "2027-01-01T00:00:00+01:00"
    statuses = []
    for instant in (timezone.now() + dt.timedelta(seconds=90), timezone.now()):
        ShareLink.objects.filter(pk=link.pk).update(
            expires_at=instant, created_at=instant - dt.timedelta(days=1)
        )
        statuses.append([holder.get(path).status_code for path in (PAGE, ITEMS)])
    assert statuses == [[200, 200], [404, 401]]


def try_password(holder: Client, link: ShareLink, text: str) -> HttpResponse:
    """Send a password for a link."""
    answer = holder.post(f"/compte/lien/{link.pk}/mot-de-passe/", {"password": text})
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_password_opens_the_link_of_its_browser_alone(aires: World) -> None:
    link, holder = link_to(password=PASSWORD)
    before = holder.get(PAGE).status_code
    opened = try_password(holder, link, PASSWORD)
    stranger = try_password(Client(headers={"host": "localhost"}), link, PASSWORD)
    assert (before, opened.status_code, holder.get(PAGE).status_code) == (404, 303, 200)
    assert stranger.status_code == 404


def test_the_sixth_wrong_password_waits(aires: World) -> None:
    link, holder = link_to(password=PASSWORD)
    statuses = [try_password(holder, link, f"essai {number}").status_code for number in range(6)]
    assert statuses == [422] * 5 + [429]


def test_openings_are_counted_without_robots_parts_heads_and_the_author(aires: World) -> None:
    link, holder = link_to()
    holder.get(PAGE)
    holder.head(PAGE)
    holder.get(PAGE, headers={"user-agent": "Examplebot/1.0"})
    holder.get(PANEL, headers={"hx-request": "true"})
    holder.get(PAGE)
    author = browser(PLANNER)
    author.cookies["link"] = holder.cookies["link"].value
    author.get(PAGE)
    link.refresh_from_db()
    days = list(ShareLinkDay.objects.values_list("link", "day", "count"))
    assert link.use_count == 2
    assert link.last_used_at is not None
    assert days == [(link.pk, timezone.localdate(), 2)]


def test_openings_by_day_are_drawn_and_said_then_leave_after_thirty_days(aires: World) -> None:
    link, _holder = link_to()
    today = timezone.localdate()
    for age, count in ((0, 3), (29, 1), (30, 7)):
        ShareLinkDay.objects.create(link=link, day=today - dt.timedelta(days=age), count=count)
    page = read(browser(PLANNER).get("/compte/liens/")).body
    remove_old_days(at=timezone.now())
    assert "4 ouvertures en 30 jours, 3 au plus en un jour" in page
    assert page.count("<rect x=") == 30
    assert sorted(ShareLinkDay.objects.values_list("count", flat=True)) == [1, 3]


def test_a_layer_that_forbids_links_is_named(aires: World) -> None:
    refusals = []
    for change in ({"allows_links": False}, {"allows_links": True, "is_sensitive": True}):
        Layer.objects.filter(slug=PLAYGROUNDS).update(**change)
        refusals += [refused(PAGE), refused(MAP)]
    assert all("Aires de jeux" in text for text in refusals)


def test_a_layer_that_comes_to_forbid_links_leaves_them(aires: World) -> None:
    _link, holder = link_to()
    Layer.objects.filter(slug=PLAYGROUNDS).update(allows_links=False)
    assert (names(holder), names(holder, ITEMS)) == (frozenset(), frozenset())


def test_a_panel_that_reads_a_sensitive_field_is_refused(aires: World) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(sensitive_fields=["nom"])
    assert "Aires de jeux / nom" in refused(PAGE)


def test_a_link_reads_no_sensitive_field(aires: World) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(sensitive_fields=["nom"])
    assert names(link_to(MAP)[1], ITEMS) == frozenset()


def test_who_may_not_download_a_layer_gives_no_link_to_it(aires: World) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(can_download=False)
    assert "Aires de jeux" in refused(PAGE)


def test_a_link_writes_nothing(aires: World) -> None:
    _link, holder = link_to()
    statuses = {holder.generic(method, ITEMS).status_code for method in ("POST", "PUT", "PATCH", "DELETE")}
    assert statuses <= {401, 403, 404, 405}


def test_a_layer_outside_the_frozen_list_stays_hidden(aires: World) -> None:
    _link, holder = link_to(f"/carte/?couches={TREES}", author=GARDENER)
    assert holder.get(ITEMS).status_code == 401


def test_a_person_makes_reads_and_revokes_their_links(aires: World) -> None:
    client = browser(PLANNER)
    created = read(
        client.post(f"/compte/liens/nouveau/?page={PAGE}", {"title": "AMO mobilités", "days": "30"})
    )
    token = re.search(r"/compte/lien/([\w-]+)/", created.body)
    assert token is not None
    link = ShareLink.objects.get()
    pages = [read(browser(person).get("/compte/liens/")).body for person in (PLANNER, OUTSIDER)]
    assert ["AMO mobilités" in page for page in pages] == [True, False]
    others = browser(OUTSIDER).post(f"/compte/liens/{link.pk}/revoquer/").status_code
    own = client.post(f"/compte/liens/{link.pk}/revoquer/").status_code
    events = JournalEntry.objects.filter(event__startswith="link-").values_list("event", flat=True)
    assert (others, own) == (404, 302)
    assert sorted(events) == ["link-created", "link-revoked"]


def act(person: Person, deed: str) -> int:
    """Return the status of a deed on links."""
    return browser(person).post(f"/compte/liens/{deed}/").status_code


def test_a_link_is_renewed_by_its_author_up_to_a_year_after_its_creation(aires: World) -> None:
    link, _holder = link_to(days=7)
    last_days = []
    for age in (0, 340, 400):  # the age of the link when it is renewed, in days
        created = timezone.now() - dt.timedelta(days=age)
        ShareLink.objects.filter(pk=link.pk).update(
            created_at=created, expires_at=created + dt.timedelta(days=7)
        )
        act(PLANNER, f"{link.pk}/prolonger")
        link.refresh_from_db()
        last_days.append((link.last_day - timezone.localdate(created)).days)
    assert act(OUTSIDER, f"{link.pk}/prolonger") == 404
    assert last_days == [37, 365, 7]
    assert JournalEntry.objects.filter(event="link-renewed").count() == 2


def test_a_link_that_was_revoked_is_not_renewed(aires: World) -> None:
    link, holder = link_to()
    revoke_links(ShareLink.objects.all())
    act(PLANNER, f"{link.pk}/prolonger")
    assert holder.get(PAGE).status_code == 404


def test_a_revocation_is_undone_for_ten_minutes_by_its_session_alone(aires: World) -> None:
    link, holder = link_to()
    client, statuses = browser(PLANNER), []
    client.post(f"/compte/liens/{link.pk}/revoquer/")
    act(PLANNER, "retablir")  # another session
    statuses.append(holder.get(PAGE).status_code)
    client.post("/compte/liens/retablir/")
    statuses.append(holder.get(PAGE).status_code)
    client.post(f"/compte/liens/{link.pk}/revoquer/")
    with at(timezone.now() + dt.timedelta(minutes=11)):
        client.post("/compte/liens/retablir/")
    statuses.append(holder.get(PAGE).status_code)
    assert statuses == [404, 200, 404]


def test_the_revocation_of_another_is_not_undone(aires: World) -> None:
    link, holder = link_to()
    client = browser(PLANNER)
    client.post(f"/compte/liens/{link.pk}/revoquer/")
    ShareLink.objects.update(revoked_at=None)
    browser(ADMINISTRATOR).post(f"/gestion/liens/{link.pk}/revoquer/")
    client.post("/compte/liens/retablir/")
    assert holder.get(PAGE).status_code == 404


def test_every_link_is_listed_to_administrators_alone(aires: World) -> None:
    link, _holder = link_to()
    answers = {str(person): browser(person).get("/gestion/liens/") for person in (ADMINISTRATOR, PLANNER)}
    assert "AMO" in answers[ADMINISTRATOR.name].content.decode()
    assert answers[PLANNER.name].status_code == 404
    browser(ADMINISTRATOR).post(f"/gestion/liens/{link.pk}/revoquer/")
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_the_last_day_is_within_a_year(aires: World) -> None:
    days = [timezone.localdate() + dt.timedelta(days=count) for count in (-1, 400)]
    form = {"title": "AMO", "days": "0"}
    statuses = [
        browser(PLANNER)
        .post(f"/compte/liens/nouveau/?page={PAGE}", form | {"last_day": day.isoformat()})
        .status_code
        for day in days
    ]
    assert statuses == [422, 422]


def test_a_browser_sends_its_origin_with_the_password(aires: World) -> None:
    """Under ``no-referrer`` it would send « null », which the check of forms refuses."""
    link, holder = link_to(password=PASSWORD)
    page = holder.get(f"/compte/lien/{link.pk}/mot-de-passe/")
    assert page.headers["Referrer-Policy"] == "same-origin"
