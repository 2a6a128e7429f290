"""What holds of the rule whatever the figures: better is never worse, directions mirror, order does not count."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.jobs import refresh_states
from plans.models import Axis, Indicator, Measure, Milestone
from plans.vocabulary import Direction, MilestoneKind
from tests.plans import indicator_of, plan_of

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
START, END = NOW - 6, NOW + 4
VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
RANKS = ["hors_trajectoire", "en_retard", "en_bonne_voie", "atteint"]
OPPOSITE = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}
FEW = settings(max_examples=20, deadline=None)
_CODES = count()


def states(
    direction: str, measured: list[float], expected: float, target: float, limits: tuple[float, float]
) -> list[str]:
    """Return the state of each measure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT plans_state(%s, m.value, %s, %s, %s, %s) "
            "FROM unnest(%s::float8[]) WITH ORDINALITY AS m(value, place) ORDER BY m.place",
            [direction, expected, target, *limits, measured],
        )
        return [row[0] for row in cursor.fetchall()]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Direction.values),
    st.lists(VALUES, min_size=2, max_size=12),
    VALUES,
    VALUES,
    st.tuples(st.integers(0, 50), st.integers(0, 50)),
)
def test_a_better_measure_never_has_a_worse_state_and_directions_mirror(
    direction: str, measured: list[float], expected: float, target: float, limits: tuple[int, int]
) -> None:
    tolerance, drift = limits[0], sum(limits)
    ordered = sorted(measured, reverse=direction == Direction.DOWN)
    found = states(direction, ordered, expected, target, (tolerance, drift))
    ranks = [RANKS.index(state) for state in found]
    assert ranks == sorted(ranks)
    mirrored = states(
        OPPOSITE[Direction(direction)], [-value for value in ordered], -expected, -target, (tolerance, drift)
    )
    assert mirrored == found


TRAJECTORIES = st.dictionaries(st.integers(START, END), VALUES, min_size=2, max_size=5)
MEASURES = st.dictionaries(st.integers(START, NOW + 2), VALUES, max_size=6)


@FEW
@given(TRAJECTORIES, MEASURES, st.sampled_from(Direction.values), st.randoms(use_true_random=False))
def test_order_of_writes_gaps_and_direction_do_not_count(
    trajectory: dict[int, float], measures: dict[int, float], direction: str, rolls: object
) -> None:
    at_once = indicator_of(trajectory, measures, code=f"i{next(_CODES)}", sens=direction)
    one_by_one = _shuffled(at_once, rolls)
    assert _computed(one_by_one) == pytest.approx(_computed(at_once))
    used = {year: value for year, value in measures.items() if year == at_once.annee_mesure}
    gaps = indicator_of(trajectory, used, code=f"i{next(_CODES)}", sens=direction)
    assert (gaps.etat, gaps.valeur_attendue) == (at_once.etat, at_once.valeur_attendue)
    mirror = indicator_of(
        {year: -value for year, value in trajectory.items()},
        {year: -value for year, value in measures.items()},
        code=f"i{next(_CODES)}",
        sens=OPPOSITE[Direction(direction)],
    )
    assert mirror.etat == at_once.etat
    assert mirror.ecart == (None if at_once.ecart is None else pytest.approx(-at_once.ecart))


def _shuffled(model: Indicator, rolls: object) -> Indicator:
    """Return an indicator with the same rows, written one by one in another order."""
    found = indicator_of({}, {}, code=f"i{next(_CODES)}", sens=model.sens)
    rows: list[Measure | Milestone] = [
        *Measure.objects.filter(indicator=model),
        *Milestone.objects.filter(indicator=model),
    ]
    rolls.shuffle(rows)  # type: ignore[attr-defined]  # hypothesis gives a Random
    for row in rows:
        row.pk, row.indicator, row._state.adding = None, found, True
        row.save()
    found.refresh_from_db()
    return found


def _computed(found: Indicator) -> dict[str, object]:
    names = ("etat", "annee_mesure", "valeur_attendue", "ecart", "ecart_relatif", "projection", "annee_cible")
    return {name: getattr(found, name) for name in names}


@FEW
@given(TRAJECTORIES)
def test_what_is_expected_lies_between_the_points_around(trajectory: dict[int, float]) -> None:
    found = indicator_of(trajectory, {}, code=f"i{next(_CODES)}")
    years = range(START - 1, END + 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(plans_expected(%s, year) ORDER BY year) FROM unnest(%s) AS year",
            [found.pk, [*years]],
        )
        expected = dict(zip(years, cursor.fetchone()[0], strict=True))
    points = sorted(trajectory)
    for year, value in expected.items():
        before = max((each for each in points if each <= year), default=points[0])
        after = min((each for each in points if each >= year), default=points[-1])
        low, high = sorted((trajectory[before], trajectory[after]))
        assert low - 1e-6 <= value <= high + 1e-6


def test_targets_that_stay_zeros_and_lone_points() -> None:
    level = {START: 50.0, END: 50.0}
    kept = [
        indicator_of(level, {NOW - 1: value}, code=f"k{value:.0f}").etat for value in (50.0, 51.0, 54.0, 60.0)
    ]
    nothing = {START: 0.0, END: 0.0}
    zero = [indicator_of(nothing, {NOW - 1: value}, code=f"z{value:.0f}") for value in (0.0, 1.0)]
    lone = indicator_of({}, {NOW - 1: 101.0}, code="seul")
    Milestone.objects.create(indicator=lone, annee=START, valeur=100, nature=MilestoneKind.REFERENCE)
    lone.refresh_from_db()
    assert kept == ["atteint", "en_bonne_voie", "en_retard", "hors_trajectoire"]
    assert [(found.etat, found.ecart_relatif) for found in zero] == [
        ("atteint", None),
        ("hors_trajectoire", None),
    ]
    assert (lone.etat, lone.valeur_attendue, lone.annee_cible, lone.projection) == (
        "en_bonne_voie",
        100.0,
        None,
        None,
    )


def test_the_new_year_makes_measures_old_and_indicators_due() -> None:
    measured = indicator_of({START: 100.0, END: 50.0}, {NOW - 1: 75.0}, code="mesure")
    rare = indicator_of({START: 100.0, END: 50.0}, {NOW - 1: 75.0}, code="rare", frequence="triennale")
    young = indicator_of({NOW - 1: 100.0, END: 50.0}, {}, code="jeune")

    def read() -> list[str]:
        return [Indicator.objects.get(pk=found.pk).etat for found in (measured, rare, young)]

    assert read() == ["en_bonne_voie", "en_bonne_voie", "pas_encore_du"]
    assert refresh_states(year=NOW + 1) == 0
    assert refresh_states(year=NOW + 2) == 2
    assert read() == ["sans_donnee", "en_bonne_voie", "sans_donnee"]
    assert refresh_states() == 2
    assert read() == ["en_bonne_voie", "en_bonne_voie", "pas_encore_du"]


def test_the_database_refuses_a_year_of_a_trajectory_that_is_none() -> None:
    found = indicator_of({}, {})
    for year in (5, 20_230):
        with pytest.raises(IntegrityError), transaction.atomic():
            Milestone.objects.create(indicator=found, annee=year, valeur=1)


def test_the_database_keeps_axes_in_a_tree_of_one_plan() -> None:
    here, other = plan_of(), plan_of("autre")
    first, second = here.axes.order_by("rang")
    for change in ({"parent": second}, {"parent": other.axes.get(code="1")}, {"plan": other}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Axis.objects.filter(pk=first.pk).update(**change)
    found = indicator_of({}, {})
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.filter(pk=found.pk).update(position=other.axes.get(code="1"))
