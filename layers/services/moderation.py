"""Give new rows of a moderated layer their author and first state, and say who may write one that is public.

Clients never write the state or the author. Steps between states are taken by the application ``moderation``, which
follows ``row_begun`` and answers ``change_proposed``.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import Forbidden

# Sent with ``scope``, ``pk`` and ``state`` when a row of a moderated layer was created, in its transaction.
row_begun = Signal()


def begin_row(scope: Scope, instance: Any) -> None:
    """Set the first state of a row that is not saved yet; nothing where nobody moderates the layer.

    A row of who approves every row of the layer starts as trusted; ``settle_row`` completes the others once saved.
    """
    machine = scope.definition.moderation
    if machine is None:
        return
    is_trusted = scope.can_approve and scope.has_every_row
    setattr(instance, machine.state_path, machine.trusted if is_trusted else machine.initial)


def settle_row(scope: Scope, instance: Any) -> None:
    """Start a row that was just saved as trusted where the visitor approves it, and send ``row_begun``."""
    machine = scope.definition.moderation
    if machine is None:
        return
    if getattr(instance, machine.state_path) != machine.trusted and approves(scope, instance.pk):
        setattr(instance, machine.state_path, machine.trusted)
        instance.save()
    row_begun.send(sender=type(instance), scope=scope, pk=instance.pk, state=state_of(scope, instance))


def state_of(scope: Scope, instance: Any) -> str:
    """Return the code of the state of a row; empty where nobody moderates the layer."""
    machine = scope.definition.moderation
    return str(getattr(instance, machine.state_path)) if machine is not None else ""


def approves(scope: Scope, pk: int) -> bool:
    """Whether the visitor of a scope approves a row of it."""
    return scope.can_approve and access.approvable(scope).filter(pk=pk).exists()


def moderated_columns(scope: Scope) -> frozenset[str]:
    """Return the columns of a layer that no client writes: the state and the author of its rows."""
    machine = scope.definition.moderation
    return frozenset() if machine is None else frozenset({machine.state_path, machine.author_path})


def is_change_proposed(scope: Scope, instance: Any) -> bool:
    """Whether a change of a row waits for who approves it: the row is public, and the visitor does not approve it."""
    machine = scope.definition.moderation
    return (
        machine is not None
        and machine.is_public(state_of(scope, instance))
        and not approves(scope, instance.pk)
    )


def check_open(scope: Scope, instance: Any) -> None:
    """Check that a row is written at once by its visitor: who approves it, or its author before it is public.

    Raises:
        Forbidden: it is public or over, and somebody else decides of it.
    """
    machine = scope.definition.moderation
    if machine is None:
        return
    state = machine.state(state_of(scope, instance))
    if (state.is_public or state.is_final) and not approves(scope, instance.pk):
        raise Forbidden(
            _("L’objet %(id)d est « %(state)s » : qui valide cette couche peut seul le modifier ainsi.")
            % {"id": instance.pk, "state": state.label}
        )
