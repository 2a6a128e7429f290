"""Credentials: wrong ones are refused and never treated as none, and what they open closes at once."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import User
from layers.models import Grant
from tests.people import ADMINISTRATOR, PASSWORD, PLANNER
from tests.protocols import ITEMS, PAGE, TILE, TILEJSON, Answer, Protocol, get, read
from tests.world import PLAYGROUNDS, TREES, World

SIGN_IN = "/compte/connexion/"
_ITEMS = ITEMS.address.format(slug=PLAYGROUNDS)
both_ways = pytest.mark.parametrize("by_basic", [True, False], ids=["basic", "session"])


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def signed_in(by_basic: bool) -> Client:
    client = Client(headers={"host": "localhost"})
    account = PLANNER.account()
    if by_basic:
        client.defaults["HTTP_AUTHORIZATION"] = PLANNER.basic()
    else:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def status(client: Client) -> int:
    return read(client.get(_ITEMS)).status


@pytest.mark.parametrize("slug", [PLAYGROUNDS, TREES, "rien-du-tout"])
@pytest.mark.parametrize("protocol", [ITEMS, TILE, TILEJSON, PAGE], ids=str)
def test_a_wrong_password_is_refused_even_where_none_is_needed(
    world: World, protocol: Protocol, slug: str
) -> None:
    PLANNER.account()
    path = protocol.address.format(slug=slug, tile="9/259/176")
    answer = get(path, authorization=basic(PLANNER.name, "une autre phrase"))
    assert (answer.status, answer.headers["WWW-Authenticate"].split()[0]) == (401, "Basic")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic ###",
        "Basic " + base64.b64encode(b"sans-deux-points").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"a\x00b:c").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode(b"x" * 5000 + b":y").decode(),
        "Bearer abcdef",
        "Digest username=a",
        "Negotiate",
    ],
)
def test_credentials_that_cannot_be_read_are_refused(world: World, header: str) -> None:
    assert get(ITEMS.address.format(slug=TREES), authorization=header).status == 401


def test_the_scheme_has_no_case(world: World) -> None:
    PLANNER.account()
    answer = get(_ITEMS, authorization=PLANNER.basic().replace("Basic", "bASIC"))
    assert answer.status == 200


def test_an_accented_password_is_utf8(world: World) -> None:
    account = PLANNER.account()
    account.set_password("été à Sèvres 2026")
    account.save()
    assert get(_ITEMS, authorization=basic(PLANNER.name, "été à Sèvres 2026")).status == 200


@both_ways
def test_an_account_that_is_closed_opens_nothing_more(world: World, by_basic: bool) -> None:
    client = signed_in(by_basic)
    before = status(client)
    User.objects.filter(username=PLANNER.name).update(is_active=False)
    assert (before, status(client)) == (200, 401)


@both_ways
def test_a_changed_password_refuses_the_old_one_at_once(world: World, by_basic: bool) -> None:
    client = signed_in(by_basic)
    before = status(client)
    account = PLANNER.account()
    account.set_password("une phrase toute neuve")
    account.save()
    assert (before, status(client)) == (200, 401)


@both_ways
def test_a_grant_that_ends_stops_at_once(world: World, by_basic: bool) -> None:
    client = signed_in(by_basic)
    before = status(client)
    Grant.objects.filter(group__name="Urbanisme").update(valid_until=timezone.now() - dt.timedelta(seconds=1))
    assert (before, status(client)) == (200, 404)


@both_ways
def test_somebody_who_leaves_a_group_leaves_its_rights(world: World, by_basic: bool) -> None:
    client = signed_in(by_basic)
    before = status(client)
    PLANNER.account().groups.clear()
    assert (before, status(client)) == (200, 404)


def test_a_cached_answer_is_not_confirmed_to_who_lost_the_right(world: World) -> None:
    client = signed_in(by_basic=True)
    etag = read(client.get(_ITEMS)).headers["ETag"]
    Group.objects.get(name="Urbanisme").layers_grants.all().delete()
    assert client.get(_ITEMS, headers={"if-none-match": etag}).status_code == 404


def test_basic_wins_over_the_session(world: World) -> None:
    client = signed_in(by_basic=False)
    assert client.get(_ITEMS, headers={"authorization": basic(PLANNER.name, "faux")}).status_code == 401


def test_basic_leaves_no_session_behind(world: World) -> None:
    client = signed_in(by_basic=True)
    status(client)
    assert "sessionid" not in client.cookies


def sign_in(username: str, password: str) -> Answer:
    client = Client(headers={"host": "localhost"})
    return read(client.post(SIGN_IN, {"username": username, "password": password}))


def test_the_administration_signs_in_by_the_same_page(world: World) -> None:
    answer = get("/administration/", by_basic=False)
    assert (
        answer.status,
        "connexion" in answer.headers["Location"] or "login" in answer.headers["Location"],
    ) == (
        302,
        True,
    )


def test_a_wrong_sign_in_does_not_tell_which_part_was_wrong(world: World) -> None:
    PLANNER.account()
    known, unknown = sign_in(PLANNER.name, "faux"), sign_in("personne", "faux")
    errors = [answer.body.split("<main")[1].split("<input")[0] for answer in (known, unknown)]
    assert errors[0] == errors[1]


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"]
)
def test_signing_in_leads_nowhere_else(world: World, target: str) -> None:
    PLANNER.account()
    client = Client(headers={"host": "localhost"})
    answer = client.post(SIGN_IN, {"username": PLANNER.name, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_page_asks_for_its_token_even_with_basic(world: World) -> None:
    """A browser that remembers the pair sends it with the forms of other sites as well."""
    ADMINISTRATOR.account()
    client = Client(
        enforce_csrf_checks=True, headers={"host": "localhost", "authorization": ADMINISTRATOR.basic()}
    )
    assert client.post("/administration/layers/theme/add/", {"title": "Forgé"}).status_code == 403
