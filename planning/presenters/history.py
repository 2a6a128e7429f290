"""« Dans le temps »: the procedures of the plan, what each changed at a place, and the sheet of another day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interface.wording import day
from layers.visitor import PLAN_DATE_PARAMETER, Visitor
from planning.queries.locations import Location
from planning.vocabulary import LocationKind
from plui.dated.presenters import change_words, value_change_words
from plui.dated.queries import ObjectChange, ProcedureChange, changes_at
from plui.vocabulary import PlanState

_LABEL = "libelle"


@dataclass(frozen=True, slots=True)
class Step:
    """A procedure: the day it came into force, what it changed here, and the sheet of that day.

    ``is_in_force``: the sheet is of a day between it and the next one.
    """

    day: str
    title: str
    summary: str
    changes: Sequence[str]
    is_in_force: bool
    address: str


@dataclass(frozen=True, slots=True)
class History:
    """The procedures in order, with the way to the sheet before the last one, and to that of today.

    ``past_day`` is the day of the sheet in words, empty where it is that of today.
    """

    steps: Sequence[Step]
    before_title: str
    before_address: str
    today_address: str
    past_day: str


def page_address(parameters: Mapping[str, Any], plan: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the address of the sheet of a place, a parcel's being short; ``plan`` are those of the day of plans."""
    identifier = parameters.get(LocationKind.PARCEL.value, "")
    is_short = bool(identifier) and len(parameters) == 1
    path = reverse("planning:parcel", args=[identifier]) if is_short else reverse("planning:sheet")
    query = urlencode({**({} if is_short else parameters), **(plan or {})}, doseq=True)
    return f"{path}?{query}" if query else path


def history_of(visitor: Visitor, location: Location, identifiers: Collection[str]) -> History | None:
    """Return the history of the documents of a place (IDURBA); None where no version of them is known.

    Raises:
        TooSlow: the database did not answer in time.
    """
    listed = _of_documents(changes_at(visitor, location.geometry), identifiers)
    if not listed:
        return None
    online = [number for number, each in enumerate(listed) if each.version.state == PlanState.ONLINE]
    last = online[-1] if online else len(listed) - 1
    before = listed[last - 1] if last > 0 else None
    return History(
        [_step(visitor, location, each) for each in listed],
        _("Avant : %s") % listed[last].version.title if before else "",
        _address(location, before.version.in_force_from) if before else "",
        page_address(location.parameters),
        day(visitor.plan.day) if visitor.plan else "",
    )


def _of_documents(changes: Sequence[ProcedureChange], identifiers: Collection[str]) -> list[ProcedureChange]:
    """Return the versions of the documents that apply to a place, in the order of their days."""
    partitions = {each.version.partition for each in changes if each.version.idurba in identifiers}
    listed = [each for each in changes if each.version.partition in partitions]
    return sorted(listed, key=lambda each: (each.version.in_force_from or dt.date.min, each.version.pk))


def _step(visitor: Visitor, location: Location, change: ProcedureChange) -> Step:
    version = change.version
    first, end = version.in_force_from, version.in_force_until
    plan_day = visitor.plan.day if visitor.plan else None
    is_in_force = (
        version.state == PlanState.ONLINE
        if plan_day is None
        else first is not None and first <= plan_day and (end is None or plan_day < end)
    )
    count = len(change.changes)
    changed = ngettext("%d changement ici", "%d changements ici", count) % count
    summary = changed if count else _("rien ne change ici")
    return Step(
        day(first) if first else "",
        version.title,
        "" if change.is_first else summary,
        [_sentence(each) for each in change.changes],
        is_in_force,
        page_address(location.parameters) if version.state == PlanState.ONLINE else _address(location, first),
    )


def _sentence(change: ObjectChange) -> str:
    """Word a change; the label of a zone is in its first words already."""
    named = replace(change, values=tuple(each for each in change.values if each.field.name != _LABEL))
    return " · ".join([change_words(change), *value_change_words(named)])


def _address(location: Location, first: dt.date | None) -> str:
    plan = {PLAN_DATE_PARAMETER: [first.isoformat()]} if first else {}
    return page_address(location.parameters, plan)
