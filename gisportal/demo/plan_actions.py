"""Actions of the sample plans, with lines of budget, steps, dated comments and links, all generated around a day."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gisportal.demo.rows import save_rows
from plans.models import Action, ActionNote, ActionStep, Axis, BudgetLine, LinkedIndicator, Plan
from plans.vocabulary import ActionState, BudgetKind

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
    rolls: random.Random,
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
        [line for action, row in saved for line in _budget(action, row, anchor, rolls)],
        keys=("action_id", "annee", "nature"),
    )
    save_rows(
        [note for action, _row in saved for note in _notes(action, anchor, rolls)],
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
    place = anchor.year * 12 + anchor.month - 1 + months + int(is_end)
    first = dt.date(place // 12, place % 12 + 1, 1)
    return first - dt.timedelta(days=1) if is_end else first


def _steps(action: Action, row: Mapping[str, Any]) -> Iterator[ActionStep]:
    titles = row.get("etapes", _STEPS)
    done = round(len(titles) * (action.avancement or 0) / 100)
    for rank, title in enumerate(titles, 1):
        yield ActionStep(action_id=action.pk, rang=rank, titre=title, faite=rank <= done)


def _budget(
    action: Action, row: Mapping[str, Any], anchor: dt.date, rolls: random.Random
) -> Iterator[BudgetLine]:
    """Yield a line a year and kind: equal parts, and what was spent of those of years that have come."""
    if action.debut is None or action.fin is None:
        return
    years = range(action.debut.year, action.fin.year + 1)
    funder = rolls.choice(_FUNDERS)
    for kind, whole in zip((BudgetKind.INVESTMENT, BudgetKind.RUNNING), row["budget"], strict=True):
        for year in years if whole else ():
            planned = round(whole / len(years), -2)
            pace = (action.avancement or 0) / 100 if year == anchor.year else rolls.uniform(0.8, 1.08)
            spent = round(planned * pace, -2) if year <= anchor.year else None
            yield BudgetLine(
                action_id=action.pk, annee=year, nature=kind, financeur=funder, prevu=planned, depense=spent
            )


def _notes(action: Action, anchor: dt.date, rolls: random.Random) -> Iterator[ActionNote]:
    """Yield comments that a function of the authority signs, the last ones of this year."""
    texts = _NOTES[action.etat]
    days = rolls.randint(8, 60)
    for text in rolls.sample(texts, rolls.randint(1, len(texts))):
        yield ActionNote(
            action_id=action.pk,
            date=anchor - dt.timedelta(days=days),
            auteur=f"Chargé de mission, {action.pilote}",
            texte=text,
        )
        days += rolls.randint(60, 200)
