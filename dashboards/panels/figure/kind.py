"""A key figure: a value, what it was, what it should be."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.answers import answer, group_notes, option
from dashboards.panels.figure.drawing import percent, spark_line
from dashboards.panels.figure.queries import FigureValue, figure_value
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import amount, is_year, signed
from dashboards.panels.options import FLAG, TARGET, TEXT, TITLES, UNIT, choice, options, titled
from dashboards.panels.questions import aggregate_query, ask, measures_of
from dashboards.panels.tables import table_of
from layers import access


def read(request: PanelRequest) -> PanelAnswer:
    """Return a figure."""
    result = ask(request, aggregate_query(request.question))
    found = figure_value(
        result,
        part=option(request, "part", ()),
        of=option(request, "of", "last"),
        against=option(request, "against", "previous"),
    )
    whole = _of_territory(request) if option(request, "territory", False) else None
    measure = measures_of(result)[0]
    unit = option(request, "unit", measure.unit)
    return answer(
        request,
        table_of(result, unit=unit, titles=option(request, "titles")),
        matched=result.matched,
        value=found.value,
        is_year=is_year(measure),
        unit=unit,
        context=_context(request, found, unit, is_year=is_year(measure))
        | {"territory": None if whole is None else amount(whole, unit, is_year=is_year(measure))},
        is_empty=found.value is None,
        notes=group_notes(result),
    )


def _of_territory(request: PanelRequest) -> float | None:
    """Return the figure of every commune, under the other filters of the page; None where no commune is asked.

    The portal of a commune asks its own: what the same visitor reads on the portal of the territory is recalled there.
    """
    visitor, selection = request.visitor, request.territory
    if selection is None and not visitor.portal:
        return None
    wider = replace(visitor, portal="")
    scope = access.countable_scope(wider, request.scope.slug) if visitor.portal else request.scope
    whole = replace(request, scope=scope)
    result = ask(whole, aggregate_query(request.question), selection=selection or request.query)
    return figure_value(result, part=option(request, "part", ()), of=option(request, "of", "last")).value


def _context(request: PanelRequest, found: FigureValue, unit: str, *, is_year: bool) -> dict[str, Any]:
    target = option(request, "target")
    goal = target["value"] if target else None
    write = partial(amount, is_year=is_year)
    return {
        "value": write(found.value),
        "unit": unit,
        "whole": None if found.whole is None else amount(found.whole),
        "period": found.period,
        "detail": option(request, "detail", ""),
        "change": _change(found, unit, option(request, "better")),
        "spark": spark_line([point.value for point in found.points]),
        "target": _target(found.value, target, write(goal, unit), option(request, "better"))
        if target
        else None,
        "gauge": percent(found.value, goal if goal is not None else found.whole),
    }


def _change(found: FigureValue, unit: str, better: str | None) -> dict[str, Any] | None:
    if found.change is None or found.previous is None:
        return None
    return {
        "text": _("%(change)s par rapport à %(period)s")
        % {"change": signed(found.change, unit), "period": found.previous.label},
        "verdict": _verdict(found.change, better),
    }


def _verdict(difference: float, better: str | None) -> str:
    """Return whether a difference is ``good``, ``bad``, or nothing that one can tell."""
    if not better or not difference:
        return ""
    return "good" if (difference > 0) == (better == "up") else "bad"


def _target(value: float | None, target: dict[str, Any], text: str, better: str | None) -> dict[str, Any]:
    goal = target["value"]
    is_met = value is not None and (value <= goal if better == "down" else value >= goal)
    return {
        "title": target.get("title") or _("objectif"),
        "text": text,
        "is_met": is_met,
    }


_PART: dict[str, Any] = {
    "type": "array",
    "items": TEXT,
    "minItems": 1,
    "maxItems": 50,
    "title": gettext_lazy("Part du total"),
    "description": "Codes of the groups that make the value, told beside the whole.",
}
KIND = PanelKind(
    name="figure",
    title=gettext_lazy("Chiffre clé"),
    icon="hash",
    options=options(
        unit=UNIT,
        titles=TITLES,
        detail=titled(TEXT, gettext_lazy("Précision sous le chiffre")),
        target=titled(TARGET, gettext_lazy("Objectif")),
        territory=titled(
            FLAG, gettext_lazy("Rappeler le chiffre du territoire quand une commune est choisie")
        ),
        part=_PART,
        better=choice(
            gettext_lazy("Ce qui est bien"),
            {"up": gettext_lazy("que le chiffre monte"), "down": gettext_lazy("que le chiffre baisse")},
            description="Whether more is better, or less.",
        ),
        of=choice(
            gettext_lazy("Période du chiffre"),
            {"last": gettext_lazy("la dernière"), "total": gettext_lazy("toutes ensemble")},
            description="The last period, or all of them together.",
        ),
        against=choice(
            gettext_lazy("Comparé à"),
            {"previous": gettext_lazy("la période d’avant"), "year": gettext_lazy("la même, un an avant")},
            description="The period it is compared with.",
        ),
    ),
    template="dashboards/panels/figure.html",
    read=read,
    is_counted=True,
)
