"""Actions of plans, which dashboards follow: read as any layer, with the rights of the visitor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.visitor import Visitor

ACTIONS = "plans-actions"
MAX_ACTIONS = 500
_FIELDS = ("plan", "axe", "code", "titre")


@dataclass(frozen=True, slots=True)
class PlanAction:
    """An action of a plan: ``plan`` and ``code`` identify it, ``axis`` is the title of its axis, ``pk`` its feature."""

    pk: int
    plan: str
    axis: str
    code: str
    title: str


def plan_actions(
    visitor: Visitor, *, plan: str = "", code: str = "", axis: str = "", pk: int = 0
) -> list[PlanAction]:
    """Return the actions that a visitor reads, of a plan, a code, an axis or an id where one is named."""
    try:
        scope = access.scope(visitor, ACTIONS)
    except UnknownLayer:
        return []
    if not scope.readable_names.issuperset(_FIELDS):
        return []
    conditions = {"plan": plan, "code": code, "axe": axis}
    values: dict[str, Any] = {_path(scope, name): value for name, value in conditions.items() if value}
    values |= {"pk": pk} if pk else {}
    paths = [_path(scope, name) for name in _FIELDS]
    rows = scope.queryset.filter(**values).order_by(*paths[:3], "pk").values_list("pk", *paths)
    return [PlanAction(*_texts(row)) for row in rows[:MAX_ACTIONS]]


def _path(scope: Scope, name: str) -> str:
    return scope.definition.by_name[name].source


def _texts(row: Sequence[Any]) -> Iterator[Any]:
    yield row[0]
    yield from (str(value or "") for value in row[1:])


def action_words(action: PlanAction) -> str:
    """Name an action: « Action 1.2.1, Compléter le réseau cyclable »."""
    return _("Action %(code)s, %(title)s") % {"code": action.code, "title": action.title}
