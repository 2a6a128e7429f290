"""Guesses wait, owners do not: what too many wrong passwords close, for whom, how long, and what they never close."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.cookies import Morsel

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core import signing
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from gisportal.accounts import lockout
from gisportal.accounts.lockout import CODE, attempt_succeeded, count_attempt, reset_attempts
from gisportal.accounts.lockout import PASSWORD as BY_PASSWORD
from gisportal.accounts.services import LinkPurpose, key_of
from layers.errors import TooManyAttempts
from tests.people import OUTSIDER, PASSWORD, PLANNER
from tests.protocols import ITEMS, Answer, get, read
from tests.tokens import made, pair
from tests.world import PLAYGROUNDS, World

SIGN_IN = "/compte/connexion/"
DEVICE_COOKIE = "device"
_ITEMS = ITEMS.address.format(slug=PLAYGROUNDS)
TOWN_HALL, HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7", "203.0.113.9"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings, world: World) -> Clock:
    """The clock of the attempts, which nobody made yet; a single process counts them."""
    settings.SERVER_PROCESSES = 1
    reset_attempts()
    moved = Clock()
    monkeypatch.setattr(time, "time", moved)
    PLANNER.account()
    OUTSIDER.account()
    return moved


def browser(address: str = TOWN_HALL) -> Client:
    """A browser that nobody signed in with yet."""
    return Client(headers={"host": "localhost"}, REMOTE_ADDR=address)


def submit(client: Client, username: str, password: str, **headers: str) -> Answer:
    return read(client.post(SIGN_IN, {"username": username, "password": password}, headers=headers))


def sign_in(username: str, password: str, *, address: str = TOWN_HALL, **headers: str) -> Answer:
    return submit(browser(address), username, password, **headers)


def ask_api(username: str, password: str, *, address: str = TOWN_HALL, **headers: str) -> Answer:
    client = Client(headers={"host": "localhost"} | headers, REMOTE_ADDR=address)
    return read(client.get(_ITEMS, headers={"authorization": pair(username, password)}))


Door = Callable[..., Answer]
DOORS = pytest.mark.parametrize("door", [sign_in, ask_api], ids=["form", "basic"])


def guess(door: Door, username: str, times: int, *, address: str = TOWN_HALL) -> list[int]:
    """Try as many wrong passwords and return the statuses."""
    return [door(username, f"essai {number}", address=address).status for number in range(times)]


def request_from(address: str) -> HttpRequest:
    return RequestFactory(REMOTE_ADDR=address).post("/")


def guess_from_everywhere(username: str, times: int) -> None:
    """Try wrong passwords, each from another network."""
    for number in range(times):
        request = request_from(f"10.{number // 250}.{number % 250}.1")
        assert authenticate(request, username=username, password=f"essai {number}") is None


@pytest.mark.parametrize(("door", "refusal"), [(sign_in, 200), (ask_api, 401)], ids=["form", "basic"])
def test_too_many_attempts_are_told_to_wait(door: Door, refusal: int) -> None:
    assert guess(door, PLANNER.name, 10) == [*[refusal] * 9, 429]


@DOORS
def test_the_right_password_waits_too(door: Door) -> None:
    guess(door, PLANNER.name, 10)
    answer = door(PLANNER.name, PASSWORD)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "15")


@DOORS
def test_the_wait_doubles_with_each_failure_after_it(clock: Clock, door: Door) -> None:
    guess(door, PLANNER.name, 9)
    told = []
    for number in range(8):
        told.append(int(door(PLANNER.name, f"encore {number}").headers["Retry-After"]))
        clock.now += told[-1]
        door(PLANNER.name, f"une fois {number}")
    assert told == [15, 30, 60, 120, 240, 480, 900, 900]


@DOORS
def test_the_right_password_passes_after_the_wait(clock: Clock, door: Door) -> None:
    guess(door, PLANNER.name, 9)
    clock.now += 15
    assert door(PLANNER.name, PASSWORD).status in {200, 302}


@DOORS
def test_a_success_forgets_the_failures_before_it(door: Door) -> None:
    guess(door, PLANNER.name, 7)
    door(PLANNER.name, PASSWORD)
    assert 429 not in guess(door, PLANNER.name, 8)


def test_attempts_on_one_door_count_on_the_other() -> None:
    guess(ask_api, PLANNER.name, 10)
    assert sign_in(PLANNER.name, PASSWORD).status == 429


@DOORS
def test_a_forged_address_does_not_start_the_count_again(door: Door) -> None:
    headers = [{"x-forwarded-for": f"10.0.0.{number}"} for number in range(12)]
    statuses = [door(PLANNER.name, f"essai {number}", **headers[number]).status for number in range(12)]
    assert statuses[-1] == 429


@DOORS
def test_one_account_locked_leaves_its_neighbours_alone(door: Door) -> None:
    guess(door, PLANNER.name, 20)
    assert door(OUTSIDER.name, PASSWORD).status in {200, 302, 404}


@DOORS
def test_another_address_is_not_locked(door: Door) -> None:
    guess(door, PLANNER.name, 20, address=ELSEWHERE)
    assert door(PLANNER.name, PASSWORD, address=HOME).status in {200, 302}


def test_ipv6_addresses_of_one_network_are_counted_together() -> None:
    statuses = [
        ask_api(PLANNER.name, f"essai {number}", address=f"2001:db8::{number:x}").status
        for number in range(10)
    ]
    assert statuses[-1] == 429


@pytest.fixture
def _few_of_a_network(settings: Settings) -> None:
    """Ten attempts of a network are free, a tenth of what a portal allows."""
    limits = settings.ATTEMPT_LIMITS["password"] | {"network": 10}
    settings.ATTEMPT_LIMITS = settings.ATTEMPT_LIMITS | {"password": limits}


@pytest.mark.usefixtures("_few_of_a_network")
def test_many_names_from_one_network_are_soon_told_to_wait() -> None:
    statuses = [ask_api(f"personne-{number}", "faux").status for number in range(14)]
    assert statuses.count(401) == 11
    assert statuses[-1] == 429


def test_a_password_that_is_not_judged_is_not_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    guess(ask_api, PLANNER.name, 10)
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.authenticate", _never)
    assert ask_api(PLANNER.name, PASSWORD).status == 429


def _never(*_arguments: object, **_named: object) -> None:
    raise AssertionError("hashed")


@pytest.mark.usefixtures("_few_of_a_network")
def test_a_remembered_pair_is_not_hurt_by_the_failures_of_others() -> None:
    ask_api(PLANNER.name, PASSWORD)
    for number in range(14):
        ask_api(f"personne-{number}", "faux")
    guess(ask_api, PLANNER.name, 20)
    assert ask_api(PLANNER.name, PASSWORD).status == 200


@pytest.mark.usefixtures("_few_of_a_network")
def test_a_token_is_not_hurt_by_the_failures_of_others() -> None:
    text = made(PLANNER)
    guess(ask_api, PLANNER.name, 14)
    assert get(_ITEMS, authorization=f"Bearer {text}", REMOTE_ADDR=TOWN_HALL).status == 200


def test_a_wrong_pair_that_a_tool_repeats_is_one_attempt() -> None:
    statuses = {ask_api(PLANNER.name, "faux").status for _time in range(50)}
    assert (statuses, ask_api(PLANNER.name, PASSWORD).status) == ({401}, 200)


def test_a_refused_pair_opens_once_it_is_the_right_one() -> None:
    ask_api(PLANNER.name, "une phrase toute neuve")
    account = PLANNER.account()
    account.set_password("une phrase toute neuve")
    account.save()
    assert ask_api(PLANNER.name, "une phrase toute neuve").status == 200


def test_who_signed_in_from_a_network_is_not_hurt_by_what_strangers_try_elsewhere() -> None:
    ask_api(PLANNER.name, PASSWORD, address=HOME)
    guess_from_everywhere(PLANNER.name, 105)
    assert sign_in(PLANNER.name, PASSWORD, address=HOME).status == 302


def known_device(address: str = TOWN_HALL) -> Client:
    """A browser where the planner signed in, and out."""
    client = browser(address)
    submit(client, PLANNER.name, PASSWORD)
    del client.cookies["sessionid"]
    return client


def test_many_networks_that_try_one_account_are_told_to_wait() -> None:
    guess_from_everywhere(PLANNER.name, 101)
    assert sign_in(PLANNER.name, PASSWORD, address=HOME).status == 429


def test_a_known_device_is_never_shut_out_by_failures_elsewhere() -> None:
    client = known_device()
    guess_from_everywhere(PLANNER.name, 300)
    assert submit(client, PLANNER.name, PASSWORD).status == 302


def test_a_known_device_is_not_shut_out_by_failures_of_its_own_network() -> None:
    client = known_device()
    guess(sign_in, PLANNER.name, 20)
    assert submit(client, PLANNER.name, PASSWORD).status == 302


def test_a_known_device_has_a_count_of_its_own() -> None:
    client = known_device()
    statuses = [submit(client, PLANNER.name, f"essai {number}").status for number in range(10)]
    assert (statuses[-1], sign_in(PLANNER.name, PASSWORD, address=HOME).status) == (429, 302)


def test_a_device_is_known_for_the_accounts_that_signed_in_there_alone() -> None:
    client = known_device()
    guess_from_everywhere(OUTSIDER.name, 101)
    assert submit(client, OUTSIDER.name, PASSWORD).status == 429


def test_a_device_that_colleagues_share_is_known_for_each() -> None:
    client = known_device()
    submit(client, OUTSIDER.name, PASSWORD)
    guess_from_everywhere(PLANNER.name, 105)
    del client.cookies["sessionid"]
    assert submit(client, PLANNER.name, PASSWORD).status == 302


def cookie(client: Client) -> Morsel[str]:
    return client.cookies[DEVICE_COOKIE]


def test_each_sign_in_gives_the_device_another_number() -> None:
    client = known_device()
    first = cookie(client).value
    submit(client, PLANNER.name, PASSWORD)
    assert cookie(client).value != first


def test_the_cookie_of_a_device_is_out_of_reach_of_scripts_and_other_sites(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    morsel = cookie(known_device())
    assert (morsel["httponly"], morsel["samesite"], morsel["secure"]) == (True, "Lax", True)


def test_the_cookie_of_a_device_names_nobody() -> None:
    read_by_anybody = signing.loads(cookie(known_device()).value, salt="gisportal.accounts.devices")
    assert PLANNER.name not in str(read_by_anybody)


def test_a_forged_cookie_is_no_known_device() -> None:
    client = browser(HOME)
    client.cookies[DEVICE_COOKIE] = signing.dumps({"x": ["1", 1]}, salt="another")
    guess_from_everywhere(PLANNER.name, 101)
    assert submit(client, PLANNER.name, PASSWORD).status == 429


def test_an_old_cookie_is_no_known_device(clock: Clock) -> None:
    client = known_device()
    clock.now += lockout.MAX_AGE_SECONDS + 1
    guess_from_everywhere(PLANNER.name, 101)
    assert submit(client, PLANNER.name, PASSWORD).status == 429


def test_who_only_looks_gets_no_cookie() -> None:
    assert DEVICE_COOKIE not in browser().get(SIGN_IN).cookies


def main_of(answer: Answer) -> str:
    return answer.body.split("<main")[1].split("</main>")[0]


def test_who_waits_reads_the_same_of_a_name_that_does_not_exist() -> None:
    told = []
    for name in (PLANNER.name, "personne"):
        guess(sign_in, name, 10)
        told.append(main_of(sign_in(name, "faux")))
        reset_attempts()
    assert told[0] == told[1]


def test_who_waits_reads_it_in_french() -> None:
    guess(sign_in, PLANNER.name, 10)
    assert "réessayez dans 15\u00a0s" in sign_in(PLANNER.name, PASSWORD).body


def test_a_long_wait_is_told_in_minutes(clock: Clock) -> None:
    guess(sign_in, PLANNER.name, 9)
    for number in range(3):
        clock.now += 900
        sign_in(PLANNER.name, f"encore {number}")
    assert "réessayez dans 2\u00a0min" in sign_in(PLANNER.name, PASSWORD).body


def test_a_machine_that_waits_is_told_so_in_its_own_form() -> None:
    guess(ask_api, PLANNER.name, 10)
    assert ask_api(PLANNER.name, PASSWORD).document["title"] == "Trop de tentatives"


def test_each_failure_is_told_to_who_keeps_the_journal() -> None:
    told: list[object] = []
    user_login_failed.connect(
        lambda **named: told.append(named["credentials"]["username"]), weak=False, dispatch_uid="t"
    )
    guess(sign_in, PLANNER.name, 10)
    user_login_failed.disconnect(dispatch_uid="t")
    assert told == [PLANNER.name] * 10


def test_a_command_without_request_is_not_counted() -> None:
    assert [authenticate(username=PLANNER.name, password="faux") for _time in range(12)] == [None] * 12


def test_who_has_the_password_alone_is_a_stranger_to_the_second_factor() -> None:
    attempt_succeeded(request_from(ELSEWHERE), BY_PASSWORD, PLANNER.name)
    for number in range(31):
        count_attempt(request_from(f"10.0.{number}.1"), CODE, PLANNER.name)
    with pytest.raises(TooManyAttempts):
        count_attempt(request_from(ELSEWHERE), CODE, PLANNER.name)


def test_a_known_device_proves_its_second_factor_whatever_strangers_try() -> None:
    known = request_from(TOWN_HALL)
    known.COOKIES[DEVICE_COOKIE] = cookie(known_device()).value
    for number in range(31):
        count_attempt(request_from(f"10.0.{number}.1"), CODE, PLANNER.name)
    count_attempt(known, CODE, PLANNER.name)
    assert "counted_attempts" in known.__dict__


def test_a_mailbox_makes_its_device_known() -> None:
    client = browser(HOME)
    client.get(f"/compte/mot-de-passe/nouveau/{key_of(PLANNER.account(), LinkPurpose.RESET)}/")
    new = "une autre phrase bien longue"
    client.post("/compte/mot-de-passe/nouveau/", {"password1": new, "password2": new})
    guess_from_everywhere(PLANNER.name, 105)
    assert submit(client, PLANNER.name, new).status == 302
