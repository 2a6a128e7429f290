"""Change or delete many features at once, by set in PostgreSQL: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature, StaleFeature, UnknownFeature
from layers.parsing import FeatureQuery
from layers.queries import select, version_text
from layers.services.features import (
    is_changeable,
    is_deletable,
    refused_by_base,
    why_read_only,
    writable_columns,
    writing,
)
from layers.services.restoration import check_rows, delete_rows
from layers.services.returned_values import emptied
from layers.sql.rows import RowVersion, for_update
from layers.vocabulary import WriteRight

MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class BulkChange:
    """How many rows were written; ``change`` undoes it (``restoration.undo_change``)."""

    count: int
    change: UUID


def update_features(
    *,
    scope: Scope,
    values: Mapping[str, Any],
    pks: Collection[int] | None = None,
    query: FeatureQuery | None = None,
    versions: Mapping[int, str] | None = None,
) -> BulkChange:
    """Give fields one value each (None: no value) in many features: those of ``pks``, or those that match ``query``.

    ``versions`` are the versions of rows that the change starts from, by id (``queries.row_version``).

    Raises:
        Forbidden: one of the features is not the visitor's to change, before or after.
        UnknownFeature: one of ``pks`` is not there.
        InvalidFeature: a field refuses its value, or is unique; ``parameter`` names it.
        StaleFeature: a feature is at another version.
    """
    if not is_changeable(scope):
        raise Forbidden(why_read_only(scope, WriteRight.CHANGE))
    columns = writable_columns(scope)
    for name in values:
        if name not in columns:
            raise InvalidFeature(
                _("« %s » n’est pas un champ que vous modifiez.") % name[:63], parameter=name
            )
    with writing(scope, limit="whole") as change:
        rows = _locked(scope, pks, query, versions)
        stored = _checked(scope, values, is_single=len(rows) == 1)
        check_rows(scope, rows, values.keys())
        if rows and stored:
            _write(scope, rows, stored)
        check_rows(scope, rows, values.keys())
    return BulkChange(len(rows), change)


def delete_features(
    *, scope: Scope, pks: Collection[int], versions: Mapping[int, str] | None = None
) -> BulkChange:
    """Delete many features, with what belongs to them.

    Raises:
        Forbidden, UnknownFeature, StaleFeature: as ``update_features``.
    """
    if not is_deletable(scope):
        raise Forbidden(why_read_only(scope, WriteRight.DELETE))
    with writing(scope, limit="whole") as change:
        rows = _locked(scope, pks, None, versions)
        delete_rows(scope, rows)
    return BulkChange(len(rows), change)


def _locked(
    scope: Scope,
    pks: Collection[int] | None,
    query: FeatureQuery | None,
    versions: Mapping[int, str] | None,
) -> list[int]:
    """Lock the rows of a change, in one order for everybody, and return their ids."""
    queryset = select(scope, query).queryset if query is not None else scope.queryset
    rows = queryset.filter(pk__in=pks) if pks is not None else queryset
    locked = for_update(scope.queryset.filter(pk__in=rows.order_by().values("pk"))).order_by("pk")
    read = list(locked.annotate(row_version=RowVersion()).values_list("pk", "row_version")[: MAX_ROWS + 1])
    if len(read) > MAX_ROWS:
        raise InvalidFeature(_("Plus de %d lignes à la fois.") % MAX_ROWS, parameter="rows")
    missing = sorted(set(pks or ()) - {pk for pk, _version in read})
    if missing:
        raise UnknownFeature(_("L’objet %d n’existe pas, ou n’existe plus.") % missing[0], parameter="rows")
    for pk, version in read:
        if versions is not None and pk in versions and version_text(version) != versions[pk]:
            raise StaleFeature(
                _("L’objet %d a changé depuis la version de départ : relisez-le, puis recommencez.") % pk,
                parameter="rows",
            )
    return [pk for pk, _version in read]


def _checked(scope: Scope, values: Mapping[str, Any], *, is_single: bool) -> dict[str, Any]:
    """Return the values by attribute, checked by the fields and by the model as those of one row."""
    columns, model = writable_columns(scope), scope.definition.model
    instance, names = model(), {columns[name].name: name for name in values}
    for name, value in values.items():
        column = columns[name]
        if not is_single and _is_unique(column):
            raise InvalidFeature(
                _("%s : chaque ligne a sa valeur, qui ne se change pas pour plusieurs lignes à la fois.")
                % name,
                parameter=name,
            )
        setattr(instance, column.attname, emptied(column) if value is None else value)
    excluded = {column.name for column in model._meta.concrete_fields} - set(names)
    faults: dict[str, list[str]] = {}
    checks: list[Callable[[], None]] = [partial(instance.clean_fields, exclude=excluded)]
    if not _has_own_rules(model):
        checks.append(instance.clean)
    for check in checks:
        try:
            check()
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                faults |= {names[key]: texts for key, texts in error.message_dict.items() if key in names}
    if faults:
        texts = {name: " ".join(reasons) for name, reasons in faults.items()}
        sentences = (_("%(name)s : %(reason)s") % {"name": n, "reason": r} for n, r in texts.items())
        raise InvalidFeature(" ".join(sentences), parameter=next(iter(texts)), faults=texts)
    return {columns[name].attname: getattr(instance, columns[name].attname) for name in values}


def _is_unique(column: models.Field[Any, Any]) -> bool:
    unique_names = {
        name
        for constraint in column.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and len(constraint.fields) == 1
        for name in constraint.fields
    }
    return bool(column.unique) or column.name in unique_names


def _write(scope: Scope, pks: list[int], stored: Mapping[str, Any]) -> None:
    model = scope.definition.model
    rows = access.every_row(scope.definition).filter(pk__in=pks)
    if _has_own_rules(model):
        _check_each(rows, stored)
    times = (
        {"updated_at": timezone.now()}
        if any(column.name == "updated_at" for column in model._meta.concrete_fields)
        else {}
    )
    rows.update(**stored, **times)


def _has_own_rules(model: type[models.Model]) -> bool:
    """Whether a model checks fields against each other, which takes whole rows; those of datasets check each alone."""
    return model.clean is not models.Model.clean and not hasattr(model, "event_model")


def _check_each(rows: Any, stored: Mapping[str, Any]) -> None:
    for row in rows.iterator():
        for attribute, value in stored.items():
            setattr(row, attribute, value)
        try:
            row.clean()
        except ValidationError as error:
            reason = " ".join(error.messages) or refused_by_base()
            raise InvalidFeature(
                _("Objet %(pk)d : %(reason)s") % {"pk": row.pk, "reason": reason}, parameter="rows"
            ) from None
