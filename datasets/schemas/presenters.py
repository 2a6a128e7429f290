"""A plan of changes in sentences: what is added, renamed, converted, lost, and the rows that prevent it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.access import ReadablePart
from datasets.comparison.presenters import words
from datasets.models import Delivery, SchemaChange
from datasets.schemas.queries import ChangeKind, Consent, SchemaPlan, SchemaStep
from datasets.vocabulary import ChangePhase, DeliveryState
from interface.wording import number
from layers.vocabulary import JobState


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A step in words: ``sentence`` says what changes, ``effect`` what becomes of the rows.

    ``examples`` are the first rows concerned: id and value. ``is_masked``: their values are of fields that the person
    does not read. ``consent`` is the label of the box that accepts the loss; empty where nothing is lost.
    """

    code: str
    kind: str
    icon: str
    sentence: str
    effect: str
    examples: tuple[tuple[int, str], ...]
    more: int
    is_masked: bool
    consent: str


_ICONS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "plus",
    ChangeKind.REMOVED: "trash-2",
    ChangeKind.RENAMED: "pencil",
    ChangeKind.RETYPED: "arrow-left-right",
    ChangeKind.GEOMETRY: "map-pin",
    ChangeKind.KEY: "key-round",
    ChangeKind.PARENT: "layers",
    ChangeKind.ORDERED: "list-ordered",
}


def planned_changes(plan: SchemaPlan, reading: ReadablePart) -> list[PlannedChange]:
    """Return the steps of a plan in words; values that the person does not read are left out."""
    return [_change(step, reading) for step in plan.steps]


def _change(step: SchemaStep, reading: ReadablePart) -> PlannedChange:
    is_masked = bool(step.examples) and not reading.covers(step.names)
    has_values = step.kind is not ChangeKind.REQUIRED
    examples = step.examples if reading.has_every_row else ()
    read = reading.fields.get(step.names[0]) if len(step.names) == 1 else None
    if read is not None:
        examples = tuple((pk, words(read, value)) for pk, value in examples)
    if is_masked or not has_values:
        examples = tuple((pk, "") for pk, _value in examples)
    return PlannedChange(
        code=step.code,
        kind={Consent.LOSS: "warn", Consent.CORRECTION: "bad"}.get(step.consent, ""),
        icon=_ICONS.get(step.kind, "settings-2"),
        sentence=_sentence(step),
        effect=_effect(step),
        examples=examples,
        more=step.count - len(examples) if examples else 0,
        is_masked=is_masked and has_values,
        consent=_consent(step),
    )


def _sentence(step: SchemaStep) -> str:
    values = {"title": step.title, "before": step.before, "after": step.after}
    values["rules"] = ", ".join(map(str, step.details))
    sentences: dict[ChangeKind, Callable[[], str]] = {
        ChangeKind.ADDED: lambda: _("« %(title)s » est ajouté (%(after)s).") % values,
        ChangeKind.REMOVED: lambda: _("« %(title)s » disparaît.") % values,
        ChangeKind.RENAMED: lambda: _("« %(before)s » s’appelle « %(after)s ».") % values,
        ChangeKind.RETYPED: lambda: (
            _("« %(title)s » change de type : %(before)s → %(after)s.") % values
        ),
        ChangeKind.RULED: lambda: (
            _("« %(title)s » change de règles : %(rules)s.") % values
            if step.details
            else _("« %(title)s » garde ses règles sous son nouveau type.") % values
        ),
        ChangeKind.DESCRIBED: lambda: _("« %(title)s » : %(rules)s.") % values,
        ChangeKind.ORDERED: lambda: _("Les champs changent d’ordre."),
        ChangeKind.GEOMETRY: lambda: _("La géométrie change : %(before)s → %(after)s.") % values,
        ChangeKind.REQUIRED: lambda: (
            _("« %(title)s » est obligatoire.") % values
            if step.after
            else _("« %(title)s » n’est plus obligatoire.") % values
        ),
        ChangeKind.UNIQUE: lambda: (
            _("« %(title)s » est sans doublon.") % values
            if step.after
            else _("« %(title)s » admet des doublons.") % values
        ),
        ChangeKind.KEY: lambda: _("La clé change : %(before)s → %(after)s.") % {
            name: values[name] or _("aucune") for name in ("before", "after")
        },
        ChangeKind.PARENT: lambda: (
            _("Ses lignes appartiennent à « %(after)s ».") % values
            if step.after
            else _("Ses lignes n’appartiennent plus à « %(before)s ».") % values
        ),
    }  # fmt: skip
    return sentences[step.kind]()


def _effect(step: SchemaStep) -> str:
    counted = number(step.count)
    count = step.count
    if step.kind is ChangeKind.REMOVED:
        return (
            ngettext("%s valeur est perdue.", "%s valeurs sont perdues.", count) % counted
            if count
            else _("Aucune ligne n’a de valeur.")
        )
    if step.kind is ChangeKind.RETYPED:
        return (
            ngettext(
                "%s valeur ne se convertit pas : elle est vidée.",
                "%s valeurs ne se convertissent pas : elles sont vidées.",
                count,
            )
            % counted
            if count
            else _("Toutes les valeurs se convertissent.")
        )
    if step.kind is ChangeKind.RENAMED:
        return _("Les valeurs restent.")
    if not count:
        return ""
    return {
        ChangeKind.RULED: lambda: (
            ngettext(
                "%s valeur ne respecte pas ces règles : elle est vidée.",
                "%s valeurs ne respectent pas ces règles : elles sont vidées.",
                count,
            )
            % counted
        ),
        ChangeKind.GEOMETRY: lambda: (
            ngettext("%s ligne perd sa position.", "%s lignes perdent leur position.", count) % counted
        ),
        ChangeKind.REQUIRED: lambda: (
            ngettext(
                "%s ligne n’a pas de valeur : remplissez-la, ou donnez une valeur par défaut.",
                "%s lignes n’ont pas de valeur : remplissez-les, ou donnez une valeur par défaut.",
                count,
            )
            % counted
        ),
    }.get(
        step.kind,
        lambda: (
            ngettext(
                "%s ligne partage sa valeur avec une autre : corrigez-la d’abord.",
                "%s lignes partagent leur valeur avec une autre : corrigez-les d’abord.",
                count,
            )
            % counted
        ),
    )()


def _consent(step: SchemaStep) -> str:
    if step.consent is not Consent.LOSS:
        return ""
    if step.kind is ChangeKind.GEOMETRY:
        return _("J’accepte de perdre ces positions.")
    sentence = ngettext("J’accepte de perdre %s valeur.", "J’accepte de perdre %s valeurs.", step.count)
    return sentence % number(step.count)


def outcome_words(delivery: Delivery) -> str:
    """Say what came out of a change of schema: online, or waiting for approval."""
    named = {"number": delivery.number, "title": delivery.dataset}
    if delivery.state == DeliveryState.ONLINE:
        return _("Le schéma de « %(title)s » a changé : version %(number)d en ligne.") % named
    return _("La version %(number)d de « %(title)s » attend d’être approuvée.") % named


def change_progress(change: SchemaChange) -> dict[str, Any]:
    """Return how far a change is, for its page and its script: the phase, and its rank as a percentage."""
    phases = list(ChangePhase)
    value = change.progress.get("phase", "")
    rank = phases.index(ChangePhase(value)) if value in ChangePhase.values else 0
    share = round(100 * rank / len(phases)) if value else None
    words = {
        "state": str(JobState(change.state).label),
        "phase": str(ChangePhase(value).label) if value else _("attente du travailleur"),
        "percent": f"{share} %" if share is not None else "",
        "bytes": "",
        "rows": _("étape %(rank)d sur %(count)d") % {"rank": rank + 1, "count": len(phases)} if value else "",
        "left": _("%d s écoulées") % change.elapsed_s if change.started_at else "",
    }
    return {"state": change.state, "share": share, "words": words}
