"""Visits of harvesters are counted by day, whatever the answer, and forgotten after a year."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpRequest

from harvesting.models import HarvestVisit
from harvesting.visits import Visit, add_visits, forget_visits, harvested, note, visit_of
from harvesting.vocabulary import HarvestProtocol
from layers.visitor import Visitor

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)
AT = dt.datetime(2026, 12, 1, 3, 12, tzinfo=dt.UTC)


def visit(datasets: int, at: dt.datetime = AT, status: int = 200) -> Visit:
    return Visit(DAY, "udata", "dcat", "rdf", "", status, datasets, at)


def test_visits_of_two_processes_meet_in_one_row() -> None:
    add_visits({visit(25): 1, visit(1, AT + dt.timedelta(minutes=1)): 1})
    add_visits({visit(25): 2, visit(0, status=500): 1})
    rows = HarvestVisit.objects.order_by("status").values_list("status", "requests", "datasets", "last_at")
    assert list(rows) == [(200, 4, 76, AT + dt.timedelta(minutes=1)), (500, 1, 0, AT)]


def test_a_visit_of_more_than_a_year_is_forgotten() -> None:
    add_visits({visit(1): 1})
    assert forget_visits(today=DAY + dt.timedelta(days=365)) == 0
    assert forget_visits(today=DAY + dt.timedelta(days=366)) == 1


def test_a_failure_counts_no_dataset() -> None:
    request = HttpRequest()
    request.visitor = Visitor(instant=AT)  # type: ignore[attr-defined]  # no typed place in Django
    request.META["HTTP_USER_AGENT"] = "uData/0.1 dcat"
    note(request, HarvestProtocol.DCAT, "rdf", 25)
    answered = [visit_of(request, status, day=DAY) for status in (200, 503)]
    assert [each.datasets for each in answered if each] == [25, 0]
    assert harvested(request, 503) == ("", ())
