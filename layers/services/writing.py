"""What every write of a row shares: one transaction under the visitor's name, their rows, the checks of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature, StaleFeature
from layers.queries import unknown_feature, version_text
from layers.sql.limits import time_limit
from layers.sql.rows import RowVersion

# The versions a change may start from (``queries.row_version``); None is any.
Expected = frozenset[str] | None


@contextmanager
def writing(scope: Scope) -> Iterator[None]:
    """Run the block in one transaction, under the name of the visitor; what the database refuses is a clear answer."""
    visitor = scope.visitor
    author = {
        "user": visitor.user_id,
        "username": visitor.username,
        "credential": visitor.credential.value,
        "layer": scope.slug,
    }
    try:
        # The transaction comes first: a time limit that opens its own takes a snapshot, which a waiting write fails on.
        with pghistory.context(**author), transaction.atomic(), time_limit("page"):
            yield
    except (IntegrityError, DataError) as error:
        raise InvalidFeature(refused_by_base()) from error


def locked_feature(scope: Scope, pk: int, expected: Expected) -> Any:
    """Return the feature, which nobody else changes until the end of the transaction.

    Raises:
        UnknownFeature: no such feature for this visitor.
        Forbidden: outside the rows that the visitor may edit.
        StaleFeature: it changed since the versions expected.
    """
    rows = scope.queryset.select_for_update(of=("self",)).annotate(row_version=RowVersion())
    instance = rows.filter(pk=pk).first() if pk < 2**63 else None
    if instance is None:
        raise unknown_feature(scope, pk)
    check_reach(scope, pk)
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


def check_reach(scope: Scope, pk: int) -> None:
    """Check that a feature is in the rows that the visitor may edit.

    Raises:
        Forbidden: it is not.
    """
    if not access.editable(scope).filter(pk=pk).exists():
        raise Forbidden(_("Cet objet, avant ou après la modification, sort de ce que vous pouvez modifier."))


def is_written(column: models.Field[Any, Any]) -> bool:
    """Whether people write a column: stored in the row, not computed."""
    return column.editable and not column.generated and not column.primary_key


def emptied(column: models.Field[Any, Any]) -> Any:
    """Return what a null means: no value or, where the column must have one, what it has when nothing is said."""
    return None if column.null else column.get_default()


def check_row_values(instance: Any, names: Mapping[str, str]) -> None:
    """Let the model check what the visitor reads; the database checks the rest, without a word about it.

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
    """Tell why, by published names; what is wrong with a hidden field is not told."""
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    faults = {names[name]: " ".join(messages) for name, messages in found.items() if name in names}
    told = [_("%(name)s : %(reason)s") % {"name": name, "reason": reason} for name, reason in faults.items()]
    told += found.get(NON_FIELD_ERRORS, [])
    if found.get(NON_FIELD_ERRORS):
        faults[""] = " ".join(found[NON_FIELD_ERRORS])
    return InvalidFeature(
        " ".join(told) or refused_by_base(), parameter=next(iter(faults), ""), faults=faults
    )


def refused_by_base() -> str:
    """Return what is said when a constraint of the database that no model tells refuses a row."""
    return _("La base refuse ces valeurs : une contrainte de la couche n’est pas respectée.")
