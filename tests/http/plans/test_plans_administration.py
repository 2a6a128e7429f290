"""The administration of plans: what is entered, who may, what is refused in words, and who entered what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from layers.models import Layer
from plans.models import Action, Axis, Indicator, Measure, Plan
from tests.people import ADMINISTRATOR, GARDENER
from tests.plans import ACTIONS, INDICATORS, indicator_of, plan_of
from tests.staff import SITE, blank, results, signed_in, staff, text, told
from tests.world import grant

pytestmark = pytest.mark.django_db
NOW = timezone.localdate().year
TABLES = ("milestones", "measures", "measures-2")


@pytest.fixture
def indicator(catalogue: Any) -> Indicator:
    Layer.objects.filter(slug__in=[INDICATORS, ACTIONS]).update(visibility="open")
    return indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 2: 81.0})


@pytest.fixture
def administrator(indicator: Indicator) -> Client:
    return signed_in(ADMINISTRATOR)


def form(indicator: Indicator, **values: Any) -> dict[str, Any]:
    kept = {
        name: getattr(indicator, name)
        for name in ("titre", "code", "unite", "decimales", "sens", "frequence")
    }
    return {
        **kept,
        "plan": indicator.plan_id,
        "position": indicator.position_id,
        **blank(*TABLES),
        **values,
    }


def lines(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    found = {
        f"{prefix}-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()
    }
    return {**found, f"{prefix}-TOTAL_FORMS": str(len(rows))}


def page_of(indicator: Indicator) -> str:
    return f"{SITE}plans/indicator/{indicator.pk}/change/"


def test_a_measure_is_entered_judged_and_told_with_its_author(
    administrator: Client, indicator: Indicator
) -> None:
    entered = lines("measures", {"annee": NOW - 1, "valeur": "90.5", "indicator": indicator.pk})
    answer = administrator.post(page_of(indicator), form(indicator, **entered))
    assert answer.status_code == 302, told(answer)
    indicator.refresh_from_db()
    assert (indicator.valeur_mesure, indicator.etat) == (90.5, "hors_trajectoire")
    shown = text(administrator.get(page_of(indicator)))
    assert "Hors trajectoire" in shown
    assert f'<div class="readonly">{NOW - 1}</div>' in shown
    assert '<div class="readonly">16\u00a0kt</div>' in shown  # a gap of 15.5, rounded as the indicator is
    history = text(administrator.get(f"{SITE}plans/indicator/{indicator.pk}/history/"))
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", history))
    assert re.search(rf"{ADMINISTRATOR.name} Créé Mesure .*Valeur — 90,5", plain, re.IGNORECASE)


def test_a_line_that_is_twice_and_an_axis_of_another_plan_are_refused_in_words(
    administrator: Client, indicator: Indicator
) -> None:
    other = Axis.objects.get(plan=plan_of("autre"), code="1")
    row = {"annee": NOW - 1, "valeur": "90", "indicator": indicator.pk}
    final = {"annee": NOW, "valeur": "1", "nature": "finale", "indicator": indicator.pk}
    twice = administrator.post(page_of(indicator), form(indicator, **lines("measures", row, row)))
    targets = lines("milestones", final, {**final, "annee": NOW + 1})
    two_targets = administrator.post(page_of(indicator), form(indicator, **targets))
    astray = administrator.post(page_of(indicator), form(indicator, position=other.pk))
    assert f"L’année {NOW - 1} a déjà une mesure." in text(twice)
    assert "Un indicateur a une référence et un objectif final." in text(two_targets)
    assert told(astray)["__all__"] == ["L’axe « 1 Réduire » n’est pas du plan « climat »."]
    assert list(Measure.objects.values_list("annee", flat=True)) == [NOW - 2]


def test_axes_that_would_be_under_themselves_are_refused_in_words(administrator: Client) -> None:
    plan = Plan.objects.get()
    plan.axes.update(parent=None)
    first, second = plan.axes.order_by("rang")
    rows = [
        {
            "id": axis.pk,
            "plan": plan.pk,
            "code": axis.code,
            "titre": axis.titre,
            "rang": axis.rang,
            "parent": up.pk,
        }
        for axis, up in ((first, second), (second, first))
    ]
    values = {"titre": "Plan", "nature": "autre", "debut": 2020, "fin": 2030, "tolerance": 2, "derive": 10}
    sent = {**values, "anciennete": 2, **lines("axes", *rows), "axes-INITIAL_FORMS": "2"}
    answer = administrator.post(f"{SITE}plans/plan/{plan.pk}/change/", sent)
    assert answer.status_code == 200
    assert "Cet axe serait au-dessous de lui-même." in text(answer)
    first.refresh_from_db()
    assert first.parent_id is None


def test_who_enters_one_plan_changes_its_rule_and_no_other(indicator: Indicator) -> None:
    other = plan_of("dechets", titre="Plan des déchets")
    indicator_of({NOW - 6: 9.0, NOW + 4: 5.0}, {}, code="tonnes", plan=other)
    axis = Axis.objects.get(plan=other, code="1")
    for plan in (indicator.plan, other):
        Action.objects.create(
            code="1.1",
            titre=f"Agir {plan.pk}",
            plan=plan,
            position=axis if plan == other else indicator.position,
            pilote="X",
        )
    for slug in (INDICATORS, ACTIONS):
        grant(GARDENER, slug, rows="plan = 'climat'", can_add=True, can_change=True, can_delete=True)
    browser = staff(GARDENER, "plans.*")
    assert len(results(browser.get(f"{SITE}plans/plan/"))) == 2
    assert 'name="tolerance"' in text(browser.get(f"{SITE}plans/plan/climat/change/"))
    assert 'name="tolerance"' not in text(browser.get(f"{SITE}plans/plan/dechets/change/"))
    grant(
        GARDENER,
        INDICATORS,
        rows="axe = '1. Réduire' AND plan = 'dechets'",
        can_add=True,
        can_change=True,
        can_delete=True,
    )
    assert 'name="tolerance"' not in text(browser.get(f"{SITE}plans/plan/dechets/change/"))
    assert browser.get(f"{SITE}plans/action/?plan__exact=climat").status_code == 200
    assert browser.get(f"{SITE}plans/plan/add/").status_code == 403
