"""Two sample plans: axes, indicators with their trajectories and measures, actions with their money and comments.

The files are in ``fixtures/plans``. Plans, axes, indicators and targets have the years of the files; measures end with
the year before the first loading, and actions are around its day, so that every state is there whenever it is loaded.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from django.conf import settings

from gisportal.demo.plan_actions import load_actions
from gisportal.demo.rows import save_rows
from gisportal.demo.sources import dice
from gisportal.demo.trajectories import Series, series_of
from layers.models import Commune
from plans.models import Axis, Indicator, Measure, Milestone, Plan
from plans.vocabulary import MilestoneKind

PLANS = ("pcaet", "plpdma")
_TEXTS = (
    "titre",
    "unite",
    "sens",
    "frequence",
    "secteur",
    "polluant",
    "source",
    "perimetre",
    "methode",
    "pilote",
    "commentaire",
)


def load_plans(*, anchor: dt.date) -> None:
    """Write both plans; rows are known by what people know them by: codes and years."""
    actions = _read("actions")
    populations = {commune.code: commune.population or 0 for commune in Commune.objects.order_by("code")}
    for code in PLANS:
        read = _read(code)
        plan = save_rows([Plan(**read["plan"])], keys=("code",))[0]
        axes = _load_axes(plan, read["axes"])
        rolls = dice(f"plan {code}")
        found = series_of(read["indicateurs"], last=anchor.year - 1, rolls=rolls)
        indicators = _load_indicators(plan, axes, found)
        _load_milestones(indicators, found)
        measures = [
            measure
            for series in found
            for measure in _measures(indicators[series.code].pk, series, populations, anchor.year - 1)
        ]
        save_rows(measures, keys=("indicator_id", "annee", "commune_id", "source"))
        load_actions(plan, axes, actions[code], anchor=anchor, rolls=dice(f"actions {code}"))


def _read(name: str) -> dict[str, Any]:
    path = settings.BASE_DIR / "fixtures" / "plans" / f"{name}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _load_axes(plan: Plan, rows: Sequence[Mapping[str, str]]) -> dict[str, Axis]:
    """Write the axes, those of the top first: the others are under them."""
    found: dict[str, Axis] = {}
    for depth in (0, 1):
        level = [
            Axis(plan=plan, parent=found.get(row["code"].rpartition(".")[0]), rang=rank * 10, **row)
            for rank, row in enumerate(rows, 1)
            if row["code"].count(".") == depth
        ]
        found |= {axis.code: axis for axis in save_rows(level, keys=("plan_id", "code"))}
    return found


def _load_indicators(plan: Plan, axes: Mapping[str, Axis], found: Sequence[Series]) -> dict[str, Indicator]:
    """Write the indicators, those that others detail first."""
    saved: dict[str, Indicator] = {}
    for has_parent in (False, True):
        level = [
            _indicator(plan, axes, series) for series in found if bool(series.row.get("parent")) is has_parent
        ]
        saved |= {indicator.code: indicator for indicator in save_rows(level, keys=("code",))}
    return saved


def _indicator(plan: Plan, axes: Mapping[str, Axis], series: Series) -> Indicator:
    row = series.row
    return Indicator(
        code=series.code,
        plan=plan,
        position=axes[row["axe"]],
        parent_id=row.get("parent") or None,
        decimales=series.decimals,
        **{name: row[name] for name in _TEXTS if name in row},
    )


def _load_milestones(indicators: Mapping[str, Indicator], found: Sequence[Series]) -> None:
    save_rows(
        [
            Milestone(
                indicator_id=indicators[series.code].pk,
                annee=year,
                valeur=value,
                nature=_kind(year, series.trajectory),
            )
            for series in found
            for year, value in series.trajectory.items()
        ],
        keys=("indicator_id", "annee"),
    )


def _kind(year: int, trajectory: Mapping[int, float]) -> str:
    ends = {min(trajectory): MilestoneKind.REFERENCE, max(trajectory): MilestoneKind.FINAL}
    return ends.get(year, MilestoneKind.INTERMEDIATE)


def _measures(indicator: int, series: Series, populations: Mapping[str, int], last: int) -> Iterator[Measure]:
    """Yield what was measured of an indicator: its own source, another one, the communes, a year to come."""
    row = series.row
    for year, value in series.measures.items():
        is_provisional = bool(row.get("provisoire")) and year == last
        comment = "Année des confinements." if year in row.get("creux", {}) else ""
        yield Measure(
            indicator_id=indicator,
            annee=year,
            valeur=value,
            provisoire=is_provisional,
            commentaire=comment,
        )
    if other := row.get("autre_source"):
        for year in range(other["debut"], min(other["fin"], last) + 1):
            value = round(series.measures[year] * (1 + other["ecart"] / 100), series.decimals)
            yield Measure(indicator_id=indicator, annee=year, valeur=value, source=other["nom"])
    if "apres" in row:
        yield Measure(
            indicator_id=indicator,
            annee=last + 2,
            valeur=row["apres"],
            provisoire=True,
            commentaire="Valeur prévue : les opérations sont engagées.",
        )
    if count := row.get("communes"):
        yield from _of_communes(indicator, series, populations, sorted(series.measures)[-count:])


def _of_communes(
    indicator: int, series: Series, populations: Mapping[str, int], years: Sequence[int]
) -> Iterator[Measure]:
    """Yield the measures of each commune: shares of the whole, or values whose mean by inhabitant is the whole's."""
    rolls = dice(f"communes {series.code}")
    factors = {code: rolls.uniform(0.78, 1.25) for code in populations}
    weights = {code: populations[code] * factors[code] for code in populations}
    middle = sum(weights.values()) / sum(populations.values())
    is_mean = series.row.get("forme") == "moyenne"
    decimals = series.decimals if is_mean else max(series.decimals, 1)
    for year in years:
        for code in populations:
            part = factors[code] / middle if is_mean else weights[code] / sum(weights.values())
            value = round(series.measures[year] * part * (1 + _drift(rolls)), decimals)
            yield Measure(indicator_id=indicator, annee=year, commune_id=code, valeur=value)


def _drift(rolls: random.Random) -> float:
    return rolls.gauss(0, 0.01)
