"""Every row of the list of bounds, exceeded at one of its addresses: refused, in the form of its protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gisportal.bounds.concurrency import CONCURRENCY
from gisportal.bounds.definitions import PRINTS, RequestBounds
from gisportal.bounds.table import BOUNDS, bounds_of, row_named
from tests.http.gisportal.test_headers import PARAMETER, _value
from tests.world import World

NETWORK = "127.0.0.1"
# Addresses of routes that are regular expressions.
_OF_EXPRESSIONS = {
    "explore:export": "/api/explore/v2.1/catalog/datasets/arbres-remarquables/exports/csv",
    "explore:attachment": "/api/v2/catalog/datasets/arbres-remarquables/attachments/notice",
}


def addresses(
    patterns: list[Any], prefix: str = "/", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Return the name of each route and an address that it answers, but for regular expressions."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern) and "(" not in route:
            name = ":".join((*spaces, pattern.name)) if pattern.name else route.removeprefix("/")
            yield name, PARAMETER.sub(_value, route)


@pytest.fixture
def samples(world: World) -> dict[str, tuple[RequestBounds, str]]:
    """A row and an address of it, by the row's name."""
    found: dict[str, tuple[RequestBounds, str]] = {}
    for name, address in [*addresses(get_resolver().url_patterns), *_OF_EXPRESSIONS.items()]:
        row = row_named(name)
        assert row is not None
        found.setdefault(row.name, (row, address))
    return found


def client() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


def statuses(samples: dict[str, tuple[RequestBounds, str]], ask: Any) -> dict[str, int]:
    """Return the answer of each row; a directory without its token is refused before anything of a call is read."""
    return {
        name: ask(row, address).status_code
        for name, (row, address) in samples.items()
        if name != "directories"
    }


def test_every_row_has_an_address_to_try(samples: dict[str, tuple[RequestBounds, str]]) -> None:
    assert set(samples) == {row.name for row in BOUNDS}


def test_address_over_its_bytes_is_refused_at_every_row(
    samples: dict[str, tuple[RequestBounds, str]],
) -> None:
    found = statuses(samples, lambda row, address: client().get(f"{address}?a={'x' * row.query}"))
    assert {name for name, status in found.items() if status != 414} == set()


def test_parameters_over_their_number_are_refused_at_every_row(
    samples: dict[str, tuple[RequestBounds, str]],
) -> None:
    found = statuses(samples, lambda row, address: client().get(f"{address}?{'a&' * (row.parameters + 1)}"))
    assert {name for name, status in found.items() if status != 400} == set()


def test_body_over_its_bytes_is_refused_at_every_row(samples: dict[str, tuple[RequestBounds, str]]) -> None:
    def ask(row: RequestBounds, address: str) -> Any:
        # What the request says is enough: nothing of it is read, but the version of WFS at its beginning.
        body = b"a=1" if row.name != "WFS" else b" " * (row.body + 1)
        return client().post(address, body, content_type="text/plain", CONTENT_LENGTH=str(row.body + 1))

    found = statuses(samples, ask)
    assert {name for name, status in found.items() if status != 413} == set()


def test_fields_over_their_number_are_refused_at_every_row_with_a_form(
    samples: dict[str, tuple[RequestBounds, str]],
) -> None:
    forms = {name: sample for name, sample in samples.items() if sample[0].fields}
    found = statuses(forms, lambda row, address: client().post(address, {"a": ["x"] * (row.fields + 1)}))
    assert {name for name, status in found.items() if status != 400} == set()


def test_files_over_their_number_are_refused(world: World) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(2)]
    answer = client().post("/rasters/nouveau/", {"file": files})
    assert (answer.status_code, "2 fichiers" in answer.content.decode()) == (400, True)


def test_machine_reads_which_bound_it_met(world: World) -> None:
    answer = client().get(f"/api/collections?{'a&' * 2_001}")
    told = json.loads(answer.content)["detail"]
    assert told == "L’adresse compte 2002 paramètres : 2000 au plus."


def test_wfs_says_it_in_a_report(world: World) -> None:
    answer = client().get(f"/wfs?SERVICE=WFS&{'a&' * 2_001}")
    assert b"ExceptionReport" in answer.content


@pytest.fixture
def full() -> Iterator[None]:
    """Every place of the prints is held."""
    client_keys = [f"192.0.2.{number}" for number in range(PRINTS.total)]
    for client_key in client_keys:
        CONCURRENCY.enter(PRINTS, client_key)
    yield
    for client_key in client_keys:
        CONCURRENCY.leave(PRINTS, client_key)


@pytest.mark.usefixtures("full")
def test_request_without_a_place_is_told_to_come_back(world: World) -> None:
    answer = client().get("/carte/imprimer/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


def test_client_with_too_many_requests_under_way_is_refused(world: World) -> None:
    for _ in range(PRINTS.per_client):
        CONCURRENCY.enter(PRINTS, NETWORK)
    answer = client().get("/carte/imprimer/")
    for _ in range(PRINTS.per_client):
        CONCURRENCY.leave(PRINTS, NETWORK)
    assert answer.status_code == 429


def test_place_is_free_once_the_answer_is_there(world: World) -> None:
    for _ in range(PRINTS.total + 1):
        client().get("/carte/imprimer/?couches=rien")
    assert not CONCURRENCY._counts


def test_row_of_a_route_is_looked_for_once(world: World) -> None:
    match = client().get("/carte/").resolver_match
    assert match is not None
    assert bounds_of(match) is bounds_of(match)


def test_long_addresses_are_not_remembered(world: World) -> None:
    for number in range(20):
        urlsplit(f"/carte/?{number}")
    client().get(f"/api/?a={'x' * 9_000}")
    assert urlsplit.cache_info().currsize < 5  # type: ignore[attr-defined]  # its stub hides that it is cached
