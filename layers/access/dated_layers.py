"""Layers whose rows have versions in time: what a visitor reads of them at a day, by the rights of what is online.

The day is read once, where the visitor is built; the versions in force on it are part of the visitor, of every scope
and of every cache key. Versions that are not published are in force on no day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from layers import registry
from layers.access.scopes import scopes_by_slug
from layers.errors import InvalidParameter, UnknownPlanDate
from layers.visitor import PLAN_DATE_PARAMETER, PlanDay, Visitor

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_plan_date(texts: Sequence[str]) -> dt.date:
    """Read the day of ``plan-date`` (ISO 8601, AAAA-MM-JJ).

    Raises:
        InvalidParameter: several values, another form, or a day that the calendar does not have.
    """
    if len(texts) > 1:
        raise InvalidParameter(
            _("%s est donné plusieurs fois.") % PLAN_DATE_PARAMETER, parameter=PLAN_DATE_PARAMETER
        )
    text = texts[0].strip()
    try:
        day = dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».")
            % {"name": PLAN_DATE_PARAMETER, "expected": _("une date AAAA-MM-JJ"), "value": text[:40]},
            parameter=PLAN_DATE_PARAMETER,
        )
    return day


def at_plan_date(visitor: Visitor, texts: Sequence[str]) -> Visitor:
    """Return the visitor who reads plans at the day of ``plan-date``, and writes nothing.

    Raises:
        InvalidParameter: the day cannot be read.
        UnknownPlanDate: no plan was in force on it; of who reads no layer that has versions, it is another day.
    """
    day = parse_plan_date(texts)
    dated = [each for each in registry.coded_definitions() if each.dated]
    versions: set[int] = set()
    try:
        for versions_on in dict.fromkeys(each.dated.versions_on for each in dated if each.dated):
            versions |= set(versions_on(day, visitor.portal))
    except UnknownPlanDate:
        if scopes_by_slug(visitor, [each.slug for each in dated]):
            raise
    return replace(visitor, may_write=False, plan=PlanDay(day, tuple(sorted(versions))))


def dated_slugs() -> tuple[str, ...]:
    """Return the layers whose rows have versions in time, without a query."""
    return tuple(each.slug for each in registry.coded_definitions() if each.dated)
