"""Take the steps of the rows of moderated layers: one transaction each, in the history of the row and in the journal.

Who takes a step locks the row first: of two decisions at once, the second is refused and reads the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import instant
from layers.access import Scope
from layers.errors import Forbidden, LayersError
from layers.moderation import Actor, Moderation, Transition
from layers.queries import unknown_feature
from layers.services.features import Expected, check_version, writing
from layers.services.moderation import approves, state_of
from layers.sql.rows import RowVersion, for_update
from moderation.errors import InvalidMessage, InvalidTransition, MissingReason, RefusedRows
from moderation.models import MESSAGE_MAX, REASON_MAX, ModeratedRow, ProposedChange, RowMessage, RowStep

CREATION = "create"
"""The name of the step that a row begins with; no machine has it."""
REVIEWED = Transition("reviewed", gettext_lazy("Marquer comme relu"), (), "")
"""The step of who looked at a row that went public because it was urgent: its state stays."""

# Sent with ``scope`` and ``steps``, those of one decision, in its transaction.
rows_moderated = Signal()
# Sent with ``scope`` and ``message`` in the transaction of the message.
row_message_sent = Signal()


def machine_of(scope: Scope) -> Moderation:
    """Return the state machine of a layer.

    Raises:
        InvalidTransition: nobody moderates its rows.
    """
    if scope.definition.moderation is None:
        raise InvalidTransition(_("Les objets de « %s » ne se modèrent pas.") % scope.layer.title)
    return scope.definition.moderation


def follow_row(scope: Scope, pk: int, state: str, **_signal: Any) -> None:
    """Write the first step of a row that was just created."""
    visitor = scope.visitor
    row = ModeratedRow.objects.create(
        layer=scope.layer, row=pk, author_id=visitor.user_id, state=state, since=visitor.instant
    )
    step = record_step(scope, row, CREATION, "", state, "")
    rows_moderated.send(sender=RowStep, scope=scope, steps=[step])


def available(scope: Scope, pk: int) -> tuple[Transition, ...]:
    """Return the steps that the visitor may take with a row now, in the order of the machine.

    Raises:
        UnknownFeature: no such row for this visitor.
    """
    machine = scope.definition.moderation
    instance = scope.queryset.filter(pk=pk).first() if pk < 2**63 else None
    if instance is None:
        raise unknown_feature(scope, pk)
    if machine is None:
        return ()
    return _steps(scope, machine, instance)


def _steps(scope: Scope, machine: Moderation, instance: Any) -> tuple[Transition, ...]:
    """Return the steps that the visitor may take with a row that was read."""
    actors = _actors(scope, machine, instance)
    steps = machine.steps_from(state_of(scope, instance)) if actors else ()
    allowed = tuple(step for step in steps if step.actor in actors)
    if Actor.APPROVER in actors and _to_review(scope, instance.pk).exists():
        allowed = (REVIEWED, *allowed)
    return allowed


def _actors(scope: Scope, machine: Moderation, instance: Any) -> frozenset[Actor]:
    """Return as whom the visitor acts on a row: its author, who approves it, the portal itself."""
    visitor = scope.visitor
    if visitor.is_system:
        return frozenset(Actor)
    if not visitor.may_write or visitor.is_observed or visitor.user_id is None:
        return frozenset()
    actors = {Actor.AUTHOR} if getattr(instance, machine.author_path) == visitor.user_id else set()
    if approves(scope, instance.pk):
        actors.add(Actor.APPROVER)
    return frozenset(actors | {Actor.EITHER}) if actors else frozenset()


def perform(*, scope: Scope, pk: int, name: str, reason: str = "", expected: Expected = None) -> str:
    """Take a step with a row as ``decide`` does; return its new state."""
    return decide(scope=scope, pk=pk, name=name, reason=reason, expected=expected).target


def decide(*, scope: Scope, pk: int, name: str, reason: str = "", expected: Expected = None) -> RowStep:
    """Take a step with a row.

    The history of the row, the journal and the messages to its author and to who approves are of the same transaction.
    A row that is urgent goes public where its author submits it, and waits to be reviewed.

    Raises:
        UnknownFeature: no such row for this visitor.
        StaleFeature: it changed since the versions expected.
        InvalidTransition: no such step, or not from the state of the row.
        Forbidden: the step is somebody else's to take.
        MissingReason: the step needs a reason.
    """
    machine = machine_of(scope)
    with writing(scope):
        step = _taken(scope, machine, pk, name, reason, expected)
        rows_moderated.send(sender=RowStep, scope=scope, steps=[step])
    return step


def perform_many(
    *, scope: Scope, rows: Iterable[tuple[int, Expected]], name: str, reason: str = ""
) -> list[RowStep]:
    """Take one step with several rows in one transaction, those that the message to their author is about.

    Raises:
        RefusedRows: some of them cannot take it, each named with why; nothing is changed.
    """
    with writing(scope):
        steps = _taken_together(scope, rows, name, reason)
        rows_moderated.send(sender=RowStep, scope=scope, steps=steps)
    return steps


def preview_many(
    *, scope: Scope, rows: Iterable[tuple[int, Expected]], name: str, reason: str = ""
) -> list[RowStep]:
    """Return the steps that ``perform_many`` would take, without taking them.

    Raises:
        RefusedRows: as ``perform_many``.
    """
    with writing(scope):
        steps = _taken_together(scope, rows, name, reason)
        transaction.set_rollback(True)
    return steps


def _taken_together(
    scope: Scope, rows: Iterable[tuple[int, Expected]], name: str, reason: str
) -> list[RowStep]:
    """Take one step with several rows, in the transaction of the caller."""
    machine, faults, steps = machine_of(scope), dict[int, LayersError](), list[RowStep]()
    for pk, expected in rows:
        try:
            with transaction.atomic():
                steps.append(_taken(scope, machine, pk, name, reason, expected))
        except LayersError as error:
            faults[pk] = error
    if faults:
        raise RefusedRows(faults)
    return steps


def _taken(scope: Scope, machine: Moderation, pk: int, name: str, reason: str, expected: Expected) -> RowStep:
    """Take a step with a row, in the transaction of the caller."""
    instance = locked_row(scope, pk, None)
    step, why = _allowed(scope, machine, instance, name), checked_reason(reason)
    check_version(instance, expected)  # after the state: who comes second reads who decided
    if step.needs_reason and not why:
        raise MissingReason(
            _("« %s » : dites pourquoi, son auteur le lira.") % step.label, parameter="reason"
        )
    before, row = state_of(scope, instance), followed_row(scope, instance)
    row.is_to_review = step is not REVIEWED and _goes_urgently(machine, step, instance)
    target = before if step is REVIEWED else machine.trusted if row.is_to_review else step.target
    if target != before:
        setattr(instance, machine.state_path, target)
        with pghistory.context(step=name, reason=why):
            instance.save()
        row.since = scope.visitor.instant
    row.state = target
    row.save()
    if not machine.is_public(target):
        ProposedChange.objects.filter(moderated=row).delete()
    return record_step(scope, row, name, before, target, why)


def checked_reason(reason: str) -> str:
    """Return a reason without the spaces around it.

    Raises:
        MissingReason: it is longer than its column, or holds a null character.
    """
    if "\x00" in reason:
        raise MissingReason(_("Le motif contient un caractère nul."), parameter="reason")
    if len(reason) > REASON_MAX:
        raise MissingReason(_("Le motif dépasse %d caractères.") % REASON_MAX, parameter="reason")
    return reason.strip()


def send_message(*, scope: Scope, pk: int, text: str) -> RowMessage:
    """Write a message on a row, from its author to who approves it or the reverse.

    Raises:
        UnknownFeature: no such row for this visitor.
        Forbidden: the visitor neither wrote the row nor approves it.
        InvalidMessage: it is empty or too long, or holds a null character.
    """
    machine, words = machine_of(scope), text.strip()
    if "\x00" in words:
        raise InvalidMessage(_("Le message contient un caractère nul."), parameter="text")
    if not words or len(words) > MESSAGE_MAX:
        raise InvalidMessage(_("Un message a de 1 à %d caractères.") % MESSAGE_MAX, parameter="text")
    with transaction.atomic():
        instance = locked_row(scope, pk, None)
        if not _actors(scope, machine, instance):
            raise Forbidden(_("Seuls l’auteur de cet objet et qui le valide s’écrivent à son sujet."))
        message = RowMessage.objects.create(
            moderated=followed_row(scope, instance),
            at=scope.visitor.instant,
            author_id=scope.visitor.user_id,
            text=words,
        )
        row_message_sent.send(sender=RowMessage, scope=scope, message=message)
    return message


def locked_row(scope: Scope, pk: int, expected: Expected) -> Any:
    """Return a row of a scope, locked until the end of the transaction.

    Raises:
        UnknownFeature: no such row for this visitor.
        StaleFeature: it changed since the versions expected.
    """
    rows = for_update(scope.queryset).annotate(row_version=RowVersion())
    instance = rows.filter(pk=pk).first() if pk < 2**63 else None
    if instance is None:
        raise unknown_feature(scope, pk)
    check_version(instance, expected)
    return instance


def _allowed(scope: Scope, machine: Moderation, instance: Any, name: str) -> Transition:
    """Return a step by its name, which the visitor may take from the state of the row."""
    named = [step for step in (REVIEWED, *machine.transitions) if step.name == name]
    allowed = _steps(scope, machine, instance)
    match = next((step for step in allowed if step.name == name), None)
    if match is not None:
        return match
    state = machine.state(state_of(scope, instance))
    if not named:
        raise InvalidTransition(_("Aucune étape ne s’appelle « %s ».") % name[:40], parameter="name")
    if not _actors(scope, machine, instance) or (named[0] is not REVIEWED and state.code in named[0].sources):
        raise Forbidden(_("« %s » ne vous revient pas sur cet objet.") % named[0].label)
    message = _("L’objet %(id)d est « %(state)s » : « %(step)s » n’est plus possible.")
    parts = {"id": instance.pk, "state": state.label, "step": named[0].label}
    raise InvalidTransition(
        " ".join(filter(None, (message % parts, last_decision(scope, instance.pk)))), parameter="name"
    )


def last_decision(scope: Scope, pk: int) -> str:
    """Return by whom and when the last step of a row was taken, in a sentence; empty where none is recorded."""
    steps = RowStep.objects.filter(moderated__layer=scope.layer, moderated__row=pk).select_related("actor")
    step = steps.exclude(transition=CREATION).order_by("-pk").first()
    if step is None:
        return ""
    actor = step.actor
    return _("La dernière étape est de %(person)s, le %(instant)s.") % {
        "person": (actor.get_full_name() or actor.get_username()) if actor else _("le portail"),
        "instant": instant(step.at),
    }


def _goes_urgently(machine: Moderation, step: Transition, instance: Any) -> bool:
    """Whether a step of the author of an urgent row takes it public at once."""
    is_submitted = step.actor is Actor.AUTHOR and step.target in machine.waiting_states
    return is_submitted and bool(machine.urgent_path) and bool(getattr(instance, machine.urgent_path))


def followed_row(scope: Scope, instance: Any) -> ModeratedRow:
    """Return the row of this application about a row of a layer; made where the row was written by plain SQL."""
    machine = machine_of(scope)
    row, _is_new = ModeratedRow.objects.get_or_create(
        layer=scope.layer,
        row=instance.pk,
        defaults={
            "author_id": getattr(instance, machine.author_path),
            "state": state_of(scope, instance),
            "since": scope.visitor.instant,
        },
    )
    return row


def _to_review(scope: Scope, pk: int) -> Any:
    return ModeratedRow.objects.filter(layer=scope.layer, row=pk, is_to_review=True)


def record_step(scope: Scope, row: ModeratedRow, name: str, source: str, target: str, reason: str) -> RowStep:
    """Write a step of a row, in the transaction of the caller, who sends ``rows_moderated``."""
    return RowStep.objects.create(
        moderated=row,
        at=scope.visitor.instant,
        actor_id=scope.visitor.user_id,
        transition=name,
        source=source,
        target=target,
        reason=reason,
    )
