"""Changes of public rows that wait to be approved: store, accept, refuse, take back. The public version stays.

Accepting writes the fields of the change alone, and refuses where one of them changed since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.errors import Forbidden, InvalidFeature, StaleFeature, UnknownFeature
from layers.moderation import Transition
from layers.services.features import stored_columns, writing
from layers.services.moderation import RelatedChange, approves, change_accepted, state_of
from moderation.errors import MissingReason
from moderation.models import ModeratedRow, ProposedChange, RowStep
from moderation.services import (
    checked_reason,
    followed_row,
    last_decision,
    locked_row,
    record_step,
    rows_moderated,
)

PROPOSED = Transition("propose-change", gettext_lazy("Proposer une modification"), (), "")
ACCEPTED = Transition("accept-change", gettext_lazy("Accepter la modification"), (), "")
REFUSED = Transition("refuse-change", gettext_lazy("Refuser la modification"), (), "", needs_reason=True)
TAKEN_BACK = Transition("take-back-change", gettext_lazy("Reprendre la modification"), (), "")
STEPS = (PROPOSED, ACCEPTED, REFUSED, TAKEN_BACK)


def store_change(scope: Scope, instance: Any, related: Sequence[RelatedChange] = (), **_signal: Any) -> None:
    """Store a change of a public row; what its author proposed before and did not change again stays in it."""
    current = scope.queryset.get(pk=instance.pk)
    author = scope.visitor.user_id
    assert author is not None  # nobody else has a right to change, and the portal itself approves
    columns = stored_columns(scope)
    before, after = _plain(columns, current), _plain(columns, instance)
    changed = [name for name in columns if before[name] != after[name]]
    row = followed_row(scope, current)
    change = ProposedChange.objects.filter(moderated=row, author_id=author).first()
    if change is None:
        change = ProposedChange(moderated=row, author_id=author)
    change.at = scope.visitor.instant
    change.before = {**change.before, **{name: before[name] for name in changed}}
    change.after = {**change.after, **{name: after[name] for name in changed}}
    if scope.definition.geometry.is_located and not instance.geom.equals_exact(current.geom):
        change.geom = instance.geom
    change.related = [asdict(each) for each in _joined(related_changes(change), related)]
    if change.after or change.geom is not None or change.related:
        change.save()
        _sent(scope, current, row, PROPOSED, "")


def accept_change(*, scope: Scope, pk: int, change: int, reason: str = "") -> None:
    """Write a change that waits to its row, by who approves the row.

    Raises:
        UnknownFeature: no such row, or change, for this visitor.
        Forbidden: they do not approve the row.
        StaleFeature: a field of the change has another value than when it was proposed, or is there no more.
        InvalidFeature: the database refuses it now.
    """
    with writing(scope):
        instance, waiting = _decided(scope, pk, change)
        names = {*waiting.before, *waiting.after}
        if gone := sorted(names - scope.definition.by_name.keys()):
            raise StaleFeature(
                _("Depuis la proposition, la couche a perdu : %s. Refusez-la, puis reprenez le reste.")
                % ", ".join(gone)
            )
        columns = _columns(scope.definition, names)
        current = _plain(columns, instance)
        if stale := [name for name, value in waiting.before.items() if current.get(name) != value]:
            titles = ", ".join(str(scope.definition.by_name[name].title) for name in stale)
            raise StaleFeature(
                _("Depuis la proposition, l’objet %(id)d a changé : %(fields)s.")
                % {"id": pk, "fields": titles}
            )
        for name, value in waiting.after.items():
            setattr(instance, columns[name].attname, _read(columns[name], value, name))
        if waiting.geom is not None:
            instance.geom = waiting.geom
        with pghistory.context(step=ACCEPTED.name, proposed_by=waiting.author.username):
            instance.save()
            change_accepted.send(
                sender=type(instance), scope=scope, instance=instance, related=related_changes(waiting)
            )
        waiting.delete()
        _sent(scope, instance, waiting.moderated, ACCEPTED, checked_reason(reason))


def refuse_change(*, scope: Scope, pk: int, change: int, reason: str) -> None:
    """Refuse a change that waits, by who approves the row: its author reads why.

    Raises:
        UnknownFeature, Forbidden: as ``accept_change``.
        MissingReason: there is no reason, or it is too long.
    """
    if not (why := checked_reason(reason)):
        raise MissingReason(
            _("« %s » : dites pourquoi, son auteur le lira.") % REFUSED.label, parameter="reason"
        )
    with writing(scope):
        instance, waiting = _decided(scope, pk, change)
        waiting.delete()
        _sent(scope, instance, waiting.moderated, REFUSED, why)


def take_back_change(*, scope: Scope, pk: int) -> None:
    """Give up the change that the visitor proposed of a row.

    Raises:
        UnknownFeature: no such row for this visitor, or they proposed nothing.
    """
    with writing(scope):
        instance = locked_row(scope, pk, None)
        own = waiting_changes(scope, pk).filter(author_id=scope.visitor.user_id).first()
        if own is None:
            raise _no_change(scope, pk)
        own.delete()
        _sent(scope, instance, own.moderated, TAKEN_BACK, "")


def waiting_changes(scope: Scope, pk: int) -> models.QuerySet[ProposedChange]:
    """Select the changes of a row that wait, the oldest first."""
    rows = ProposedChange.objects.filter(moderated__layer=scope.layer, moderated__row=pk)
    return rows.select_related("author", "moderated__layer").order_by("at", "pk")


def related_changes(change: ProposedChange) -> tuple[RelatedChange, ...]:
    """Return what a change writes beside the fields of its row."""
    return tuple(RelatedChange(**values) for values in change.related)


def _joined(earlier: Sequence[RelatedChange], later: Sequence[RelatedChange]) -> list[RelatedChange]:
    """Return related changes by name: the last values, and what was before the first of them."""
    joined = {each.name: each for each in earlier}
    for each in later:
        first = joined.get(each.name, each)
        joined[each.name] = replace(each, before=first.before, before_text=first.before_text)
    return list(joined.values())


def _decided(scope: Scope, pk: int, change: int) -> tuple[Any, ProposedChange]:
    instance = locked_row(scope, pk, None)
    if not approves(scope, pk):
        raise Forbidden(_("Cette décision revient à qui valide les objets de cette couche."))
    waiting = waiting_changes(scope, pk).filter(pk=change).first()
    if waiting is None:
        raise _no_change(scope, pk)
    return instance, waiting


def _no_change(scope: Scope, pk: int) -> UnknownFeature:
    message = _("Aucune modification de l’objet %d n’attend : quelqu’un a décidé, ou son auteur l’a reprise.")
    return UnknownFeature(" ".join(filter(None, (message % pk, last_decision(scope, pk)))))


def _columns(definition: LayerDefinition, names: Collection[str]) -> dict[str, models.Field[Any, Any]]:
    """Return the columns of some fields by published name, those also that who decides does not read."""
    columns = {column.attname: column for column in definition.model._meta.concrete_fields}
    return {name: columns[definition.by_name[name].source] for name in names}


def _read(column: models.Field[Any, Any], value: Any, name: str) -> Any:
    """Return a value of a change as its column holds it, whose type may be another since.

    Raises:
        InvalidFeature: it is none of this type.
    """
    try:
        return column.to_python(value)
    except ValidationError as error:
        raise InvalidFeature(
            _("%(name)s : %(reason)s") % {"name": name, "reason": " ".join(error.messages)}, parameter=name
        ) from None


def _plain(columns: Mapping[str, models.Field[Any, Any]], instance: Any) -> dict[str, Any]:
    """Return values as JSON holds them."""
    values = {name: getattr(instance, column.attname) for name, column in columns.items()}
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def _sent(scope: Scope, instance: Any, row: ModeratedRow, step: Transition, reason: str) -> None:
    state = state_of(scope, instance)
    recorded = record_step(scope, row, step.name, state, state, reason)
    rows_moderated.send(sender=RowStep, scope=scope, steps=[recorded])
