"""Write single features: inside the visitor's rows before and after, checked by the model, with their history.

Fields that the visitor does not read are neither written nor lost: a replacement leaves a protected field as it was.
A layer is writable when the history of its table is recorded; a dataset, unless it changes by deliveries alone.
Computed values that a client sends back are compared, not written. Records (``records``) have the same checks.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, OperationalError, models, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ObjectNotInPrerequisiteState

from layers import access
from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.errors import Forbidden, InvalidFeature, MissingCredentials, StaleFeature
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.queries import unknown_feature, version_text
from layers.services.photos import remove_features
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion, for_update, stored

# The versions a change may start from (``queries.row_version``); None is any.
Expected = frozenset[str] | None


@contextmanager
def writing(scope: Scope, *, limit: str = "page") -> Iterator[UUID]:
    """Run the block in one transaction, under the name of the visitor; refusals of the database become clear errors.

    Give the id of the change, which is that of every event of the transaction (``restoration.undo_change``). ``limit``
    is the kind of its time limit.

    Raises:
        InvalidFeature: a constraint of the database refuses the values.
        StaleFeature: another version of a dataset was put online meanwhile.
    """
    visitor = scope.visitor
    author = {
        "user": visitor.user_id,
        "username": visitor.username,
        "credential": visitor.credential.value,
        "layer": scope.slug,
    }
    try:
        # The transaction comes first: a time limit that opens its own takes a snapshot, which a waiting write fails on.
        with pghistory.context(**author) as change, transaction.atomic(), time_limit(limit):
            yield change.id
    except (IntegrityError, DataError) as error:
        raise InvalidFeature(refused_by_base()) from error
    except OperationalError as error:
        if not isinstance(error.__cause__, ObjectNotInPrerequisiteState):
            raise
        raise StaleFeature(
            _("Une autre version de cette couche vient d’être mise en ligne : relisez-la, puis recommencez."),
            parameter="If-Match",
        ) from error


def locked_feature(scope: Scope, pk: int, expected: Expected) -> Any:
    """Return the feature, locked until the end of the transaction.

    Raises:
        UnknownFeature: no such feature for this visitor.
        Forbidden: outside the rows that the visitor may edit.
        StaleFeature: it changed since the versions expected.
    """
    rows = for_update(scope.queryset).annotate(row_version=RowVersion())
    instance = rows.filter(pk=pk).first() if pk < 2**63 else None
    if instance is None:
        raise unknown_feature(scope, pk)
    check_editable(scope, pk)
    check_version(instance, expected)
    return instance


def check_version(instance: Any, expected: Expected) -> None:
    """Compare the version of a row, read as ``row_version``, with those that a change may start from.

    Raises:
        StaleFeature: it is none of them.
    """
    if expected is not None and version_text(instance.row_version) not in expected:
        raise StaleFeature(
            _("L’objet %d a changé depuis la version de départ : relisez-le, puis recommencez.")
            % instance.pk,
            parameter="If-Match",
        )


def check_added(scope: Scope, pk: int) -> None:
    """Check that a feature that was just written is in the rows that the visitor may add.

    Raises:
        Forbidden: it is not.
    """
    if not access.addable(scope).filter(pk=pk).exists():
        raise Forbidden(
            _("Cet objet sort de ce que vous pouvez ajouter.")
            if scope.can_add
            else _("Vos droits ne permettent pas d’ajouter à cette couche.")
        )


def check_editable(scope: Scope, pk: int) -> None:
    """Check that a feature is in the rows that the visitor may change and delete.

    Raises:
        Forbidden: it is not.
    """
    if not access.editable(scope).filter(pk=pk).exists():
        raise Forbidden(_("Cet objet, avant ou après la modification, sort de ce que vous pouvez modifier."))


def is_written(column: models.Field[Any, Any]) -> bool:
    """Whether people write a column: stored in the row, not computed."""
    return column.editable and not column.generated and not column.primary_key


def emptied(column: models.Field[Any, Any]) -> Any:
    """Return the meaning of a null: no value or, where the column must have one, its default."""
    return None if column.null else column.get_default()


def check_row_values(instance: Any, names: Mapping[str, str]) -> None:
    """Check the fields that the visitor reads by the model; the database checks the rest, without naming it.

    ``names`` are the columns that are checked, with what each is called.

    Raises:
        InvalidFeature: naming the fields and why.
    """
    hidden = {column.name for column in instance._meta.concrete_fields} - set(names)
    try:
        instance.full_clean(exclude=hidden)
    except ValidationError as error:
        raise _refusal(error, names) from None


def _refusal(error: ValidationError, names: Mapping[str, str]) -> InvalidFeature:
    """Return the faults by published names; those of hidden fields are left out."""
    messages_by_name = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    faults = {names[name]: " ".join(messages) for name, messages in messages_by_name.items() if name in names}
    sentences = [
        _("%(name)s : %(reason)s") % {"name": name, "reason": reason} for name, reason in faults.items()
    ]
    sentences += messages_by_name.get(NON_FIELD_ERRORS, [])
    if messages_by_name.get(NON_FIELD_ERRORS):
        faults[""] = " ".join(messages_by_name[NON_FIELD_ERRORS])
    return InvalidFeature(
        " ".join(sentences) or refused_by_base(), parameter=next(iter(faults), ""), faults=faults
    )


def refused_by_base() -> str:
    """Return the message of a row that a constraint of the database refuses."""
    return _("La base refuse ces valeurs : une contrainte de la couche n’est pas respectée.")


@dataclass(frozen=True, slots=True)
class WrittenFeature:
    """A feature that was written, and remarks for its author.

    ``ignored_properties`` are the properties that the portal computes and that the author gave another value.
    ``change`` is the id of the change, to undo it.
    """

    pk: int
    warnings: tuple[str, ...] = ()
    ignored_properties: tuple[str, ...] = ()
    change: UUID | None = None


def is_recorded(definition: LayerDefinition) -> bool:
    """Whether the features of a layer are written one by one: their history is recorded, and nothing forbids it."""
    return definition.are_rows_writable and events_of(definition.model) is not None


def is_addable(scope: Scope) -> bool:
    """Whether the visitor may create single features of the layer."""
    return scope.can_add and is_recorded(scope.definition)


def is_changeable(scope: Scope) -> bool:
    """Whether the visitor may change single features of the layer."""
    return scope.can_change and is_recorded(scope.definition)


def is_writable(scope: Scope) -> bool:
    """Whether the visitor may create or change single features of the layer."""
    return is_addable(scope) or is_changeable(scope)


def writable_names(scope: Scope) -> frozenset[str]:
    """Return the names of the fields that a write stores; the portal computes the others."""
    return frozenset(writable_columns(scope))


def is_deletable(scope: Scope) -> bool:
    """Whether the visitor may delete features: not where records they do not read would leave with them."""
    return is_changeable(scope) and len(scope.relations) == len(scope.definition.relations)


def why_read_only(scope: Scope, *, is_added: bool) -> str:
    """Say why the visitor may not add to the layer, or change its features; nothing of what they do not read.

    Raises:
        MissingCredentials: some people may, and the visitor did not say who they are.
    """
    if not is_recorded(scope.definition):
        return _(
            "Cette couche ne s’écrit pas objet par objet : une livraison de fichier la remplace tout entière."
        )
    if scope.visitor.is_anonymous:
        raise MissingCredentials(
            _("Identifiez-vous avec un compte, ou un jeton de modification, qui a ce droit.")
        )
    if not (scope.can_add or scope.can_change):
        return _("Vos droits, ou la portée de votre jeton, ne permettent pas de modifier cette couche.")
    if is_added and not scope.can_add:
        return _("Vos droits permettent de modifier et de supprimer dans cette couche, pas d’y ajouter.")
    if not is_added and not scope.can_change:
        return _("Vos droits permettent d’ajouter à cette couche, pas d’y modifier ni d’y supprimer.")
    return _("Vos droits ne permettent pas cette action sur cet objet.")


def create_feature(*, scope: Scope, draft: FeatureInput) -> WrittenFeature:
    """Create a feature.

    Raises:
        InvalidFeature: a value that the layer refuses.
        Forbidden: outside the rows that the visitor may add.
    """
    warnings = (
        [_("L’identifiant est donné par le portail : « %s » n’est pas gardé.") % draft.id] if draft.id else []
    )
    with writing(scope) as change:
        return replace(_saved(scope, scope.definition.model(), draft, warnings), change=change)


def replace_feature(*, scope: Scope, pk: int, draft: FeatureInput, expected: Expected) -> WrittenFeature:
    """Replace what the visitor may write of a feature: a property that is not given goes back to its default.

    Raises:
        UnknownFeature: no such feature for this visitor.
        StaleFeature: it changed since the versions expected.
        InvalidFeature, Forbidden: as ``create_feature``.
    """
    with writing(scope) as change:
        instance = locked_feature(scope, pk, expected)
        for name, column in writable_columns(scope).items():
            if name not in draft.values:
                setattr(instance, column.attname, column.get_default())
        return replace(_saved(scope, instance, draft, [], is_replaced=True), change=change)


def update_feature(*, scope: Scope, pk: int, draft: FeatureInput, expected: Expected) -> WrittenFeature:
    """Change what a draft names of a feature, and nothing else.

    Raises:
        UnknownFeature, StaleFeature, InvalidFeature, Forbidden: as ``replace_feature``.
    """
    with writing(scope) as change:
        return replace(_saved(scope, locked_feature(scope, pk, expected), draft, []), change=change)


def delete_feature(*, scope: Scope, pk: int, expected: Expected) -> UUID:
    """Delete a feature, its related records and the files of its photos; return the id of the change.

    Raises:
        UnknownFeature, StaleFeature, Forbidden: as ``replace_feature``.
    """
    with writing(scope) as change:
        remove_features(features=[locked_feature(scope, pk, expected)])
    return change


def check_row(scope: Scope, row: Any) -> None:
    """Write a row of the layer and undo it, to know before the rest of a form whether it may be written as it is.

    Raises:
        Forbidden: it would be outside the rows that the visitor may add, or change where it exists.
        InvalidFeature: the database refuses it.
    """
    draft, check = copy(row), check_added if row._state.adding else check_editable
    try:
        with transaction.atomic():
            draft.save()
            check(scope, draft.pk)
            transaction.set_rollback(True)
    except (IntegrityError, DataError) as error:
        raise InvalidFeature(refused_by_base()) from error


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Commit the writes of the block together, or none of them.

    Raises:
        InvalidFeature: what the database checks at the end only.
    """
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, DataError) as error:
        raise InvalidFeature(refused_by_base()) from error


def writable_columns(scope: Scope) -> dict[str, models.Field[Any, Any]]:
    """Return the columns that the visitor may write, by published name: read, stored in the row, not computed."""
    columns = {
        column.attname: column
        for column in scope.definition.model._meta.concrete_fields
        if is_written(column)
    }
    return {field.name: columns[field.source] for field in scope.fields if field.source in columns}


def _saved(
    scope: Scope, instance: Any, draft: FeatureInput, warnings: list[str], *, is_replaced: bool = False
) -> WrittenFeature:
    columns, check = writable_columns(scope), check_added if instance._state.adding else check_editable
    computed_names = draft.values.keys() - columns.keys()
    before = computed_values(scope, instance, computed_names) if instance.pk is not None else {}
    _fill(scope, instance, draft)
    check_row_values(instance, {"geom": "geometry"} | {column.name: name for name, column in columns.items()})
    # A draft of computed values alone has nothing to store: its version stays, and every cache of the layer.
    if (
        instance.pk is None
        or is_replaced
        or draft.geometry is not None
        or draft.values.keys() & columns.keys()
    ):
        instance.save()
    check(scope, instance.pk)
    instance.refresh_from_db()
    warnings += draft.remarks
    other = other_values(draft.values, before, computed_values(scope, instance, computed_names))
    warnings += other.values()
    if scope.definition.geometry.is_located and instance.commune_id is None:
        warnings.append(_("L’objet est hors des communes du territoire."))
    return WrittenFeature(instance.pk, tuple(warnings), tuple(other))


def _fill(scope: Scope, instance: Any, draft: FeatureInput) -> None:
    """Set the values on the instance, but for the fields that the portal computes."""
    if draft.id and instance.pk is not None and draft.id != str(instance.pk):
        raise InvalidFeature(_("L’identifiant d’un objet ne change pas."), parameter="id")
    columns = writable_columns(scope)
    for name, value in draft.values.items():
        column = columns.get(name)
        if column is not None:
            setattr(instance, column.attname, emptied(column) if value is None else value)
    if draft.geometry is not None:
        instance.geom = stored(draft.geometry)


# What writing a number or an instant in a file or in GML, and reading it back, may cost it.
_RELATIVE, _WITHIN = 1e-9, dt.timedelta(seconds=1)


def computed_values(scope: Scope, instance: Any, names: Collection[str]) -> dict[str, Any]:
    """Return the values of some properties of a feature that no client writes, by published name."""
    fields = [scope.filterable[name] for name in names]
    sources = [field.source for field in fields if field.computed]
    # What is computed of records is on no instance that was just written: the scope reads it.
    of_records = scope.queryset.filter(pk=instance.pk).values(*sources).first() if sources else None
    read = of_records or {}
    return {
        field.name: read[field.source] if field.source in read else _value(instance, field.source)
        for field in fields
    }


def other_values(
    sent: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """Return, by property, the computed values that were sent and are neither the former nor the new ones.

    Desktop tools send every property they have read, of this feature or of the one it is a copy of.
    """
    message = _(
        "%(name)s est calculé par le portail : « %(sent)s » n’est pas gardé, la valeur est « %(value)s »."
    )
    return {
        name: message % {"name": name, "sent": str(sent[name])[:60], "value": "" if value is None else value}
        for name, value in sorted(after.items())
        if not any(_is_same_value(sent[name], existing) for existing in (None, before.get(name), value))
    }


def _value(instance: Any, source: str) -> Any:
    for part in source.split("__"):
        instance = getattr(instance, part, None)
    return float(instance) if isinstance(instance, Decimal) else instance  # as the answers write it


def _is_same_value(sent: Any, read: Any) -> bool:
    """Whether a value that came back is the one that was read."""
    if isinstance(sent, float | int) and isinstance(read, float):
        return math.isclose(sent, read, rel_tol=_RELATIVE)
    if isinstance(sent, dt.datetime) and isinstance(read, dt.datetime):
        return abs(sent - read) < _WITHIN
    if isinstance(sent, str) and isinstance(read, str):
        return sent.strip() == read.strip()
    return bool(sent == read)
