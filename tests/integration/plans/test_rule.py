"""The rule of plans: what is expected, and what a measure says of it, whoever writes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from plans.models import Axis, Measure, Milestone
from plans.vocabulary import Direction, IndicatorState
from tests.plans import indicator_of
from tests.world import World

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
# Falls from 100 to 50 in ten years: 5 a year.
START, END = NOW - 6, NOW + 4
FALL = {START: 100.0, END: 50.0}


@pytest.mark.parametrize(
    ("measured", "state"),
    [
        (50.0, IndicatorState.REACHED),
        (75.0, IndicatorState.ON_TRACK),
        (76.4, IndicatorState.ON_TRACK),  # 2 % of 75 is 1.5
        (76.6, IndicatorState.BEHIND),
        (82.4, IndicatorState.BEHIND),  # 10 % is 7.5
        (82.6, IndicatorState.OFF_COURSE),
    ],
)
def test_a_measure_is_judged_by_its_gap_to_the_trajectory(measured: float, state: str) -> None:
    found = indicator_of(FALL, {NOW - 1: measured})
    assert (found.annee_mesure, found.valeur_attendue) == (NOW - 1, 75.0)
    assert found.ecart == pytest.approx(measured - 75)
    assert found.etat == state


def test_a_rise_is_judged_the_other_way() -> None:
    rise = {START: 0.0, END: 100.0}
    states = [
        indicator_of(rise, {NOW - 1: value}, code=f"i{value:.0f}", sens=Direction.UP).etat
        for value in (100.0, 49.5, 46.0, 30.0)
    ]
    assert states == ["atteint", "en_bonne_voie", "en_retard", "hors_trajectoire"]


def test_expected_values_follow_the_steps_of_the_trajectory() -> None:
    found = indicator_of({START: 100.0, START + 4: 60.0, END: 50.0}, {START + 1: 90.0})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(plans_expected(%s, year) ORDER BY year) FROM generate_series(%s, %s) AS year",
            [found.pk, START - 1, END + 1],
        )
        expected = cursor.fetchone()[0]
    assert expected == pytest.approx(
        [100, 100, 90, 80, 70, 60, 60 - 5 / 3, 60 - 10 / 3, 55, 60 - 20 / 3, 60 - 25 / 3, 50, 50]
    )


def test_what_was_not_measured_is_not_due_at_first_then_without_data() -> None:
    young = indicator_of({NOW - 2: 100.0, END: 50.0}, {}, code="jeune")
    old = indicator_of(FALL, {START: 100.0}, code="ancien")
    stale = indicator_of(FALL, {NOW - 3: 80.0}, code="perime")
    bare = indicator_of({}, {NOW - 1: 3.0}, code="nu")
    states = [young.etat, old.etat, stale.etat, bare.etat]
    assert states == ["pas_encore_du", "sans_donnee", "sans_donnee", "sans_donnee"]


def test_measures_to_come_of_other_sources_or_of_one_town_never_count(world: World) -> None:
    found = indicator_of(FALL, {NOW - 2: 80.0})
    Measure.objects.create(indicator=found, annee=NOW + 1, valeur=10)
    Measure.objects.create(indicator=found, annee=NOW - 1, valeur=10, source="Autre")
    Measure.objects.create(indicator=found, annee=NOW - 1, valeur=10, commune_id="92048")
    found.refresh_from_db()
    assert (found.annee_mesure, found.valeur_mesure) == (NOW - 2, 80.0)


def test_the_present_pace_is_carried_to_the_last_year() -> None:
    found = indicator_of(FALL, {NOW - 3: 88.0, NOW - 2: 85.0, NOW - 1: 82.0})
    assert found.projection == pytest.approx(82 - 3 * 5)
    assert found.ecart_projete == pytest.approx(17)


def test_plain_sql_and_every_change_of_what_is_read_apply_the_rule_again() -> None:
    found = indicator_of(FALL, {NOW - 1: 76.4})
    read = []

    def say() -> None:
        found.refresh_from_db()
        read.append(found.etat)

    plan = found.plan
    plan.tolerance = 1
    plan.save()
    say()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE plans_measure SET valeur = 90 WHERE indicator_id = %s", [found.pk])
        say()
        cursor.execute("UPDATE plans_indicator SET sens = 'hausse' WHERE id = %s", [found.pk])
        say()
        cursor.execute("DELETE FROM plans_measure WHERE indicator_id = %s", [found.pk])
    say()
    Milestone.objects.filter(indicator=found).delete()
    say()
    assert read == ["en_retard", "hors_trajectoire", "atteint", "sans_donnee", "sans_donnee"]


def test_places_in_the_plan_are_written_and_follow_its_titles() -> None:
    found = indicator_of(FALL, {})
    assert (found.axe, found.sous_axe) == ("1. Réduire", "1.1 Bâtiments")
    Axis.objects.filter(code="1").update(titre="Baisser")
    found.refresh_from_db()
    assert (found.axe, found.sous_axe) == ("1. Baisser", "1.1 Bâtiments")
