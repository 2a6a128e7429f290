"""Write the records of a feature that the visitor may edit, in a relation that they read.

Fields that the visitor does not read are neither written nor lost. Records are writable when the history of their
table is recorded; photos have their own service (``layers.services.photos``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.definitions import Due, LayerDefinition, Relation
from layers.errors import InvalidFeature, UnknownFeature
from layers.models import Commune, events_of
from layers.queries import related_rows
from layers.registry import coded_definitions
from layers.services.features import (
    Expected,
    check_row_values,
    check_version,
    is_changeable,
    is_written,
    locked_feature,
    writing,
)
from layers.services.returned_values import emptied
from layers.sql.rows import RowVersion


def writable_relations(scope: Scope) -> tuple[Relation, ...]:
    """Return the relations whose records the visitor may create, change and delete, in features they may edit.

    They are part of a feature: the right to change it is enough. Where grants limit the fields, they name the relation.
    """
    if not scope.can_change:
        return ()
    names = scope.written_fields
    return tuple(
        relation
        for relation in scope.relations
        if not relation.is_gallery and events_of(relation.model) and (names is None or relation.name in names)
    )


def may_enter(scope: Scope) -> bool:
    """Whether there is anything to write in features that the visitor may edit: their fields, or records."""
    return is_changeable(scope) or bool(writable_relations(scope))


def writable_relation(scope: Scope, name: str) -> Relation:
    """Return a relation that the visitor may write.

    Raises:
        UnknownFeature: there is none of this name for them.
    """
    match = next((relation for relation in writable_relations(scope) if relation.name == name), None)
    if match is None:
        raise UnknownFeature(
            _("La couche « %(layer)s » n’a pas de saisie « %(name)s ».")
            % {"layer": scope.slug, "name": name[:60]},
            parameter="relation",
        )
    return match


def record_columns(relation: Relation) -> dict[str, models.Field[Any, Any]]:
    """Return the columns that a write stores, by published name: not computed, not the link itself.

    A reference is one of them when its target may be named: a commune, a feature of a layer.
    """
    columns: dict[str, models.Field[Any, Any]] = {
        column.attname: column for column in relation.model._meta.concrete_fields if is_written(column)
    }
    columns_by_name = {field.name: columns.get(field.source) for field in relation.fields}
    return {
        name: column
        for name, column in columns_by_name.items()
        if column is not None and column.name != relation.link and is_offered(column)
    }


def is_offered(column: models.Field[Any, Any]) -> bool:
    """Whether a column is no reference, or one to communes or to features of a layer."""
    return column.related_model is None or bool(referred(column))


def referred(column: models.Field[Any, Any]) -> type[models.Model] | LayerDefinition | None:
    """Return the target of a foreign key: communes, or a layer written in code; None for anything else."""
    if column.related_model is Commune:
        return Commune
    return next(
        (definition for definition in coded_definitions() if definition.model is column.related_model), None
    )


def referable(scope: Scope, column: models.Field[Any, Any]) -> models.QuerySet[Any]:
    """Select the possible values of a reference: the communes, or the features that the visitor sees."""
    target = referred(column)
    if isinstance(target, LayerDefinition):
        visible = access.visible(scope.visitor, [target])
        return visible[0].queryset if visible else models.QuerySet(target.model).none()
    return Commune.objects.order_by("nom")


def reference_title(scope: Scope, column: Any) -> str:
    """Return the column that names the target of a reference: its title where the visitor reads it, else its key."""
    target = referred(column)
    if not isinstance(target, LayerDefinition):
        return "nom"
    visible = access.visible(scope.visitor, [target])
    title = visible[0].filterable.get(target.title_field) if visible else None
    return title.source if title is not None else str(column.target_field.attname)


def create_record(*, scope: Scope, pk: int, relation: str, values: Mapping[str, Any]) -> int:
    """Create a record of the feature ``pk``; return its id.

    Raises:
        UnknownFeature: no such feature or relation for this visitor.
        Forbidden: the feature is outside the rows that the visitor may edit.
        InvalidFeature: a value that the layer refuses, naming the fields.
    """
    kind = writable_relation(scope, relation)
    with writing(scope):
        feature = locked_feature(scope, pk, None, names=[kind.name])
        scheduled = dict(values)
        if kind.due is not None and values.get(kind.due.field) is None:
            scheduled[kind.due.field] = _next_due(scope, kind, kind.due, pk, values)
        return _saved(scope, kind, kind.model(**{kind.link: feature}), scheduled)


def _next_due(
    scope: Scope, relation: Relation, due: Due, pk: int, values: Mapping[str, Any]
) -> dt.date | None:
    """Compute when a new record without a next date falls due again: a date left empty ends no schedule.

    As long after it as the last record of its kind had planned, else after the interval that the layer declares; None
    for a kind that has neither (an inspection made once).
    """
    since, kind = values.get(due.since), values.get(due.kind)
    if not isinstance(since, dt.date) or due.field not in record_columns(relation):
        return None
    source = {field.name: field.source for field in relation.fields}
    before = (
        related_rows(scope, relation, [pk])
        .filter(**{source[due.kind]: kind, f"{source[due.field]}__isnull": False})
        .order_by(f"-{source[due.since]}", "-pk")
        .values_list(source[due.field], source[due.since])
        .first()
    )
    if before is not None:
        return since + dt.timedelta(days=(before[0] - before[1]).days)
    days = dict(due.intervals).get(str(kind))
    return None if days is None else since + dt.timedelta(days=days)


def update_record(
    *, scope: Scope, pk: int, relation: str, record: int, values: Mapping[str, Any], expected: Expected
) -> int:
    """Change the values that are given of a record, and nothing else; return its id.

    Raises:
        StaleFeature: the record changed since the versions expected.
        UnknownFeature, Forbidden, InvalidFeature: as ``create_record``.
    """
    kind = writable_relation(scope, relation)
    with writing(scope):
        locked_feature(scope, pk, None, names=[kind.name])
        return _saved(scope, kind, _locked_record(scope, kind, pk, record, expected), values)


def delete_record(*, scope: Scope, pk: int, relation: str, record: int, expected: Expected) -> None:
    """Delete a record.

    Raises:
        StaleFeature, UnknownFeature, Forbidden: as ``update_record``.
    """
    kind = writable_relation(scope, relation)
    with writing(scope):
        locked_feature(scope, pk, None, names=[kind.name])
        _locked_record(scope, kind, pk, record, expected).delete()


def _locked_record(scope: Scope, relation: Relation, pk: int, record: int, expected: Expected) -> Any:
    rows = related_rows(scope, relation, [pk]).select_for_update(of=("self",))
    instance = rows.annotate(row_version=RowVersion()).filter(pk=record).first() if record < 2**63 else None
    if instance is None:
        raise UnknownFeature(
            _("« %(relation)s » n’a pas de ligne %(id)s.") % {"relation": relation.title, "id": record},
            parameter="record",
        )
    check_version(instance, expected)
    return instance


def _saved(scope: Scope, relation: Relation, instance: Any, values: Mapping[str, Any]) -> int:
    columns = record_columns(relation)
    for name, value in values.items():
        column = columns.get(name)
        if column is None:
            raise InvalidFeature(_("« %s » ne se saisit pas ici.") % name[:60], parameter=name[:60])
        if column.related_model is not None and value is not None:
            _check_reference(scope, name, column, value)
        setattr(instance, column.attname, emptied(column) if value is None else value)
    # The link is checked too, since the rules of a table often say « once for a feature »; it has no name of its own.
    check_row_values(instance, {relation.link: ""} | {column.name: name for name, column in columns.items()})
    instance.save()
    return int(instance.pk)


def _check_reference(scope: Scope, name: str, column: Any, value: Any) -> None:
    target = column.target_field.attname
    if not referable(scope, column).filter(**{target: value}).exists():
        reason = _("« %s » n’est pas connu.") % str(value)[:60]
        raise InvalidFeature(
            _("%(name)s : %(reason)s") % {"name": name, "reason": reason},
            parameter=name,
            faults={name: reason},
        )
