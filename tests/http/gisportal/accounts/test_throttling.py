"""How often machine protocols may be asked, and what is said to who asks too often."""

from __future__ import annotations

import socket

import pytest
from django.test import Client
from fakeredis import FakeRedisConnection, FakeServer
from pytest_django import Settings
from redis import ConnectionPool

from gisportal.accounts import rate_limits
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from layers.models import Commune
from tests.people import OUTSIDER, PLANNER, Person
from tests.protocols import Answer, get
from tests.tokens import pair

ITEMS = "/api/collections/arbres-remarquables/items"
TILE = "/tiles/arbres-remarquables/9/259/176.mvt"


@pytest.fixture(autouse=True)
def _limits(settings: Settings, catalogue: dict[str, Commune]) -> None:
    """A few requests a minute, no limit on other work; nobody counted before, by a single process."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {
        "anonymous": 3, "signed-in": 4, "tiles": 5, "pages": 6, "prints": 1, "searches": 2, "wrong-credentials": 3
    }  # fmt: skip
    settings.SERVER_PROCESSES = 1
    another_process()


def another_process() -> None:
    """Count what follows as another server process would: with nothing of its own counted yet."""
    rate_limits.request_counter.cache_clear()


@pytest.fixture
def redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    """A Redis server that the processes share."""
    server = FakeServer()
    pool = ConnectionPool(connection_class=FakeRedisConnection, server=server)
    monkeypatch.setattr(rate_limits, "connection_pool", lambda _url: pool)
    settings.REDIS_URL = "redis://redis.example/"
    return server


def statuses(path: str, times: int, person: Person | None = None, **headers: str) -> list[int]:
    return [get(path, person, by_basic=True, **headers).status for _time in range(times)]


def last(path: str, times: int) -> Answer:
    return [get(path) for _time in range(times)][-1]


def token(person: Person, name: str) -> str:
    scope = TokenScope.READ
    return "Bearer " + create_token(user=person.account(), name=name, scope=scope, days=30)[1]


def test_the_request_after_the_last_is_refused() -> None:
    assert statuses(ITEMS, 4) == [200, 200, 200, 429]


def test_an_account_has_its_own_quota() -> None:
    assert statuses(ITEMS, 5, PLANNER) == [200, 200, 200, 200, 429]


def test_a_quota_is_shared_by_the_protocols() -> None:
    statuses("/api/", 3)
    assert get(ITEMS).status == 429


def test_tiles_have_a_quota_of_their_own() -> None:
    assert (statuses(TILE, 6)[-2:], get(ITEMS).status) == ([204, 429], 200)


def test_tokens_are_counted_apart() -> None:
    first, second = token(PLANNER, "un"), token(PLANNER, "deux")
    statuses(ITEMS, 5, authorization=first)
    assert get(ITEMS, authorization=second).status == 200


def test_accounts_are_counted_apart() -> None:
    statuses(ITEMS, 5, PLANNER)
    assert get(ITEMS, OUTSIDER).status == 200


def test_somebody_signed_in_is_not_counted_with_the_address() -> None:
    statuses(ITEMS, 4)
    assert get(ITEMS, PLANNER).status == 200


def test_a_forged_address_does_not_start_the_count_again() -> None:
    forged = [{"x-forwarded-for": f"10.0.0.{number}"} for number in range(4)]
    assert [get(ITEMS, None, host="localhost", by_basic=True, **forged[n]).status for n in range(4)][
        -1
    ] == 429


def test_everybody_is_told_where_they_stand() -> None:
    headers = get(ITEMS).headers
    assert (headers["RateLimit-Policy"], headers["RateLimit"]) == (
        '"anonymous";q=3;w=60',
        '"anonymous";r=2;t=60',
    )


def test_a_refusal_is_a_problem_that_says_when_to_come_back() -> None:
    answer = last(ITEMS, 4)
    assert (answer.headers["Content-Type"], answer.document["status"]) == ("application/problem+json", 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_refusal_is_read_by_scripts_of_other_sites() -> None:
    assert last(ITEMS, 4).headers["Access-Control-Allow-Origin"] == "*"


def test_a_refusal_is_not_kept_by_a_cache() -> None:
    assert last(ITEMS, 4).headers["Cache-Control"] == "no-store"


def test_an_unchanged_answer_counts_too() -> None:
    etag = get(ITEMS).headers["ETag"]
    assert statuses(ITEMS, 3, None, **{"if-none-match": etag}) == [304, 304, 429]


def test_pages_have_a_limit_of_their_own() -> None:
    assert (statuses("/catalogue/", 7)[-2:], get(ITEMS).status) == ([200, 429], 200)


def test_a_refused_page_is_a_page_that_says_when_to_come_back() -> None:
    answer = last("/catalogue/", 7)
    assert (answer.headers["Content-Type"], "Plus de 6 demandes en une minute" in answer.body) == (
        "text/html; charset=utf-8",
        True,
    )
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_page_tells_no_standing() -> None:
    assert "RateLimit" not in get("/catalogue/").headers


def test_costly_pages_are_few_and_leave_the_others() -> None:
    assert (statuses("/recherche/?q=a", 3), get("/catalogue/").status) == ([200, 200, 429], 200)


def test_imports_are_few_and_leave_the_others(settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"imports": 3}
    client = Client(headers={"host": "localhost"})
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    sent = [client.post("/jeux/nouveau/").status_code == 429 for _time in range(4)]
    assert (sent, client.get("/catalogue/").status_code) == ([False, False, False, True], 200)


def test_pictures_of_panels_are_few_and_leave_their_tables(settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"exports": 2}
    pictures = statuses("/tableaux-de-bord/arbres/genres.png", 3)
    assert (pictures[-1], pictures.count(429)) == (429, 1)
    assert 429 not in statuses("/tableaux-de-bord/arbres/genres.csv", 3)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/sw.js", "/hors-ligne/", "/robots.txt"])
def test_what_must_always_be_answered_is_not_counted(path: str) -> None:
    assert set(statuses(path, 8)) == {200}


def test_colleagues_of_one_network_have_a_quota_each() -> None:
    first = [get("/catalogue/", PLANNER, by_basic=False).status for _time in range(7)]
    assert (first[-1], get("/catalogue/", OUTSIDER, by_basic=False).status) == (429, 200)


def wrong(number: int) -> dict[str, str]:
    return {"authorization": pair(f"personne-{number}", "faux")}


WRONG = {
    "basic": wrong(1)["authorization"],
    "bearer": "Bearer geo_faux",
    "malformed": "Basic ###",
    "unknown-scheme": "Digest username=a",
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG)
def test_wrong_credentials_are_counted_before_they_are_refused(header: str) -> None:
    assert statuses(ITEMS, 4, authorization=header) == [401, 401, 401, 429]


def test_wrong_tokens_of_addresses_are_counted_too() -> None:
    assert statuses(f"{ITEMS}?token=geo_faux", 4) == [401, 401, 401, 429]


def test_wrong_pairs_of_many_names_are_counted_together() -> None:
    assert [get(ITEMS, **wrong(number)).status for number in range(4)] == [401, 401, 401, 429]


def test_wrong_credentials_on_pages_are_counted_too() -> None:
    assert statuses("/catalogue/", 4, authorization=WRONG["basic"]) == [401, 401, 401, 429]


def test_wrong_credentials_take_nothing_from_those_who_send_none() -> None:
    statuses(ITEMS, 4, authorization=WRONG["basic"])
    assert get(ITEMS).status == 200


def test_a_refusal_of_credentials_says_when_to_come_back() -> None:
    refused = [get(ITEMS, authorization=WRONG["bearer"]) for _time in range(4)][-1]
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Policy"] == '"wrong-credentials";q=3;w=60'


def test_a_limit_of_zero_is_no_limit(settings: Settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"anonymous": 0}
    answer = last(ITEMS, 8)
    assert (answer.status, "RateLimit" in answer.headers) == (200, False)


def test_a_process_allows_its_share_of_the_quota(settings: Settings) -> None:
    settings.SERVER_PROCESSES = 2
    assert statuses(ITEMS, 3) == [200, 200, 429]


def test_the_policy_told_is_the_share_that_is_enforced(settings: Settings) -> None:
    settings.SERVER_PROCESSES = 2
    assert get(ITEMS).headers["RateLimit-Policy"] == '"anonymous";q=2;w=60'


@pytest.mark.usefixtures("redis")
def test_processes_that_share_a_redis_count_together() -> None:
    first = statuses(ITEMS, 2)
    another_process()
    assert [*first, *statuses(ITEMS, 2)] == [200, 200, 200, 429]


@pytest.mark.usefixtures("redis")
def test_the_quota_of_a_redis_is_whole_whatever_the_processes(settings: Settings) -> None:
    settings.SERVER_PROCESSES = 2
    assert get(ITEMS).headers["RateLimit"] == '"anonymous";r=2;t=60'


def test_a_redis_that_fails_refuses_nobody(redis: FakeServer) -> None:
    redis.connected = False
    assert statuses(ITEMS, 5) == [200] * 5


def test_who_is_not_counted_is_told_no_standing(redis: FakeServer) -> None:
    redis.connected = False
    assert "RateLimit" not in get(ITEMS).headers


def test_an_address_where_no_redis_listens_refuses_nobody(settings: Settings) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and never listens: connections are refused
        settings.REDIS_URL = f"redis://127.0.0.1:{bound.getsockname()[1]}/"
        assert statuses(ITEMS, 5) == [200] * 5
