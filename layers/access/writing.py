"""Which rows a visitor may add, change and delete, and which fields they write there: by grants in force, no others.

A grant that changes own rows alone is about those that the account wrote: by the column that the definition names, else
by the insertion in the history (ADR 0089). Each row is judged by the grants that have it, so that a grant of two fields
on every row and another of all fields on some add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from layers.access.grants import fitting, grants_in_force, row_filters, union
from layers.access.layer_scopes import Scope
from layers.access.reasons import row_matches
from layers.access.row_conditions import every_row
from layers.models import Grant, events_of
from layers.vocabulary import WriteRight

_NO_ROW = Q(pk__in=[])
# The fields of a grant that names none: all that the visitor reads.
_EVERY_FIELD = None


@dataclass(frozen=True, slots=True)
class RowAccess:
    """Whether a visitor has a right on one row, and the fields that they may write there: None for all they read."""

    is_allowed: bool
    fields: frozenset[str] | None = None


def editable(scope: Scope, names: Iterable[str] = ()) -> QuerySet[Any]:
    """Return the rows of a scope that its visitor may change: those of the grants that do, no other.

    With ``names``, those of which they may write each of these fields.
    """
    rows = _writable(scope, WriteRight.CHANGE)
    if not scope.limits_fields:
        return rows
    parts = _parts(scope, WriteRight.CHANGE)
    for name in names:
        allowing = [condition for fields, condition in parts.items() if fields is None or name in fields]
        rows = rows.filter(union(allowing)) if all(allowing) else rows
    return rows


def addable(scope: Scope) -> QuerySet[Any]:
    """Return the rows of a scope that its visitor may have added: those of the grants that add, no other."""
    return _writable(scope, WriteRight.ADD)


def deletable(scope: Scope) -> QuerySet[Any]:
    """Return the rows of a scope that its visitor may delete: those of the grants that do, no other."""
    return _writable(scope, WriteRight.DELETE)


def own_rows(scope: Scope) -> Q:
    """Return the condition of the rows of a layer that the account of its visitor wrote; of nobody, none."""
    user, definition = scope.visitor.user_id, scope.definition
    if user is None:
        return _NO_ROW
    if definition.row_author_path:
        return Q(**{definition.row_author_path: user})
    events = events_of(definition.model)
    if events is None:
        return _NO_ROW
    rows: Any = events._default_manager
    inserted = rows.filter(
        pgh_label="insert", pgh_obj_id=OuterRef("pk"), pgh_context__metadata__contains={"user": user}
    )
    return Q(Exists(inserted))


def row_access(scope: Scope, pk: int, right: WriteRight) -> RowAccess:
    """Return whether a visitor has a right on a row of their scope, and on which fields, in one statement.

    With the grants, two; one where every row is theirs to write.
    """
    parts = _parts(scope, right)
    if not parts:
        return RowAccess(is_allowed=False)
    if len(parts) == 1:
        ((fields, condition),) = parts.items()
        return RowAccess(scope.queryset.filter(condition, pk=pk).exists(), fields)
    matches = row_matches(scope, pk, list(parts.values())) or []
    allowed = [fields for fields, is_match in zip(parts, matches, strict=False) if is_match]
    if _EVERY_FIELD in allowed:
        return RowAccess(is_allowed=True)
    return RowAccess(bool(allowed), frozenset().union(*(fields for fields in allowed if fields is not None)))


def edits_every(scope: Scope, condition: Q) -> Q:
    """Return the condition that some rows of a layer match ``condition``, and that the visitor may change each of them.

    Rows that are hidden from the visitor count: they may not change those.
    """
    rows = every_row(scope.definition).filter(condition)
    return Q(Exists(rows)) & ~Q(Exists(rows.exclude(pk__in=editable(scope).order_by().values("pk"))))


def _writable(scope: Scope, right: WriteRight) -> QuerySet[Any]:
    parts = _parts(scope, right)
    if not parts:
        return scope.queryset.none()
    return scope.queryset.filter(union(parts.values())) if all(parts.values()) else scope.queryset


def _parts(scope: Scope, right: WriteRight) -> dict[frozenset[str] | None, Q]:
    """Return the condition of the rows that a right is about, by the fields that may be written there.

    An empty condition is every row of the scope; without a right there is nothing.
    """
    if not scope.has_right(right):
        return {}
    if scope.visitor.is_administrator or scope.has_right_everywhere(right):
        return {_EVERY_FIELD: Q()}
    grants = grants_in_force(scope.visitor, [scope.layer]).get(scope.layer.pk, [])
    parts: dict[frozenset[str] | None, Q] = {}
    for grant in fitting(grants, scope.definition):
        condition = _condition(scope, grant, right)
        if condition is not None:
            fields = frozenset(grant.written_fields) or _EVERY_FIELD
            former = parts.get(fields)
            # An empty condition is every row, which no other adds to.
            parts[fields] = (
                condition if former is None else former | condition if former and condition else Q()
            )
    return parts


def _condition(scope: Scope, grant: Grant, right: WriteRight) -> Q | None:
    """Return the rows that a grant gives a right on; None where it does not, or where its filter does not fit."""
    is_granted = {
        WriteRight.ADD: grant.can_add,
        WriteRight.CHANGE: grant.can_change or grant.can_change_own,
        WriteRight.DELETE: grant.can_delete and (grant.can_change or grant.can_change_own),
    }
    filters = row_filters([grant], scope.definition)
    if not is_granted[right] or not (filters or grant.has_every_row):
        return None
    rows = Q() if grant.has_every_row else union(filters.values())
    return rows if right is WriteRight.ADD or grant.can_change else rows & own_rows(scope)
