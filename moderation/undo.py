"""Undo the decisions of one gesture, within a quarter of an hour, where nothing happened to their rows since."""

from __future__ import annotations

import datetime as dt
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import pghistory
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.errors import InvalidParameter, UnknownFeature
from layers.moderation import Moderation, Transition
from layers.services.features import writing
from layers.services.moderation import approves, state_of
from moderation.models import RowStep
from moderation.services import REVIEWED, locked_row, machine_of, record_step, rows_moderated

UNDONE = Transition("undo", gettext_lazy("Annuler la décision"), (), "")
UNDO_S = 15 * 60
SESSION_KEY = "moderation-undo"
Session = MutableMapping[str, Any]
_SIGNER = TimestampSigner(salt="moderation.undo")


@dataclass(frozen=True, slots=True)
class Undone:
    """How many rows are back in their former state, and how many stay since something happened to them."""

    count: int
    remaining: int


def undo_key(scope: Scope, steps: Sequence[RowStep]) -> str:
    """Return what undoes the steps of one decision for a quarter of an hour, by who took them; empty for none."""
    if not steps:
        return ""
    return _SIGNER.sign_object({"layer": scope.layer.pk, "steps": [step.pk for step in steps]})


def undo_decision(*, scope: Scope, key: str) -> Undone:
    """Give rows back the state that they had before a decision of the visitor, in one transaction.

    A row that somebody took a step with since, or that the visitor approves no more, stays as it is. Who was written to
    about the decision is written to about this.

    Raises:
        InvalidParameter: the key is too old, of another layer, or not one of ours.
    """
    try:
        values = _SIGNER.unsign_object(key, max_age=UNDO_S)
    except BadSignature as error:
        raise _too_late() from error
    if values["layer"] != scope.layer.pk:
        raise _too_late()
    own = RowStep.objects.filter(pk__in=values["steps"], actor_id=scope.visitor.user_id or 0)
    steps = own.filter(moderated__layer=scope.layer).select_related("moderated__layer").order_by("moderated")
    with writing(scope):
        undone = [each for step in steps if (each := _undone(scope, step)) is not None]
        rows_moderated.send(sender=RowStep, scope=scope, steps=undone)
    return Undone(len(undone), len(values["steps"]) - len(undone))


def _too_late() -> InvalidParameter:
    return InvalidParameter(
        _("Il est trop tard pour annuler : décidez de nouveau de chaque objet."), parameter="annuler"
    )


def _undone(scope: Scope, step: RowStep) -> RowStep | None:
    """Undo a step, in the transaction of the caller; return the one that does, None where the row moved on."""
    machine, row = machine_of(scope), step.moderated
    try:
        instance = locked_row(scope, row.row, None)
    except UnknownFeature:
        return None
    latest = row.steps.order_by("-pk").first()
    if latest != step or state_of(scope, instance) != step.target or not approves(scope, row.row):
        return None
    earlier = row.steps.filter(pk__lt=step.pk).order_by("-pk")
    row.refresh_from_db()  # another decision may have waited for the lock
    row.is_to_review = step.transition == REVIEWED.name or _went_urgently(machine, earlier.first())
    if step.source != step.target:
        setattr(instance, machine.state_path, step.source)
        with pghistory.context(step=UNDONE.name):
            instance.save()
        row.state = step.source
    entered = earlier.filter(target=step.source).exclude(source=F("target")).first()
    row.since = entered.at if entered is not None else scope.visitor.instant
    row.save()
    return record_step(scope, row, UNDONE.name, step.target, step.source, "")


def _went_urgently(machine: Moderation, step: RowStep | None) -> bool:
    """Whether a step took an urgent row public instead of to who approves."""
    targets = {each.name: each.target for each in machine.transitions}
    return step is not None and targets.get(step.transition, step.target) != step.target


@dataclass(frozen=True, slots=True)
class LastDecision:
    """A decision of this session that can be undone: its key, and what it did in words."""

    key: str
    words: str


def remember(session: Session, scope: Scope, steps: Sequence[RowStep], words: str) -> None:
    """Remember a decision as the one that the pages of its layer offer to undo."""
    until = scope.visitor.instant + dt.timedelta(seconds=UNDO_S)
    session[SESSION_KEY] = {
        "layer": scope.layer.pk,
        "key": undo_key(scope, steps),
        "words": words,
        "until": until.isoformat(),
    }


def last_decision_of(session: Session, scope: Scope) -> LastDecision | None:
    """Return the decision of the session on rows of a layer that can still be undone."""
    values = session.get(SESSION_KEY)
    if not values or values["layer"] != scope.layer.pk or not values["key"]:
        return None
    if dt.datetime.fromisoformat(values["until"]) < scope.visitor.instant:
        return None
    return LastDecision(values["key"], values["words"])


def forget(session: Session) -> None:
    """Offer to undo nothing any more."""
    session.pop(SESSION_KEY, None)
