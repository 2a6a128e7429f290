"""The list of bounds: every route of the site has a row, every row has a route, and the documentation says the same."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve

from gisportal.bounds.concurrency import ConcurrencyCounter
from gisportal.bounds.definitions import UNREAD_BODY, ConcurrencyLimit, RequestBounds
from gisportal.bounds.table import BOUNDS, body_bound, bounds_of, row_named
from gisportal.query_limits import _OpenRequest
from gisportal.server.protocol import ADDRESS_MAX_BYTES
from layers.errors import Busy, TooManyRequests
from layers.sql.query_limiter import limit_reads, query_budget
from tests.request_clock import still_clock

DOCUMENT = Path(__file__).parents[3] / "docs" / "operations.md"
HEADING = "| addresses | body | address | parameters | form | statements | at once |"
TWO, THREE = ConcurrencyLimit("essais", per_client=2, total=3), 3


def names(patterns: list[Any], prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Return the name of each route as a row writes it."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from names(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name)) if pattern.name else route


def test_bodies_that_are_read_whole_fit_what_django_reads() -> None:
    row = row_named("wfs:service")
    assert row is not None and row.body == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.fixture(scope="module")
def every_route() -> set[str]:
    """The routes of the site."""
    return set(names(get_resolver().url_patterns))


def test_every_route_of_the_site_has_a_row(every_route: set[str]) -> None:
    assert {name for name in every_route if row_named(name) is None} == set()


def test_every_name_of_a_row_is_that_of_a_route(every_route: set[str]) -> None:
    named = {each for row in BOUNDS for each in row.routes}
    assert {
        each for each in named if not any(fnmatchcase(name, each) or name == each for name in every_route)
    } == set()


def test_route_that_no_row_names_may_do_the_least() -> None:
    stray = path("nouvelle/page/", lambda _request: HttpResponse(), name="nouvelle").resolve("nouvelle/page/")
    assert stray is not None
    assert bounds_of(stray).query == 1_024


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/wfs", "WFS"),
        ("/wfs/", "WFS"),
        ("/api/collections/arbres/styles/a/sprite@2x.png", "description of the API"),
        ("/administration/layers/layer/1/change/", "forms of the administration"),
        ("/administration/layers/layer/", "lists of the administration"),
        ("/administration/rien/", "lists of the administration"),
        ("/compte/connexion/", "sign-in and accounts"),
        ("/healthz", "probes"),
    ],
)
def test_an_address_has_the_row_of_its_route(address: str, name: str) -> None:
    assert bounds_of(resolve(address)).name == name


@pytest.mark.parametrize("row", BOUNDS, ids=lambda row: row.name)
def test_no_row_is_wider_than_what_the_server_reads(row: RequestBounds) -> None:
    assert row.query <= ADDRESS_MAX_BYTES
    assert row.body <= settings.LARGEST_BODY_BYTES
    assert row.fields <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    assert row.files <= settings.DATA_UPLOAD_MAX_NUMBER_FILES


@pytest.mark.parametrize(
    ("address", "method", "most"),
    [
        ("/jeux/nouveau/", "POST", settings.UPLOAD_BODY_MAX_BYTES),
        ("/jeux/nouveau/", "GET", UNREAD_BODY),
        ("/signalements/1/", "POST", UNREAD_BODY),
        ("/rien/de/tel", "POST", UNREAD_BODY),
    ],
)
def test_body_is_bounded_before_there_is_a_request(address: str, method: str, most: int) -> None:
    assert body_bound(address, method).largest == most


def test_client_holds_no_more_slots_than_one_may() -> None:
    counter = ConcurrencyCounter()
    for _ in range(TWO.per_client):
        counter.enter(TWO, "192.0.2.1")
    with pytest.raises(TooManyRequests):
        counter.enter(TWO, "192.0.2.1")


def test_no_more_slots_are_held_than_there_are() -> None:
    counter = ConcurrencyCounter()
    for number in range(TWO.total):
        counter.enter(TWO, f"192.0.2.{number}")
    with pytest.raises(Busy):
        counter.enter(TWO, "192.0.2.200")


def test_released_slot_is_free() -> None:
    counter = ConcurrencyCounter()
    for _ in range(TWO.total + 1):
        counter.enter(TWO, "192.0.2.1")
        counter.leave(TWO, "192.0.2.1")
    assert not counter._counts


def test_request_is_stopped_after_the_seconds_of_its_row() -> None:
    with still_clock() as clock, query_budget(lambda: "", is_reading=True) as work:
        limit_reads(5)
        watched = _OpenRequest(database=None, is_gone=None, work=work)
        clock.seconds = 4.9
        is_stopped_before = watched.should_stop()
        clock.seconds = 5.1
        assert [is_stopped_before, watched.should_stop()] == [False, True]


def kibibytes(count: int) -> str:
    return f"{count // 1_048_576} MiB" if count >= 1_048_576 else f"{count // 1_024} KiB"


def line(row: RequestBounds) -> str:
    """Return the line of a row in the documentation."""
    parts = [f"{row.fields:,} fields"] if row.fields else []
    parts += [f"{row.files} file{'s' if row.files > 1 else ''}"] if row.files else []
    form = ", ".join(parts) or "–"
    seconds = f"{row.seconds} s" if row.seconds is not None else "`PORTAL_REQUEST_S`"
    whole = ", or a whole layer" if row.reads_full_layer else ""
    concurrency = row.concurrency
    at_once = (
        f"{concurrency.name}: {concurrency.per_client} of a client, {concurrency.total}"
        if concurrency
        else "–"
    )
    cells = (
        row.name,
        kibibytes(row.body),
        kibibytes(row.query),
        f"{row.parameters:,}",
        form,
        seconds + whole,
        at_once,
    )
    return f"| {' | '.join(cells)} |"


def test_documentation_has_every_row_of_the_list() -> None:
    written = DOCUMENT.read_text("utf-8").split(HEADING)[1].split("\n\n")[0].splitlines()[2:]
    assert written == [line(row) for row in BOUNDS]
