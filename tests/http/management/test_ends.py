"""What ends is foreseen: by the person, by the team, and by two reminders that leave once."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group

from dashboards.models import Dashboard, DashboardGrant
from gisportal.accounts.models import User
from gisportal.journal.models import JournalEntry
from layers.models import Grant, Layer
from management.models import EndReminder
from management.reminders.services import send_reminders
from tests import dashboards
from tests.instants import MIDNIGHT, at
from tests.people import ADMINISTRATOR, MANAGER, PLANNER, TOWN_AGENT
from tests.view_as import browser
from tests.world import PLAYGROUNDS, World

DAY = dt.timedelta(days=1)
NOON = MIDNIGHT - 12 * DAY - DAY / 2  # twelve days before the last one


@pytest.fixture
def ending(world: World) -> World:
    """TOWN_AGENT reads a layer and a dashboard until midnight, by grants of the administrator."""
    TOWN_AGENT.account()
    author = ADMINISTRATOR.account()
    group = Group.objects.get(name=TOWN_AGENT.groups[0])
    Grant.objects.filter(group=group).update(valid_until=MIDNIGHT, author=author)
    board = dashboards.dashboard("aires")
    DashboardGrant.objects.create(dashboard=board, group=group, valid_until=MIDNIGHT, author=author)
    User.objects.update(email="personne@example.org")
    return world


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The messages that leave: to whom, and their paragraphs."""
    written: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "management.reminders.services.enqueue_message",
        lambda message, *, user: written.append((user.username, " ".join(message.paragraphs))),
    )
    return written


def test_what_the_team_is_reminded_of_is_behind_its_links(
    ending: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    PLANNER.account()
    User.objects.filter(username=PLANNER.name).update(ends_at=MIDNIGHT)
    links: list[str] = []
    monkeypatch.setattr(
        "management.reminders.services.enqueue_message",
        lambda message, *, user: links.append(message.link[1]) if user.is_superuser else None,
    )
    with at(NOON):
        client = browser(ADMINISTRATOR)
        send_reminders(at=NOON)
        overview = client.get("/gestion/").content.decode()
        links += re.findall(r'href="(/gestion/(?:acces/\?etat|personnes/\d)[^"]*)"', overview)
        paths = {urlsplit(link)._replace(scheme="", netloc="").geturl() for link in links}
        answers = {path: client.get(path) for path in paths}
    words = {path: answer.content.decode() for path, answer in answers.items()}
    assert paths == {"/gestion/acces/?etat=bientot", f"/gestion/personnes/{PLANNER.account().pk}/"}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [path for path, text in words.items() if "31 décembre 2026" not in text] == []


def test_an_administrator_prolongs_an_account_by_months_in_one_click(ending: World) -> None:
    account = PLANNER.account()
    User.objects.filter(pk=account.pk).update(ends_at=MIDNIGHT)
    address = f"/gestion/personnes/{account.pk}/prolonger/"
    with at(NOON):
        statuses = [
            browser(person).post(address, {"months": months}).status_code
            for person, months in ((MANAGER, "1"), (ADMINISTRATOR, "2"), (ADMINISTRATOR, "1"))
        ]
    account.refresh_from_db()
    assert statuses == [404, 400, 302]
    assert account.ends_at == MIDNIGHT + 31 * DAY
    assert JournalEntry.objects.filter(event="account", subject=f"account {account.pk}").exists()


@pytest.mark.parametrize("page", ["/", "/compte/"])
def test_a_person_reads_when_their_access_ends_and_what_vanishes(ending: World, page: str) -> None:
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    with at(NOON):
        text = browser(TOWN_AGENT).get(page).content.decode()
    expected = (
        "Votre accès finit dans 12 jours",
        "31 décembre 2026, minuit",
        f"Vous ne lirez plus : {title}.",
        "aires",
    )
    assert [words for words in expected if words not in text] == []


def test_an_end_that_another_right_outlives_is_not_announced(ending: World) -> None:
    with at(NOON):
        Grant.objects.create(person=TOWN_AGENT.account(), layer=Layer.objects.get(slug=PLAYGROUNDS))
        DashboardGrant.objects.all().delete()
        assert "Votre accès finit" not in browser(TOWN_AGENT).get("/compte/").content.decode()


def test_the_end_of_an_account_is_announced_to_it_and_to_the_team(ending: World) -> None:
    User.objects.filter(username=PLANNER.name).update(ends_at=MIDNIGHT)
    with at(NOON):
        PLANNER.account()
        User.objects.filter(username=PLANNER.name).update(ends_at=MIDNIGHT)
        own = browser(PLANNER).get("/compte/").content.decode()
        team = browser(ADMINISTRATOR).get("/gestion/").content.decode()
    assert "Votre compte finit dans 12 jours" in own
    assert f"{PLANNER.name} : le compte finit dans 12 jours" in team


@pytest.mark.parametrize(
    ("days", "count"), [(20, 0), (14, 1), (9, 1), (3, 1), (1, 1)], ids=lambda value: str(value)
)
def test_a_reminder_leaves_once_to_the_person_and_to_who_gave_the_access(
    ending: World, sent: list[tuple[str, str]], days: int, count: int
) -> None:
    instant = MIDNIGHT - days * DAY - DAY / 2
    with at(instant):
        done = [send_reminders(at=instant) for _run in range(2)]
    title = Layer.objects.get(slug=PLAYGROUNDS).title
    assert done == [count, 0]
    assert [name for name, _text in sent] == [TOWN_AGENT.name, ADMINISTRATOR.name] * count
    assert all(title in text and "aires" in text for _name, text in sent)


def test_the_second_reminder_follows_the_first(ending: World, sent: list[tuple[str, str]]) -> None:
    for days in (13, 12, 3, 2):
        instant = MIDNIGHT - days * DAY - DAY / 2
        with at(instant):
            send_reminders(at=instant)
    assert [name for name, _text in sent] == [TOWN_AGENT.name, ADMINISTRATOR.name] * 2
    assert sorted(EndReminder.objects.values_list("days", flat=True)) == [3, 14]


def test_a_grant_is_renewed_for_the_same_length_in_one_click(ending: World) -> None:
    one = Grant.objects.get(group__name=TOWN_AGENT.groups[0])
    Grant.objects.filter(pk=one.pk).update(valid_from=MIDNIGHT - 31 * DAY)
    with at(NOON):
        browser(ADMINISTRATOR).post(f"/gestion/acces/couche/{one.pk}/prolonger/", {"months": "meme"})
    one.refresh_from_db()
    assert one.valid_until == MIDNIGHT + 31 * DAY


def test_the_accesses_of_a_person_are_handed_over_in_one_screen(ending: World) -> None:
    leaving, heir = TOWN_AGENT.account(), PLANNER.account()
    Grant.objects.create(
        person=leaving, layer=Layer.objects.get(slug=PLAYGROUNDS), rows="id > 0", valid_until=MIDNIGHT
    )
    DashboardGrant.objects.create(person=leaving, dashboard=Dashboard.objects.get(slug="aires"))
    client, address = browser(ADMINISTRATOR), f"/gestion/acces/remettre/?de={leaving.pk}"
    boxes = re.findall(r'name="grants" value="([^"]+)"', client.get(address).content.decode())
    client.post(address, {"grants": boxes, "target": heir.pk})
    assert len(boxes) == 2
    assert list(Grant.objects.filter(person=heir).values_list("rows", "valid_until")) == [
        ("id > 0", MIDNIGHT)
    ]
    assert DashboardGrant.objects.filter(person=heir).count() == 1
    assert not Grant.objects.filter(person=leaving).exists()


def test_nobody_hands_over_what_they_do_not_manage(ending: World) -> None:
    leaving = TOWN_AGENT.account()
    Grant.objects.create(person=leaving, layer=Layer.objects.get(slug=PLAYGROUNDS))
    assert browser(MANAGER).get(f"/gestion/acces/remettre/?de={leaving.pk}").status_code == 404
