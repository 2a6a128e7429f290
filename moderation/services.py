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

from layers.access import Scope
from layers.errors import Forbidden
from layers.moderation import Actor, Moderation, Transition
from layers.queries import unknown_feature
from layers.services.features import Expected, check_version, writing
from layers.services.moderation import approves, state_of
from layers.sql.rows import RowVersion, for_update
from moderation.errors import InvalidMessage, InvalidTransition, MissingReason
from moderation.models import MESSAGE_MAX, REASON_MAX, ModeratedRow, RowMessage, RowStep

CREATION = "create"
"""The name of the step that a row begins with; no machine has it."""
REVIEWED = Transition("reviewed", gettext_lazy("Marquer comme relu"), (), "")
"""The step of who looked at a row that went public because it was urgent: its state stays."""

# Sent with ``scope``, ``step`` and ``visitor`` in the transaction of the step.
row_moderated = Signal()
# Sent with ``scope``, ``message`` and ``visitor`` in the transaction of the message.
row_message_sent = Signal()


def machine_of(scope: Scope) -> Moderation:
    """Return the state machine of a layer.

    Raises:
        InvalidTransition: nobody moderates its rows.
    """
    if scope.definition.moderation is None:
        raise InvalidTransition(_("Les objets de « %s » ne se modèrent pas.") % scope.layer.title)
    return scope.definition.moderation


def follow_row(scope: Scope, pk: int, state: str, **_signal: Any) -> None:
    """Write the first step of a row that was just created."""
    visitor = scope.visitor
    row = ModeratedRow.objects.create(
        layer=scope.layer, row=pk, author_id=visitor.user_id, state=state, since=visitor.instant
    )
    _record(scope, row, CREATION, "", state, "")


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
    """Take a step with a row; return its new state.

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
    with writing(scope), pghistory.context(step=name[:40], reason=reason[:REASON_MAX]):
        instance = _locked(scope, pk, expected)
        step = _allowed(scope, machine, instance, name)
        if step.needs_reason and not reason.strip():
            raise MissingReason(
                _("« %s » : dites pourquoi, son auteur le lira.") % step.label, parameter="reason"
            )
        if len(reason) > REASON_MAX:
            raise MissingReason(_("Le motif dépasse %d caractères.") % REASON_MAX, parameter="reason")
        before = state_of(scope, instance)
        row = _followed(scope, machine, instance)
        row.is_to_review = step is not REVIEWED and _goes_urgently(machine, step, instance)
        target = before if step is REVIEWED else machine.trusted if row.is_to_review else step.target
        if target != before:
            setattr(instance, machine.state_path, target)
            instance.save()
            row.since = scope.visitor.instant
        row.state = target
        row.save()
        _record(scope, row, name, before, target, reason.strip())
    return target


def perform_many(
    *, scope: Scope, rows: Iterable[tuple[int, Expected]], name: str, reason: str = ""
) -> list[str]:
    """Take one step with several rows in one transaction; return the new states, in the order of the rows.

    Raises:
        LayersError: the first refusal of ``perform``; nothing is changed.
    """
    with transaction.atomic():
        return [
            perform(scope=scope, pk=pk, name=name, reason=reason, expected=version) for pk, version in rows
        ]


def send_message(*, scope: Scope, pk: int, text: str) -> RowMessage:
    """Write a message on a row, from its author to who approves it or the reverse.

    Raises:
        UnknownFeature: no such row for this visitor.
        Forbidden: the visitor neither wrote the row nor approves it.
        InvalidMessage: it is empty or too long.
    """
    machine, words = machine_of(scope), text.strip()
    if not words or len(words) > MESSAGE_MAX:
        raise InvalidMessage(_("Un message a de 1 à %d caractères.") % MESSAGE_MAX, parameter="text")
    with transaction.atomic():
        instance = _locked(scope, pk, None)
        if not _actors(scope, machine, instance):
            raise Forbidden(_("Seuls l’auteur de cet objet et qui le valide s’écrivent à son sujet."))
        message = RowMessage.objects.create(
            moderated=_followed(scope, machine, instance),
            at=scope.visitor.instant,
            author_id=scope.visitor.user_id,
            text=words,
        )
        row_message_sent.send(sender=RowMessage, scope=scope, message=message, visitor=scope.visitor)
    return message


def _locked(scope: Scope, pk: int, expected: Expected) -> Any:
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
        raise InvalidTransition(_("Aucune étape ne s’appelle « %s ».") % name[:40], parameter="name")
    if not _actors(scope, machine, instance) or (named[0] is not REVIEWED and state.code in named[0].sources):
        raise Forbidden(_("« %s » ne vous revient pas sur cet objet.") % named[0].label)
    raise InvalidTransition(
        _("L’objet %(id)d est « %(state)s » : « %(step)s » n’est plus possible.")
        % {"id": instance.pk, "state": state.label, "step": named[0].label},
        parameter="name",
    )


def _goes_urgently(machine: Moderation, step: Transition, instance: Any) -> bool:
    """Whether a step of the author of an urgent row takes it public at once."""
    is_submitted = step.actor is Actor.AUTHOR and step.target in machine.waiting_states
    return is_submitted and bool(machine.urgent_path) and bool(getattr(instance, machine.urgent_path))


def _followed(scope: Scope, machine: Moderation, instance: Any) -> ModeratedRow:
    """Return the row of this application about a row of a layer; made where the row was written by plain SQL."""
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


def _record(scope: Scope, row: ModeratedRow, name: str, source: str, target: str, reason: str) -> None:
    visitor = scope.visitor
    step = RowStep.objects.create(
        moderated=row,
        at=visitor.instant,
        actor_id=visitor.user_id,
        transition=name,
        source=source,
        target=target,
        reason=reason,
    )
    row_moderated.send(sender=RowStep, scope=scope, step=step, visitor=visitor)
