"""Writes of single features: inside the visitor's rows before and after, checked by the model, kept in the history.

What the visitor does not read is neither written nor lost: a replacement leaves a protected field as it was. A layer is
written here when the history of its table is kept; a dataset is not, its deliveries are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import Field
from layers.errors import InvalidFeature, MissingCredentials
from layers.models import events_of
from layers.parsing.feature import FeatureInput
from layers.services.computed_values import computed_values, other_values
from layers.services.photos import remove_features
from layers.services.writing import (
    Expected,
    check_reach,
    check_row_values,
    emptied,
    is_written,
    locked_feature,
    refused_by_base,
    writing,
)
from layers.sql.rows import stored

__all__ = [
    "Expected",
    "WrittenFeature",
    "all_or_nothing",
    "check_row",
    "create_feature",
    "delete_feature",
    "is_deletable",
    "is_writable",
    "replace_feature",
    "update_feature",
    "why_read_only",
    "writable_columns",
    "writable_names",
]


@dataclass(frozen=True, slots=True)
class WrittenFeature:
    """A feature that was written, and what its author should know about it.

    ``not_kept`` are the properties that the portal computes and that the author gave another value.
    """

    pk: int
    warnings: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ()


def is_writable(scope: Scope) -> bool:
    """Whether the visitor may create and change features of the layer, one by one."""
    return scope.can_edit and events_of(scope.definition.model) is not None


def writable_names(scope: Scope) -> frozenset[str]:
    """Return the names of the fields that a write keeps; the portal computes the others."""
    return frozenset(writable_columns(scope))


def is_deletable(scope: Scope) -> bool:
    """Whether the visitor may delete features: not where records they do not read would leave with them."""
    return is_writable(scope) and len(scope.relations) == len(scope.definition.relations)


def why_read_only(scope: Scope) -> str:
    """Say why the visitor may not do everything to the features of the layer; nothing of what they do not read.

    Raises:
        MissingCredentials: some people may, and the visitor did not say who they are.
    """
    if events_of(scope.definition.model) is None:
        return _(
            "Cette couche ne s’écrit pas objet par objet : une livraison de fichier la remplace tout entière."
        )
    if scope.visitor.is_anonymous:
        raise MissingCredentials(
            _("Identifiez-vous avec un compte, ou un jeton de modification, qui a ce droit.")
        )
    if not scope.can_edit:
        return _("Vos droits, ou la portée de votre jeton, ne permettent pas de modifier cette couche.")
    return _("Vos droits ne permettent pas cette action sur cet objet.")


def create_feature(*, scope: Scope, draft: FeatureInput) -> WrittenFeature:
    """Create a feature.

    Raises:
        InvalidFeature: a value that the layer refuses.
        Forbidden: outside the rows that the visitor may edit.
    """
    warnings = (
        [_("L’identifiant est donné par le portail : « %s » n’est pas gardé.") % draft.id] if draft.id else []
    )
    with writing(scope):
        return _saved(scope, scope.definition.model(), draft, warnings)


def replace_feature(*, scope: Scope, pk: int, draft: FeatureInput, expected: Expected) -> WrittenFeature:
    """Replace what the visitor may write of a feature: a property that is not given goes back to its default.

    Raises:
        UnknownFeature: no such feature for this visitor.
        StaleFeature: it changed since the versions expected.
        InvalidFeature, Forbidden: as ``create_feature``.
    """
    with writing(scope):
        instance = locked_feature(scope, pk, expected)
        for name, column in writable_columns(scope).items():
            if name not in draft.values:
                setattr(instance, column.attname, column.get_default())
        return _saved(scope, instance, draft, [])


def update_feature(*, scope: Scope, pk: int, draft: FeatureInput, expected: Expected) -> WrittenFeature:
    """Change what a draft names of a feature, and nothing else.

    Raises:
        UnknownFeature, StaleFeature, InvalidFeature, Forbidden: as ``replace_feature``.
    """
    with writing(scope):
        return _saved(scope, locked_feature(scope, pk, expected), draft, [])


def delete_feature(*, scope: Scope, pk: int, expected: Expected) -> None:
    """Delete a feature, its related records and the files of its photos.

    Raises:
        UnknownFeature, StaleFeature, Forbidden: as ``replace_feature``.
    """
    with writing(scope):
        remove_features(features=[locked_feature(scope, pk, expected)])


def check_row(scope: Scope, row: Any) -> None:
    """Write a row of the layer and undo it, to know before the rest of a form whether it may be written as it is.

    Raises:
        Forbidden: it would be outside the rows that the visitor may edit.
        InvalidFeature: the database refuses it.
    """
    draft = copy(row)
    try:
        with transaction.atomic():
            draft.save()
            check_reach(scope, draft.pk)
            transaction.set_rollback(True)
    except (IntegrityError, DataError) as error:
        raise InvalidFeature(refused_by_base()) from error


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Keep the writes of the block together, or none of them.

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
    found = {field.name: _column(scope, field) for field in scope.fields}
    return {name: column for name, column in found.items() if column is not None and is_written(column)}


def _column(scope: Scope, field: Field) -> models.Field[Any, Any] | None:
    columns = scope.definition.model._meta.concrete_fields
    return next((column for column in columns if column.attname == field.source), None)


def _saved(scope: Scope, instance: Any, draft: FeatureInput, warnings: list[str]) -> WrittenFeature:
    given = draft.values.keys() - writable_columns(scope).keys()
    before = computed_values(scope, instance, given) if instance.pk is not None else {}
    _fill(scope, instance, draft)
    _check(scope, instance)
    instance.save()
    check_reach(scope, instance.pk)
    instance.refresh_from_db()
    warnings += draft.remarks
    other = other_values(draft.values, before, computed_values(scope, instance, given))
    warnings += other.values()
    if scope.definition.geometry.is_located and instance.commune_id is None:
        warnings.append(_("L’objet est hors des communes du territoire."))
    return WrittenFeature(instance.pk, tuple(warnings), tuple(other))


def _fill(scope: Scope, instance: Any, draft: FeatureInput) -> None:
    """Put the values on the instance; what the portal computes is left to it."""
    if draft.id and instance.pk is not None and draft.id != str(instance.pk):
        raise InvalidFeature(_("L’identifiant d’un objet ne change pas."), parameter="id")
    columns = writable_columns(scope)
    for name, value in draft.values.items():
        column = columns.get(name)
        if column is not None:
            setattr(instance, column.attname, emptied(column) if value is None else value)
    if draft.geometry is not None:
        instance.geom = stored(draft.geometry)


def _check(scope: Scope, instance: Any) -> None:
    """Let the model check what the visitor reads."""
    check_row_values(
        instance,
        {"geom": "geometry"} | {column.name: name for name, column in writable_columns(scope).items()},
    )
