"""Two sample plans: axes, indicators with their trajectories and measures, actions with their money and comments.

The files are in ``fixtures/plans``. Plans, axes, indicators and targets have the years of the files; measures, near
their trajectory or as far from it as the file says, end with the year before the first loading, and actions are around
its day, so that every state is there whenever it is loaded.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.conf import settings

from gisportal.demo.sample_rows import save_rows, seeded_random
from layers.models import Commune
from plans.models import (
    Action,
    ActionNote,
    ActionStep,
    Axis,
    BudgetLine,
    Indicator,
    LinkedIndicator,
    Measure,
    Milestone,
    Plan,
)
from plans.vocabulary import ActionState, BudgetKind, MilestoneKind

PERIODS = {"annuelle": 1, "biennale": 2, "triennale": 3}
# How much a year may differ from the way to the last one, in parts of the expected value.
_WOBBLE = 0.006


@dataclass(slots=True)
class Series:
    """An indicator of the files: its trajectory, and its measures of the whole territory by year."""

    row: Mapping[str, Any]
    trajectory: dict[int, float]
    measures: dict[int, float] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the code of the indicator."""
        return str(self.row["code"])

    @property
    def decimals(self) -> int:
        """Return how many decimals its values have."""
        return int(self.row.get("decimales", 0))


def series_of(rows: Sequence[Mapping[str, Any]], *, last: int, rng: random.Random) -> list[Series]:
    """Return the indicators with their measures; ``last`` is the last year measured. A sum follows its parts."""
    all_series = [Series(row, _trajectory(row, last)) for row in rows]
    for series in all_series:
        if not series.row.get("somme") and series.row.get("mesures", True):
            series.measures = _trajectory_measures(series, last, rng)
    for series in all_series:
        if series.row.get("somme"):
            parts = [part for part in all_series if part.row.get("parent") == series.code]
            series.measures = _sum(series, parts, last)
    return all_series


def expected(trajectory: Mapping[int, float], year: int) -> float:
    """Return the value that a trajectory expects in a year; level before its first point and after its last."""
    years = sorted(trajectory)
    before = max((each for each in years if each <= year), default=years[0])
    after = min((each for each in years if each >= year), default=years[-1])
    if before == after:
        return trajectory[before]
    share = (year - before) / (after - before)
    return trajectory[before] + share * (trajectory[after] - trajectory[before])


def _trajectory(row: Mapping[str, Any], last: int) -> dict[int, float]:
    # The year 0 of the files is the last one measured: an indicator that has only begun.
    return {year or last: float(value) for year, value in row["trajectoire"].items()}


def _years(series: Series, last: int) -> list[int]:
    end = min(last, series.row.get("derniere", last))
    period = PERIODS[series.row.get("frequence", "annuelle")]
    return sorted(range(end, min(series.trajectory), -period))


def _trajectory_measures(series: Series, last: int, rng: random.Random) -> dict[int, float]:
    years, start = _years(series, last), min(series.trajectory)
    gap, dips = series.row.get("ecart", 0) / 100, series.row.get("creux", {})
    measures = {start: series.trajectory[start]}
    for year in years:
        way = (year - start) / (years[-1] - start)
        wobble = 0.0 if year == years[-1] else rng.gauss(0, _WOBBLE)
        factor = 1 + gap * way + wobble + dips.get(year, 0) / 100
        measures[year] = round(expected(series.trajectory, year) * factor, series.decimals)
    return measures


def _sum(series: Series, parts: Sequence[Series], last: int) -> dict[int, float]:
    """Return the sums of the parts; one that is no longer measured counts as in its last year."""
    return {
        year: round(sum(part.measures[max(y for y in part.measures if y <= year)] for part in parts), 1)
        for year in range(min(series.trajectory), last + 1)
    }


_STEPS = ("Cadrer avec les partenaires", "Lancer les opérations", "Mi-parcours", "Évaluer")
_ELECTED = ("Vice-présidence au climat", "Vice-présidence aux mobilités", "Vice-présidence à l’habitat")
_NOTES: Mapping[str, tuple[str, ...]] = {
    ActionState.TO_DISCUSS: ("À inscrire à l’ordre du jour du prochain comité.",),
    ActionState.PLANNED: ("Le marché est en préparation.", "Les communes ont donné leur liste de sites."),
    ActionState.UNDER_WAY: (
        "Calendrier tenu.",
        "Point avec les partenaires : rien à signaler.",
        "Premiers résultats.",
    ),
    ActionState.LATE: ("La consultation a été infructueuse : à relancer.", "Les études ont pris six mois."),
    ActionState.PAUSED: ("En attente d’un nouveau financement.",),
    ActionState.BLOCKED: ("Le foncier n’est pas disponible.", "Recours contre l’autorisation."),
    ActionState.DONE: ("Bilan présenté au comité de pilotage.", "Dernière tranche réceptionnée."),
    ActionState.DROPPED: ("Abandon décidé : l’étude conclut à un coût trop élevé.",),
}
_FUNDERS = ("", "Région", "État", "")


def load_actions(
    plan: Plan,
    axes: Mapping[str, Axis],
    rows: Sequence[Mapping[str, Any]],
    *,
    anchor: dt.date,
    rng: random.Random,
) -> None:
    """Write the actions of a plan and what belongs to them."""
    ranks: Counter[str] = Counter()
    actions = []
    for row in rows:
        ranks[row["axe"]] += 1
        actions.append(_action(plan, axes[row["axe"]], row, ranks[row["axe"]], anchor))
    saved = list(zip(save_rows(actions, keys=("plan_id", "code")), rows, strict=True))
    save_rows([step for action, row in saved for step in _steps(action, row)], keys=("action_id", "rang"))
    save_rows(
        [line for action, row in saved for line in _budget(action, row, anchor, rng)],
        keys=("action_id", "annee", "nature"),
    )
    save_rows(
        [note for action, _row in saved for note in _notes(action, anchor, rng)],
        keys=("action_id", "date", "texte"),
    )
    save_rows(
        [
            LinkedIndicator(action_id=action.pk, indicator_id=code)
            for action, row in saved
            for code in row.get("liens", [])
        ],
        keys=("action_id", "indicator_id"),
    )


def _action(plan: Plan, axis: Axis, row: Mapping[str, Any], rank: int, anchor: dt.date) -> Action:
    start, end = row.get("mois", (None, None))
    return Action(
        code=f"{axis.code}.{rank}",
        titre=row["titre"],
        plan=plan,
        position=axis,
        etat=row["etat"],
        priorite=row["priorite"],
        avancement=row.get("avancement"),
        pilote=row["pilote"],
        partenaires=row.get("partenaires", []),
        elu_referent=_ELECTED[len(row["titre"]) % len(_ELECTED)] if row["priorite"] == "eleve" else "",
        debut=month_of(anchor, start) if start is not None else None,
        fin=month_of(anchor, end, is_end=True) if end is not None else None,
    )


def month_of(anchor: dt.date, months: int, *, is_end: bool = False) -> dt.date:
    """Return the first day of the month that is so many months from a day, or its last day."""
    month = anchor.year * 12 + anchor.month - 1 + months + int(is_end)
    first = dt.date(month // 12, month % 12 + 1, 1)
    return first - dt.timedelta(days=1) if is_end else first


def _steps(action: Action, row: Mapping[str, Any]) -> Iterator[ActionStep]:
    titles = row.get("etapes", _STEPS)
    done = round(len(titles) * (action.avancement or 0) / 100)
    for rank, title in enumerate(titles, 1):
        yield ActionStep(action_id=action.pk, rang=rank, titre=title, faite=rank <= done)


def _budget(
    action: Action, row: Mapping[str, Any], anchor: dt.date, rng: random.Random
) -> Iterator[BudgetLine]:
    """Yield a line a year and kind: equal parts, and what was spent of those of years that have come."""
    if action.debut is None or action.fin is None:
        return
    years = range(action.debut.year, action.fin.year + 1)
    funder = rng.choice(_FUNDERS)
    for kind, total in zip((BudgetKind.INVESTMENT, BudgetKind.RUNNING), row["budget"], strict=True):
        for year in years if total else ():
            planned = round(total / len(years), -2)
            pace = (action.avancement or 0) / 100 if year == anchor.year else rng.uniform(0.8, 1.08)
            spent = round(planned * pace, -2) if year <= anchor.year else None
            yield BudgetLine(
                action_id=action.pk, annee=year, nature=kind, financeur=funder, prevu=planned, depense=spent
            )


def _notes(action: Action, anchor: dt.date, rng: random.Random) -> Iterator[ActionNote]:
    """Yield comments that a function of the authority signs, the last ones of this year."""
    texts = _NOTES[action.etat]
    days = rng.randint(8, 60)
    for text in rng.sample(texts, rng.randint(1, len(texts))):
        yield ActionNote(
            action_id=action.pk,
            date=anchor - dt.timedelta(days=days),
            auteur=f"Chargé de mission, {action.pilote}",
            texte=text,
        )
        days += rng.randint(60, 200)


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
        rng = seeded_random(f"plan {code}")
        all_series = series_of(read["indicateurs"], last=anchor.year - 1, rng=rng)
        indicators = _load_indicators(plan, axes, all_series)
        _load_milestones(indicators, all_series)
        measures = [
            measure
            for series in all_series
            for measure in _measures(indicators[series.code].pk, series, populations, anchor.year - 1)
        ]
        save_rows(measures, keys=("indicator_id", "annee", "commune_id", "source"))
        load_actions(plan, axes, actions[code], anchor=anchor, rng=seeded_random(f"actions {code}"))


def _read(name: str) -> dict[str, Any]:
    path = settings.BASE_DIR / "fixtures" / "plans" / f"{name}.yaml"
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def _load_axes(plan: Plan, rows: Sequence[Mapping[str, str]]) -> dict[str, Axis]:
    """Write the axes, those of the top first: the others are under them."""
    axes: dict[str, Axis] = {}
    for depth in (0, 1):
        level = [
            Axis(plan=plan, parent=axes.get(row["code"].rpartition(".")[0]), rang=rank * 10, **row)
            for rank, row in enumerate(rows, 1)
            if row["code"].count(".") == depth
        ]
        axes |= {axis.code: axis for axis in save_rows(level, keys=("plan_id", "code"))}
    return axes


def _load_indicators(
    plan: Plan, axes: Mapping[str, Axis], all_series: Sequence[Series]
) -> dict[str, Indicator]:
    """Write the indicators, those that others detail first."""
    saved: dict[str, Indicator] = {}
    for has_parent in (False, True):
        level = [
            _indicator(plan, axes, series)
            for series in all_series
            if bool(series.row.get("parent")) is has_parent
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


def _load_milestones(indicators: Mapping[str, Indicator], all_series: Sequence[Series]) -> None:
    save_rows(
        [
            Milestone(
                indicator_id=indicators[series.code].pk,
                annee=year,
                valeur=value,
                nature=_kind(year, series.trajectory),
            )
            for series in all_series
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
    rng = seeded_random(f"communes {series.code}")
    factors = {code: rng.uniform(0.78, 1.25) for code in populations}
    weights = {code: populations[code] * factors[code] for code in populations}
    middle = sum(weights.values()) / sum(populations.values())
    is_mean = series.row.get("forme") == "moyenne"
    decimals = series.decimals if is_mean else max(series.decimals, 1)
    for year in years:
        for code in populations:
            part = factors[code] / middle if is_mean else weights[code] / sum(weights.values())
            value = round(series.measures[year] * part * (1 + _drift(rng)), decimals)
            yield Measure(indicator_id=indicator, annee=year, commune_id=code, valeur=value)


def _drift(rng: random.Random) -> float:
    return rng.gauss(0, 0.01)
