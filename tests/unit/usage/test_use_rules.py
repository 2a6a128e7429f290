"""What is a use and what is not, what the counters hold, and how much memory they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from gisportal.usage_counters import COUNTED_VIEWS, UseCounter, is_robot
from usage.models import DailyUse
from usage.services import Use, months_before

DAY = dt.date(2026, 3, 31)
KNOWN = {"day", "kind", "layer", "dashboard", "form", "origin", "portal"}
COLUMNS = {
    "id", "created_at", "updated_at", "jour", "nature", "couche", "tableau", "titre", "format", "origine", "commune",
    "portail", "nombre",
}  # fmt: skip
ROBOTS = {
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": True,
    "Mozilla/5.0 (compatible; bingbot/2.0)": True,
    "Some-Crawler/1.0": True,
    "archiver (+https://example.org/about)": True,
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": False,
    "python-requests/2.32": False,
    "QGIS/34000": False,
    "Mozilla/5.0 Cubot X30": True,  # a telephone of that name is taken for one: the rule is short
    "": False,
}


def test_a_counter_holds_nothing_of_anybody() -> None:
    assert {field.name for field in fields(Use)} == KNOWN
    assert {field.name for field in DailyUse._meta.get_fields()} == COLUMNS
    assert DailyUse._meta.get_field("jour").get_internal_type() == "DateField"


@pytest.mark.parametrize(("agent", "declared"), ROBOTS.items())
def test_a_robot_is_who_says_so(agent: str, declared: bool) -> None:
    assert is_robot(RequestFactory().get("/", headers={"user-agent": agent})) is declared


def test_a_page_read_in_advance_is_asked_by_nobody() -> None:
    assert is_robot(RequestFactory().get("/", headers={"sec-purpose": "prefetch;prerender"}))
    assert is_robot(RequestFactory().get("/", headers={"from": "robot@example.org"}))


@pytest.mark.parametrize(
    ("view", "status", "headers", "content_range", "is_counted"),
    [
        ("explorer:layer", 200, {}, "", True),
        ("explorer:layer", 304, {}, "", True),
        ("explorer:layer", 404, {}, "", False),
        ("explorer:map", 200, {"hx-request": "true"}, "", False),
        ("exports:file", 200, {}, "", True),
        ("exports:file", 206, {}, "bytes 0-99/500", True),
        ("exports:file", 206, {}, "bytes 100-199/500", False),
        ("exports:file", 304, {}, "", False),
        ("exports:file", 302, {}, "", False),
        ("ogc:items", 200, {}, "", True),
        ("ogc:items", 200, {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, "", False),
        ("ogc:items", 200, {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}, "", True),
        ("ogc:items", 200, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, "", True),
    ],
)
def test_an_answer_is_a_use_by_its_view_and_status(
    view: str, status: int, headers: dict[str, str], content_range: str, is_counted: bool
) -> None:
    response = HttpResponse(status=status)
    if content_range:
        response["Content-Range"] = content_range
    assert COUNTED_VIEWS[view].is_use(RequestFactory().get("/", headers=headers), response) is is_counted


def test_tiles_are_not_counted() -> None:
    assert not [view for view in COUNTED_VIEWS if view.startswith("tiles:")]


def test_what_cannot_be_written_waits_and_is_written_once() -> None:
    written: list[dict[Use, int]] = []
    faults = [OperationalError("away")]

    def write(counts: Mapping[Use, int]) -> None:
        if faults:
            raise faults.pop()
        written.append(dict(counts))

    meter, use = UseCounter(write), Use(DAY, "consultation", "arbres")
    meter.add(use)
    meter.flush()
    meter.add(use)
    meter.flush()
    meter.flush()
    assert written == [{use: 2}]


def test_memory_is_bounded_whatever_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisportal.usage_counters.MAX_USES", 3)
    written: list[dict[Use, int]] = []
    meter = UseCounter(lambda counts: written.append(dict(counts)))
    for name in ("a", "b", "c", "d", "a"):
        meter.add(Use(DAY, "consultation", name))
    meter.flush()
    assert {use.layer: count for use, count in written[0].items()} == {"a": 2, "b": 1, "c": 1}


@pytest.mark.parametrize(
    ("months", "day"),
    [(1, dt.date(2026, 2, 28)), (3, dt.date(2025, 12, 31)), (25, dt.date(2024, 2, 29)), (0, DAY)],
)
def test_months_are_counted_back_to_the_same_day_or_the_last_of_the_month(months: int, day: dt.date) -> None:
    assert months_before(DAY, months) == day
