"""Give new rows of a moderated layer their author and first state, and say who may write one that is public.

Clients never write the state or the author. Steps between states are taken by the application ``moderation``, which
follows ``row_begun`` and stores what ``change_proposed`` brings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import Forbidden

# Sent with ``scope``, ``pk`` and ``state`` when a row of a moderated layer was created, in its transaction.
row_begun = Signal()
# Sent with ``scope``, ``instance``, the row as it would become, and ``related``, when a change of a public row waits to
# be approved.
change_proposed = Signal()
# Sent with ``scope``, ``instance``, the row that was written, and ``related``, when a change that waited is accepted,
# in its transaction: who proposed related values writes them; what it raises prevents the change.
change_accepted = Signal()


@dataclass(frozen=True, slots=True)
class RelatedChange:
    """What a change writes beside the fields of its row: records of a relation, a second drawing.

    ``name`` is what its application knows it by; ``before`` and ``after`` are JSON values, which nobody else reads.
    ``title``, ``before_text`` and ``after_text`` are what who decides reads.
    """

    name: str
    title: str
    before: Any
    after: Any
    before_text: str = ""
    after_text: str = ""


def begin_row(scope: Scope, instance: Any) -> None:
    """Set the first state of a row that is not saved yet; nothing where nobody moderates the layer.

    A row of who approves every row of the layer, or is of a trusted group, starts as trusted; ``settle_row`` completes
    the others once saved.
    """
    machine = scope.definition.moderation
    if machine is None:
        return
    is_public = (scope.can_approve and scope.has_every_row) or is_trusted(scope)
    setattr(instance, machine.state_path, machine.trusted if is_public else machine.initial)


def settle_row(scope: Scope, instance: Any) -> None:
    """Start a row that was just saved as trusted where the visitor approves it, and send ``row_begun``."""
    machine = scope.definition.moderation
    if machine is None:
        return
    if getattr(instance, machine.state_path) != machine.trusted and approves(scope, instance.pk):
        setattr(instance, machine.state_path, machine.trusted)
        instance.save()
    row_begun.send(sender=type(instance), scope=scope, pk=instance.pk, state=state_of(scope, instance))


def is_trusted(scope: Scope) -> bool:
    """Whether what the visitor adds is public at once without their approving rows: they are of a trusted group."""
    machine = scope.definition.moderation
    return machine is not None and bool(machine.trusted_groups & scope.visitor.groups)


def _writes_at_once(scope: Scope, instance: Any) -> bool:
    """Whether a change by the visitor of a row that is public waits for nobody."""
    machine = scope.definition.moderation
    is_own = machine is not None and getattr(instance, machine.author_path) == scope.visitor.user_id
    return (is_own and is_trusted(scope)) or approves(scope, instance.pk)


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
    if machine is None:
        return False
    state = machine.state(state_of(scope, instance))
    return state.is_public and not state.is_final and not _writes_at_once(scope, instance)


def propose_change(
    scope: Scope, instance: Any, *, check: Callable[[], object], related: Sequence[RelatedChange] = ()
) -> str:
    """Check a row that was changed and not saved as if it were, undo it, and hand the change to who approves the row.

    Return what the author reads. ``check`` refuses a row outside of what the visitor may write. ``related`` waits with
    the fields of the row: once accepted, ``change_accepted`` gives it back.

    Raises:
        LayersError: as ``check``.
    """
    with transaction.atomic():
        instance.save()
        check()
        transaction.set_rollback(True)
    change_proposed.send(sender=type(instance), scope=scope, instance=instance, related=tuple(related))
    return _("L’objet est publié : il reste tel quel jusqu’à ce que votre modification soit validée.")


def check_open(scope: Scope, instance: Any) -> None:
    """Check that a row is written at once by its visitor: who approves it, or its author before it is public.

    Raises:
        Forbidden: it is public or over, and somebody else decides of it.
    """
    machine = scope.definition.moderation
    if machine is None:
        return
    state = machine.state(state_of(scope, instance))
    is_closed = (
        not approves(scope, instance.pk)
        if state.is_final
        else state.is_public and not _writes_at_once(scope, instance)
    )
    if is_closed:
        raise Forbidden(
            _("L’objet %(id)d est « %(state)s » : qui valide cette couche peut seul le modifier ainsi.")
            % {"id": instance.pk, "state": state.label}
        )


def check_open_rows(scope: Scope, pks: Collection[int]) -> None:
    """Check several rows as ``check_open`` does one, in one statement; two where the visitor approves some rows.

    Raises:
        Forbidden: the first that is public or over, and that somebody else decides of.
    """
    if scope.definition.moderation is None:
        return
    refused = _closed(scope, pks).order_by("pk").first()
    if refused is not None:
        check_open(scope, refused)


def closed_rows(scope: Scope, pks: Collection[int]) -> frozenset[int]:
    """Return the ids of the rows, of some, that the visitor does not write at once: ``check_open`` refuses them."""
    if scope.definition.moderation is None:
        return frozenset()
    return frozenset(_closed(scope, pks).order_by().values_list("pk", flat=True))


def _closed(scope: Scope, pks: Collection[int]) -> QuerySet[Any]:
    machine = scope.definition.moderation
    assert machine is not None  # callers return before
    closed = [state.code for state in machine.states if state.is_public or state.is_final]
    rows = scope.queryset.filter(Q((f"{machine.state_path}__in", closed)), pk__in=list(pks))
    if is_trusted(scope):
        final = [state.code for state in machine.states if state.is_final]
        rows = rows.exclude(
            ~Q((f"{machine.state_path}__in", final)), Q((machine.author_path, scope.visitor.user_id))
        )
    return rows.exclude(pk__in=access.approvable(scope).order_by().values("pk"))
