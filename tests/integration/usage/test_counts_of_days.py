"""Counts of several processes meet in one row, old days become months, and what nobody opens is told."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db.models import Sum

from gisportal.usage_counters import UseCounter, review, write_uses
from layers.models import Layer
from tests.dashboards import dashboard
from tests.factories import MEUDON
from usage.models import DailyUse, UsedContent
from usage.services import Use, add_uses, sum_up

pytestmark = pytest.mark.django_db
TREES, INTERNAL = "arbres-remarquables", "aires-de-jeux"
TODAY = dt.date(2026, 11, 26)


def _rows() -> set[tuple[Any, ...]]:
    return set(DailyUse.objects.values_list("jour", "nature", "couche", "tableau", "commune_id", "nombre"))


def test_the_counts_of_two_processes_meet_in_one_row(catalogue: Any) -> None:
    first, second = UseCounter(write_uses), UseCounter(write_uses)
    whole, town = Use(TODAY, "consultation", TREES), Use(TODAY, "consultation", TREES, portal=MEUDON)
    for meter, use in ((first, whole), (first, whole), (second, whole), (second, town)):
        meter.add(use)
    first.flush()
    second.flush()
    assert _rows() == {
        (TODAY, "consultation", TREES, "", None, 3),
        (TODAY, "consultation", TREES, "", MEUDON, 1),
    }
    assert set(DailyUse.objects.values_list("portail", "titre")) == {
        ("Tout le territoire", "Arbres remarquables"),
        ("Meudon", "Arbres remarquables"),
    }


def test_a_memory_half_full_is_written_before_its_minute(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.USAGE_WRITE_SECONDS = 3_600
    monkeypatch.setattr("gisportal.usage_counters.MAX_USES", 4)
    is_written = threading.Event()
    meter = UseCounter(lambda counts: is_written.set())
    for name in "abc":
        meter.add(Use(TODAY, "consultation", name))
    is_in_time = is_written.wait(30)
    meter.end()
    assert is_in_time


def test_what_is_not_published_or_not_theirs_is_not_counted(catalogue: Any) -> None:
    Layer.objects.filter(slug=INTERNAL).update(visibility="internal")
    Layer.objects.filter(slug="plui-zones").update(state="draft")
    dashboard("en-ligne")
    dashboard("brouillon", is_published=False)
    uses = [
        Use(TODAY, "consultation", "inconnue"),
        Use(TODAY, "consultation", "plui-zones"),
        Use(TODAY, "consultation", INTERNAL),
        Use(TODAY, "consultation", INTERNAL, origin="connecte"),
        Use(TODAY, "tableau", dashboard="en-ligne"),
        Use(TODAY, "tableau", dashboard="brouillon"),
    ]
    write_uses(dict.fromkeys(uses, 1))
    assert _rows() == {
        (TODAY, "consultation", INTERNAL, "", None, 1),
        (TODAY, "tableau", "", "en-ligne", None, 1),
    }


def test_old_days_become_months_and_no_count_is_lost(catalogue: Any) -> None:
    days = [dt.date(2024, 9, 1), dt.date(2024, 9, 2), dt.date(2024, 9, 30), dt.date(2024, 10, 5)]
    for count, day in enumerate(days, start=1):
        for kind in ("consultation", "appel"):
            add_uses({Use(day, kind, TREES): count}, {})
    sum_up(today=TODAY, months=25)
    sum_up(today=TODAY, months=25)
    result = DailyUse.objects.filter(nature="appel").values_list("jour", "nombre").order_by("jour")
    assert list(result) == [(dt.date(2024, 9, 1), 6), (dt.date(2024, 10, 5), 4)]
    assert DailyUse.objects.aggregate(total=Sum("nombre"))["total"] == 20


def test_the_review_tells_what_nobody_opened(catalogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisportal.usage_counters.timezone.localdate", lambda: TODAY)
    dashboard("vu")
    dashboard("oublie")
    write_uses(
        {
            Use(TODAY - dt.timedelta(days=40), "consultation", TREES): 5,
            Use(TODAY, "consultation", TREES): 2,
            Use(TODAY, "telechargement", TREES, form="csv"): 3,
            Use(dt.date(2026, 1, 10), "consultation", INTERNAL): 9,
            Use(TODAY, "appel", INTERNAL): 4,
            Use(TODAY, "tableau", dashboard="vu"): 1,
        }
    )
    review()
    Layer.objects.filter(slug="plui-zones").update(state="archived")
    review()
    told = {row.identifiant: row for row in UsedContent.objects.all()}
    trees, forgotten = told[TREES], told[INTERNAL]
    assert (trees.ouvertures_30_jours, trees.ouvertures_6_mois, trees.telechargements_6_mois) == (2, 7, 3)
    assert (forgotten.delaisse, forgotten.derniere_ouverture, forgotten.appels_6_mois) == (
        True,
        dt.date(2026, 1, 10),
        4,
    )
    assert (told["vu"].delaisse, told["oublie"].delaisse) == (False, True)
    assert "plui-zones" not in told
