"""Small plans of the real models: a plan with one axis and a part of it, and indicators on a trajectory."""

from __future__ import annotations

from collections.abc import Mapping

from plans.models import Axis, Indicator, Measure, Milestone, Plan
from plans.vocabulary import Direction, MilestoneKind

PLAN, INDICATORS, ACTIONS = "climat", "plans-indicateurs", "plans-actions"


def plan_of(code: str = PLAN, **values: object) -> Plan:
    """Return a plan from 2020 to 2030 with the axes ``1`` and ``1.1``, made when there is none yet."""
    rule = {"titre": "Plan d’essai", "debut": 2020, "fin": 2030, **values}
    plan, is_new = Plan.objects.get_or_create(code=code, defaults=rule)
    if is_new:
        first = Axis.objects.create(plan=plan, code="1", titre="Réduire", rang=10)
        Axis.objects.create(plan=plan, code="1.1", titre="Bâtiments", parent=first, rang=11)
    return plan


def indicator_of(
    trajectory: Mapping[int, float],
    measures: Mapping[int, float],
    *,
    code: str = "emissions",
    axis: str = "1.1",
    sens: str = Direction.DOWN,
    plan: Plan | None = None,
    **values: object,
) -> Indicator:
    """Return an indicator: the first year of ``trajectory`` is the reference, the last one the target."""
    plan = plan or plan_of()
    position = Axis.objects.get(plan=plan, code=axis)
    found = Indicator.objects.create(
        code=code, titre=code.capitalize(), plan=plan, position=position, sens=sens, unite="kt", **values
    )
    years = sorted(trajectory)
    kinds = {years[0]: MilestoneKind.REFERENCE, years[-1]: MilestoneKind.FINAL} if years else {}
    Milestone.objects.bulk_create(
        Milestone(
            indicator=found,
            annee=year,
            valeur=trajectory[year],
            nature=kinds.get(year, MilestoneKind.INTERMEDIATE),
        )
        for year in years
    )
    Measure.objects.bulk_create(
        Measure(indicator=found, annee=year, valeur=value) for year, value in measures.items()
    )
    found.refresh_from_db()
    return found
