"""Write single features: inside the visitor's rows before and after, checked by the model, with their history.

Fields that the visitor does not read are neither written nor lost: a replacement leaves a protected field as it was.
So are those that their grants do not let them write on the row: another value for one of them is refused by its name.
A layer is writable when the history of its table is recorded; a dataset, unless it changes by deliveries alone.
Computed values that a client sends back are compared, not written. Records (``records``) have the same checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, OperationalError, models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _
from psycopg.errors import ObjectNotInPrerequisiteState

from layers import access
from layers.access import RowAccess, Scope
from layers.definitions import GEOMETRY, Field, LayerDefinition
from layers.errors import Forbidden, InvalidFeature, MissingCredentials, StaleFeature
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.queries import unknown_feature, version_text
from layers.services.moderation import (
    RelatedChange,
    begin_row,
    check_open,
    is_change_proposed,
    moderated_columns,
    propose_change,
    settle_row,
)
from layers.services.photos import remove_features
from layers.services.returned_values import (
    computed_values,
    emptied,
    is_same_geometry,
    is_stored,
    other_values,
)
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion, for_update, stored
from layers.vocabulary import WriteRight

# Sent with ``scope`` and ``features`` before they are deleted, in the transaction: a receiver that raises prevents it.
features_removing = Signal()
# The versions a change may start from (``queries.row_version``); None is any.
Expected = frozenset[str] | None


@contextmanager
def writing(scope: Scope, *, limit: str = "page", reason: str = "") -> Iterator[UUID]:
    """Run the block in one transaction, under the name of the visitor; refusals of the database become clear errors.

    Give the id of the change, which is that of every event of the transaction (``restoration.undo_change``). ``limit``
    is the kind of its time limit, ``reason`` what its author says of it in the history.

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
    if reason:
        author["reason"] = reason
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


def locked_feature(
    scope: Scope, pk: int, expected: Expected, *, names: Collection[str] = (), may_propose: bool = False
) -> Any:
    """Return the feature, locked until the end of the transaction, to write its records of some relations.

    With ``may_propose``, also a public one that somebody else approves: its change will wait (``update_feature``).

    Raises:
        UnknownFeature: no such feature for this visitor.
        Forbidden: outside the rows that the visitor may change, or of which they may not write these relations; public
            where somebody else approves it.
        StaleFeature: it changed since the versions expected.
    """
    return _locked(scope, pk, expected, WriteRight.CHANGE, names, may_propose=may_propose).instance


@dataclass(frozen=True, slots=True)
class _LockedRow:
    """A row that is locked, and the fields that the visitor may write there: None for all that they read."""

    instance: Any
    fields: frozenset[str] | None


def _locked(
    scope: Scope,
    pk: int,
    expected: Expected,
    right: WriteRight,
    names: Collection[str] = (),
    *,
    may_propose: bool = False,
) -> _LockedRow:
    """Lock a feature that the visitor has a right on, or may propose a change of.

    Raises:
        UnknownFeature, Forbidden, StaleFeature: as ``locked_feature``.
    """
    rows = for_update(scope.queryset).annotate(row_version=RowVersion())
    instance = rows.filter(pk=pk).first() if pk < 2**63 else None
    if instance is None:
        raise unknown_feature(scope, pk)
    fields = check_written(scope, pk, right, names).fields
    check_version(instance, expected)
    if not (may_propose and is_change_proposed(scope, instance)):
        check_open(scope, instance)
    return _LockedRow(instance, fields)


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


def check_written(scope: Scope, pk: int, right: WriteRight, names: Collection[str] = ()) -> RowAccess:
    """Check that a feature is in the rows that the visitor has a right on; return the fields that they may write there.

    ``names`` are fields that were written.

    Raises:
        Forbidden: it is not, or one of these fields is not theirs to write; the message says which right is missing.
    """
    row = access.row_access(scope, pk, right)
    if not row.is_allowed:
        raise Forbidden(_missing_right(scope, right))
    if row.fields is not None and (refused := set(names) - row.fields):
        raise _unwritable(refused)
    return row


def _missing_right(scope: Scope, right: WriteRight) -> str:
    """Say which right is missing on a row that the visitor reads."""
    if right is WriteRight.ADD:
        if scope.can_add:
            return _("Cet objet sort de ce que vous pouvez ajouter.")
        return _("Vos droits ne permettent pas d’ajouter à cette couche.")
    if not scope.has_right(right):
        if right is WriteRight.DELETE and scope.can_change:
            return _("Vos droits ne permettent pas de supprimer dans cette couche.")
        return _("Vos droits ne permettent pas de modifier cette couche.")
    if right is WriteRight.DELETE and scope.deletes_own_alone:
        return _(
            "Vos droits permettent de supprimer ce que vous avez écrit : cet objet est de quelqu’un d’autre."
        )
    if right is WriteRight.DELETE:
        return _("Vos droits ne permettent pas de supprimer cet objet.")
    if scope.changes_own_alone:
        return _(
            "Vos droits permettent de modifier ce que vous avez écrit : cet objet est de quelqu’un d’autre."
        )
    return _("Cet objet, avant ou après la modification, sort de ce que vous pouvez modifier.")


def _unwritable(names: Collection[str]) -> Forbidden:
    """Return the refusal of fields that the grants of a visitor do not let them write; the first one is its culprit."""
    listed = sorted(names)
    return Forbidden(
        _("Vos droits ne permettent pas d’écrire : %s.") % ", ".join(listed), parameter=listed[0]
    )


def is_written(column: models.Field[Any, Any]) -> bool:
    """Whether people write a column: stored in the row, not computed."""
    return column.editable and not column.generated and not column.primary_key


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
    ``is_proposed``: nothing changed yet, the change waits for who approves the row.
    ``change`` is the id of the change, to undo it.
    """

    pk: int
    warnings: tuple[str, ...] = ()
    ignored_properties: tuple[str, ...] = ()
    is_proposed: bool = False
    change: UUID | None = None


def is_recorded(definition: LayerDefinition) -> bool:
    """Whether the features of a layer are written one by one: their history is recorded, and nothing forbids it."""
    return definition.are_rows_writable and events_of(definition.model) is not None


def is_addable(scope: Scope) -> bool:
    """Whether the visitor may create single features of the layer."""
    return scope.can_add and is_recorded(scope.definition)


def is_changeable(scope: Scope) -> bool:
    """Whether the visitor may change single features of the layer, be it those alone that they wrote."""
    return scope.can_change and is_recorded(scope.definition)


def is_writable(scope: Scope) -> bool:
    """Whether the visitor may create or change some features of the layer."""
    return is_addable(scope) or is_changeable(scope)


def writable_names(scope: Scope) -> frozenset[str]:
    """Return the names of the fields that a write stores; the portal computes the others."""
    return frozenset(stored_columns(scope))


def is_deletable(scope: Scope) -> bool:
    """Whether the visitor may delete features: not where records they do not read would leave with them."""
    return (
        scope.can_delete and is_changeable(scope) and len(scope.relations) == len(scope.definition.relations)
    )


def why_read_only(scope: Scope, right: WriteRight) -> str:
    """Say which right on the features of the layer the visitor lacks; nothing of what they do not read.

    Raises:
        MissingCredentials: some people may, and the visitor did not say who they are.
    """
    if scope.visitor.plan is not None:
        return _("Un plan à une date se lit et ne se modifie pas : retirez plan-date de l’adresse.")
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
    if right is WriteRight.ADD and not scope.can_add:
        return _("Vos droits permettent de modifier dans cette couche, pas d’y ajouter.")
    if right is not WriteRight.ADD and not scope.can_change:
        return _("Vos droits permettent d’ajouter à cette couche, pas d’y modifier ni d’y supprimer.")
    if right is WriteRight.DELETE and not scope.can_delete:
        return _("Vos droits permettent de modifier dans cette couche, pas d’y supprimer.")
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
        instance = scope.definition.model()
        sign(scope, instance)
        return replace(_saved(scope, _LockedRow(instance, None), draft, warnings), change=change)


def sign(scope: Scope, row: Any) -> None:
    """Name the visitor as the author of a new row, where the layer has a column for it."""
    path = scope.definition.row_author_path
    if path:
        setattr(row, path, scope.visitor.user_id)


def replace_feature(*, scope: Scope, pk: int, draft: FeatureInput, expected: Expected) -> WrittenFeature:
    """Replace what the visitor may write of a feature: a property that is not given goes back to its default.

    Raises:
        UnknownFeature: no such feature for this visitor.
        StaleFeature: it changed since the versions expected.
        InvalidFeature, Forbidden: as ``create_feature``.
    """
    with writing(scope) as change:
        row = _locked(scope, pk, expected, WriteRight.CHANGE, may_propose=True)
        for name, column in _columns_within(scope, row.fields).items():
            if name not in draft.values:
                setattr(row.instance, column.attname, column.get_default())
        return replace(_saved(scope, row, draft, [], is_replaced=True), change=change)


def update_feature(
    *,
    scope: Scope,
    pk: int,
    draft: FeatureInput,
    expected: Expected,
    related: Sequence[RelatedChange] = (),
) -> WrittenFeature:
    """Change what a draft names of a feature, and nothing else.

    ``related`` is what the caller writes beside, once this has returned: where the change is proposed only
    (``is_proposed``), it writes nothing, and does so on ``layers.services.moderation.change_accepted``.

    Raises:
        UnknownFeature, StaleFeature, InvalidFeature, Forbidden: as ``replace_feature``.
    """
    with writing(scope) as change:
        row = _locked(scope, pk, expected, WriteRight.CHANGE, may_propose=True)
        return replace(_saved(scope, row, draft, [], related=related), change=change)


def delete_feature(*, scope: Scope, pk: int, expected: Expected) -> UUID:
    """Delete a feature, its related records and the files of its photos; return the id of the change.

    Raises:
        UnknownFeature, StaleFeature, Forbidden: as ``replace_feature``.
        ReferencedFeature: rows of another layer belong to it.
    """
    with writing(scope) as change:
        features = [_locked(scope, pk, expected, WriteRight.DELETE).instance]
        check_removable(scope, features)
        remove_features(features=features)
    return change


def check_removable(scope: Scope, features: Iterable[Any]) -> None:
    """Let applications refuse that features are deleted, in the transaction that deletes them.

    Raises:
        ReferencedFeature: rows of another layer belong to one of them.
    """
    features_removing.send(sender=None, scope=scope, features=features)


def count_references(definition: LayerDefinition, field: Field, keys: Collection[Any]) -> int:
    """Return how many rows of a layer, whoever reads them, hold one of some keys of another one."""
    return access.every_row(definition).filter(**{f"{field.source}__in": keys}).count()


def check_row(scope: Scope, row: Any, names: Collection[str]) -> None:
    """Write a row of the layer and undo it, to know before the rest of a form whether it may be written as it is.

    ``names`` are the fields that the form changes.

    Raises:
        Forbidden: it would be outside the rows that the visitor may add, or change where it exists, or changes a field
            that they may not write there.
        InvalidFeature: the database refuses it.
    """
    draft, right = copy(row), WriteRight.ADD if row._state.adding else WriteRight.CHANGE
    if right is WriteRight.ADD:
        sign(scope, draft)
        begin_row(scope, draft)
    else:
        check_open(scope, draft)
    try:
        with transaction.atomic():
            draft.save()
            check_written(scope, draft.pk, right, names)
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


def stored_columns(scope: Scope) -> dict[str, models.Field[Any, Any]]:
    """Return the columns that the visitor reads and that people write, by published name: not computed, nor signed."""
    columns = {
        column.attname: column
        for column in scope.definition.model._meta.concrete_fields
        if is_written(column)
        and column.attname != scope.definition.row_author_path
        and column.attname not in moderated_columns(scope)
    }
    return {field.name: columns[field.source] for field in scope.fields if field.source in columns}


def writable_columns(scope: Scope, pk: int | None = None) -> dict[str, models.Field[Any, Any]]:
    """Return the columns that the visitor may write of a feature, by published name; without one, those of some."""
    if pk is None or not scope.limits_fields:
        return _columns_within(scope, scope.written_fields)
    return _columns_within(scope, access.row_access(scope, pk, WriteRight.CHANGE).fields)


def written_names(scope: Scope, columns: Collection[str]) -> set[str]:
    """Return what a grant calls columns of the model: by their published name, else by their own."""
    published = {field.source: field.name for field in scope.definition.fields} | {"geom": GEOMETRY}
    attnames = {column.name: column.attname for column in scope.definition.model._meta.concrete_fields}
    return {published.get(attnames.get(name, name), name) for name in columns if name in attnames}


def _columns_within(scope: Scope, fields: frozenset[str] | None) -> dict[str, models.Field[Any, Any]]:
    columns = stored_columns(scope)
    return {name: column for name, column in columns.items() if fields is None or name in fields}


def _saved(
    scope: Scope,
    row: _LockedRow,
    draft: FeatureInput,
    warnings: list[str],
    *,
    is_replaced: bool = False,
    related: Sequence[RelatedChange] = (),
) -> WrittenFeature:
    instance, is_new = row.instance, row.instance._state.adding
    columns = stored_columns(scope)
    computed_names = draft.values.keys() - columns.keys()
    before = computed_values(scope, instance, computed_names) if instance.pk is not None else {}
    written = _fill(scope, row, draft)
    if is_new:
        begin_row(scope, instance)
    check_row_values(instance, {"geom": GEOMETRY} | {column.name: name for name, column in columns.items()})
    if (is_replaced or written or related) and not is_new and is_change_proposed(scope, instance):
        message = propose_change(
            scope,
            instance,
            check=lambda: check_written(scope, instance.pk, WriteRight.CHANGE),
            related=related,
        )
        return WrittenFeature(instance.pk, (*warnings, *draft.remarks, message), is_proposed=True)
    # A draft of computed values alone has nothing to store: its version stays, and every cache of the layer.
    if is_new or is_replaced or written:
        instance.save()
    final = check_written(scope, instance.pk, WriteRight.ADD if is_new else WriteRight.CHANGE)
    if is_new and final.fields is not None:
        _check_first_values(scope, draft, final.fields)
    if is_new:
        settle_row(scope, instance)
    instance.refresh_from_db()
    warnings += draft.remarks
    other = other_values(draft.values, before, computed_values(scope, instance, computed_names))
    warnings += other.values()
    if scope.definition.geometry.is_located and instance.commune_id is None:
        warnings.append(_("L’objet est hors des communes du territoire."))
    return WrittenFeature(instance.pk, tuple(warnings), tuple(other))


def _fill(scope: Scope, row: _LockedRow, draft: FeatureInput) -> set[str]:
    """Set the values on the instance, but for the fields that the portal computes; return the names of those set.

    Raises:
        InvalidFeature: another id.
        Forbidden: another value for a field that the visitor may not write on this row.
    """
    instance, columns = row.instance, stored_columns(scope)
    if draft.id and instance.pk is not None and draft.id != str(instance.pk):
        raise InvalidFeature(_("L’identifiant d’un objet ne change pas."), parameter="id")
    values = {columns[name]: value for name, value in draft.values.items() if name in columns}
    names = {column: name for name, column in columns.items()}
    geometry = None if draft.geometry is None else stored(draft.geometry)
    if row.fields is not None:
        values = {column: value for column, value in values.items() if not is_stored(instance, column, value)}
        if geometry is not None and is_same_geometry(geometry, instance.geom):
            geometry = None
        changed = {names[column] for column in values} | ({GEOMETRY} if geometry is not None else set())
        if refused := changed - row.fields:
            raise _unwritable(refused)
    for column, value in values.items():
        setattr(instance, column.attname, emptied(column) if value is None else value)
    if geometry is not None:
        instance.geom = geometry
    return {names[column] for column in values} | ({GEOMETRY} if geometry is not None else set())


def _check_first_values(scope: Scope, draft: FeatureInput, fields: frozenset[str]) -> None:
    """Check that a new feature has values of its own in the fields alone that the visitor may write; it is somewhere.

    Raises:
        Forbidden: it has one for another field.
    """
    blank = scope.definition.model()
    columns = stored_columns(scope)
    refused = {
        name
        for name, value in draft.values.items()
        if name in columns and name not in fields and not is_stored(blank, columns[name], value)
    }
    if refused:
        raise _unwritable(refused)
