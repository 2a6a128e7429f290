"""Which versions of plans are in force on a day, and where the layers of plans have their rows of that day."""

from __future__ import annotations

import datetime as dt

from django.db.models import Model
from django.utils.translation import gettext as _

from interface import wording
from layers.definitions import DatedRows
from layers.errors import UnknownPlanDate
from layers.visitor import PLAN_DATE_PARAMETER
from plui.models import VERSION_PATH, PlanVersion, dated_model
from plui.vocabulary import PlanState

Period = tuple[dt.date, dt.date | None]


def versions_on(day: dt.date, commune: str = "") -> tuple[int, ...]:
    """Return the ids of the versions in force on a day; none where all of them are online.

    Those of the documents of a commune, by its INSEE code: a document that does not cover it says nothing of it.

    A day is in the version that it begins. Where one of several documents is online and another was replaced since, the
    rows of both are those of their versions, as they were published.

    Raises:
        UnknownPlanDate: no version was in force on it; the message has the days that are known.
    """
    published = list(
        PlanVersion.objects.published()
        .of_commune(commune)
        .order_by("in_force_from", "pk")
        .values_list("pk", "state", "in_force_from", "in_force_until")
    )
    current = [
        (pk, state)
        for pk, state, first, end in published
        if first is not None and first <= day and (end is None or day < end)
    ]
    if not current:
        periods = [(first, end) for _pk, _state, first, end in published if first is not None]
        raise UnknownPlanDate(_unknown(day, periods), parameter=PLAN_DATE_PARAMETER)
    if all(state == PlanState.ONLINE for _pk, state in current):
        return ()
    return tuple(sorted(pk for pk, _state in current))


def published_periods(commune: str = "") -> list[Period]:
    """Return the days of the published versions, the first one first; several documents may share theirs."""
    periods = PlanVersion.objects.published().of_commune(commune).order_by("in_force_from", "pk")
    listed = periods.values_list("in_force_from", "in_force_until")
    return list(dict.fromkeys((first, end) for first, end in listed if first is not None))


def _unknown(day: dt.date, periods: list[Period]) -> str:
    """Say that no plan was in force on a day, and when plans were."""
    if not periods:
        return _("plan-date : aucun plan de ce portail n’a de date d’entrée en vigueur.")
    known = " ; ".join(period_words(first, end) for first, end in dict.fromkeys(periods))
    return _("plan-date : aucun plan n’était en vigueur le %(day)s. Plans connus : %(periods)s.") % {
        "day": wording.day(day),
        "periods": known,
    }


def period_words(first: dt.date, end: dt.date | None) -> str:
    """Word the period of a version, whose end is excluded: « du 1 janvier 2021 au 31 mai 2024 »."""
    if end is None:
        return _("depuis le %s") % wording.day(first)
    last = max(first, end - dt.timedelta(days=1))
    return _("du %(first)s au %(last)s") % {"first": wording.day(first), "last": wording.day(last)}


def dated_rows(model: type[Model]) -> DatedRows:
    """Return where a layer of plans has its rows of other days, by the model of those online."""
    return DatedRows(dated_model(model), VERSION_PATH, versions_on, published_periods)
