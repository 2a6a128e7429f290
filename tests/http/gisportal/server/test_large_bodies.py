"""Who may send a large body is looked up at its head; others are answered as the protocol of the address does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from gisportal import large_bodies
from gisportal.accounts.sessions.services import LAST_ACTIVITY
from gisportal.accounts.vocabulary import TokenScope
from gisportal.bounds.table import body_bound
from gisportal.large_bodies import SenderCheck, may_send
from gisportal.server.request_bodies import REFUSED_BODY, BodyRefused, NoRoom, Refusal, Sender
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PASSWORD, PLANNER, Person
from tests.tokens import made, pair

FILE, ITEMS, WFS = "/jeux/nouveau/", "/api/collections/arbres-remarquables/items", "/wfs"


def signed_in(person: Person) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def head(path: str = FILE, *, query: str = "", **headers: str) -> dict[str, Any]:
    """Return the head of a request as the server knows it (ASGI)."""
    fields = {"host": "localhost", **headers}
    return {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("192.0.2.1", 1), "server": ("localhost", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip


def cookie(client: Client) -> str:
    return f"sessionid={client.session.session_key}"


def of_session(person: Person) -> dict[str, Any]:
    return head(cookie=cookie(signed_in(person)))


def of_maker(permission: str) -> dict[str, Any]:
    GARDENER.account().user_permissions.add(Permission.objects.get(codename=permission))
    return of_session(GARDENER)


def of_sleeper() -> dict[str, Any]:
    client = signed_in(ADMINISTRATOR)
    session = client.session
    session[LAST_ACTIVITY] -= 100_000
    session.save()
    return head(cookie=cookie(client))


def of_former_password() -> dict[str, Any]:
    client, account = signed_in(ADMINISTRATOR), ADMINISTRATOR.account()
    account.set_password("une autre phrase de passe assez longue")
    account.save()
    return head(cookie=cookie(client))


def of_closed_account() -> dict[str, Any]:
    client, account = signed_in(ADMINISTRATOR), ADMINISTRATOR.account()
    account.is_active = False
    account.save()
    return head(cookie=cookie(client))


def of_token(scope: TokenScope) -> dict[str, Any]:
    return head(ITEMS, authorization=f"Bearer {made(PLANNER, scope)}")


def of_password(password: str) -> dict[str, Any]:
    PLANNER.account()
    return head(ITEMS, authorization=pair(PLANNER.name, password))


# Whose head, and of whom large bodies are read.
SENDERS: dict[str, tuple[Callable[[], dict[str, Any]], set[Sender]]] = {
    "nobody": (head, set()),
    "a cookie that opens nothing": (lambda: head(cookie="sessionid=" + "a" * 32), set()),
    "an account": (lambda: of_session(OUTSIDER), {Sender.ACCOUNT}),
    "who makes datasets": (lambda: of_maker("add_dataset"), {Sender.ACCOUNT, Sender.LOADER}),
    "who makes rasters": (lambda: of_maker("add_raster"), {Sender.ACCOUNT, Sender.RASTER_LOADER}),
    "an administrator": (
        lambda: of_session(ADMINISTRATOR),
        {Sender.ACCOUNT, Sender.LOADER, Sender.RASTER_LOADER, Sender.PLAN_LOADER},
    ),
    "a session that slept too long": (of_sleeper, set()),
    "a session of a former password": (of_former_password, set()),
    "a session of a closed account": (of_closed_account, set()),
    "a token that reads": (lambda: of_token(TokenScope.READ), set()),
    "a token that writes": (lambda: of_token(TokenScope.EDIT), {Sender.ACCOUNT}),
    "a token that is none": (lambda: head(ITEMS, authorization="Bearer nothing"), set()),
    "a token in the address": (
        lambda: head(ITEMS, query=f"token={made(PLANNER, TokenScope.EDIT)}"),
        {Sender.ACCOUNT},
    ),
    "a password": (lambda: of_password(PASSWORD), {Sender.ACCOUNT}),
    "a wrong password": (lambda: of_password("faux"), set()),
    "a scheme that is none": (lambda: head(authorization="Digest x"), set()),
}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("name", SENDERS)
def test_a_large_body_is_read_of_who_may_send_it(name: str, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = "nobody"
    whose, allowed = SENDERS[name]
    asked = whose()
    assert {
        sender for sender in Sender if sender is not Sender.ANYBODY and may_send(asked, sender)
    } == allowed


@pytest.mark.usefixtures("catalogue")
def test_a_session_that_lacks_its_second_factor_sends_nothing_large(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.SECOND_FACTOR_GRACE = "administrators", False
    assert not may_send(of_session(ADMINISTRATOR), Sender.ACCOUNT)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("sender", [Sender.LOADER, Sender.RASTER_LOADER])
def test_a_sender_is_looked_up_in_few_reads(
    sender: Sender, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked, nothing = of_session(OUTSIDER), head(cookie="sessionid=" + "a" * 32)
    with django_assert_max_num_queries(5):
        may_send(asked, sender)
    with django_assert_max_num_queries(1):
        may_send(nothing, sender)


def test_nobody_is_looked_up_without_credentials() -> None:
    asked: list[Sender] = []

    def check(_scope: dict[str, Any], sender: Sender) -> bool:
        asked.append(sender)
        return True

    assert not asyncio.run(SenderCheck(check)(head(cookie="csrftoken=a; django_language=fr"), Sender.LOADER))
    assert asked == []


def test_senders_are_looked_up_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_bodies, "_WAITING", 4)
    release = Event()

    async def attack() -> list[object]:
        check = SenderCheck(lambda _scope, _sender: release.wait(30))
        tasks = [asyncio.create_task(check(head(authorization="x"), Sender.LOADER)) for _ in range(10)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        release.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    found = asyncio.run(attack())
    assert [type(one) for one in found].count(NoRoom) == 6


def test_a_database_that_does_not_answer_keeps_no_body_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_bodies, "_SECONDS", 0.05)
    release = Event()
    check = SenderCheck(lambda _scope, _sender: release.wait(30))
    try:
        with pytest.raises(NoRoom):
            asyncio.run(asyncio.wait_for(check(head(authorization="x"), Sender.LOADER), 30))
    finally:
        release.set()


def refused(client: Client, path: str, why: Refusal) -> Any:
    """Return the answer of the portal to a request whose body the server did not read."""
    environ: dict[str, Any] = {REFUSED_BODY: BodyRefused(why, body_bound(path, "POST"))}
    return client.post(path, **environ)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("path", "why", "status", "words"),
    [
        (FILE, Refusal.NOT_ALLOWED, 302, ""),
        (ITEMS, Refusal.NOT_ALLOWED, 401, "compte du portail"),
        (ITEMS, Refusal.TOO_LARGE, 413, '"parameter": "body"'),
        (WFS, Refusal.TOO_LARGE, 413, "ExceptionReport"),
        ("/langue/", Refusal.TOO_LARGE, 413, "64"),
        (FILE, Refusal.DISK_FULL, 507, "Le disque du serveur"),
        (ITEMS, Refusal.DISK_FULL, 507, "Disque plein"),
    ],
)
def test_a_refused_body_is_answered_in_the_form_of_its_address(
    path: str, why: Refusal, status: int, words: str
) -> None:
    answer = refused(Client(headers={"host": "localhost"}), path, why)
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.usefixtures("catalogue")
def test_a_script_of_a_page_is_not_led_to_the_sign_in() -> None:
    script = Client(headers={"host": "localhost", "accept": "application/json"})
    assert refused(script, FILE, Refusal.NOT_ALLOWED).status_code == 403


@pytest.mark.usefixtures("catalogue")
def test_an_account_without_the_right_is_told_so(settings: Settings) -> None:
    assert refused(signed_in(OUTSIDER), FILE, Refusal.NOT_ALLOWED).status_code == 403


@pytest.mark.usefixtures("catalogue")
def test_a_refused_body_runs_no_view(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = "nobody"
    answer = refused(signed_in(ADMINISTRATOR), FILE, Refusal.NOT_ALLOWED)
    assert answer.status_code == 403
