"""A panel's question as parameters of the API, whether a visitor's layer can answer it, and relative days.

``DATE('today')``, ``DATE('today+30d')`` and ``DATE('today-6m')`` become days when a panel is read, so that links and
files hold the resulting days. The parser of CQL2 refuses any other word between the quotes by name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from dashboards.documents.document import Document, Include, Panel, PanelQuestion
from layers import queries
from layers.access import Scope
from layers.aggregates.plan import FEATURE, resolve
from layers.errors import InvalidDatetime, InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.parsing.aggregates import parse_aggregate
from layers.parsing.relative_periods import relative_day

# Attribute of a question → parameter of /api/collections/{layer}/aggregate.
PARAMETERS = {
    "relation": "relation",
    "relation_filter": "relation-filter",
    "filter": "filter",
    "by": "group_by",
    "measures": "measures",
    "series": "series",
    "sort": "sortby",
    "limit": "limit",
    "empty": "empty",
}
ATTRIBUTES = {parameter: name for name, parameter in PARAMETERS.items()} | {"fields": "fields"}


def question_parameters(question: PanelQuestion) -> dict[str, list[str]]:
    """Return a question as a query string of the API; absent parts are left out."""
    default, question = PanelQuestion(""), dated_question(question)
    values = {name: getattr(question, name) for name in PARAMETERS}
    return {
        PARAMETERS[name]: [_written(value)]
        for name, value in values.items()
        if value != getattr(default, name)
    }


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "true" if value is True else str(value)


def check_question(scope: Scope, question: PanelQuestion) -> None:
    """Resolve the names of a question as reading its panel will; no row is read.

    Raises:
        LayersError: the visitor's layer does not have one of them, or it is no question; ``parameter`` says where.
    """
    parameters = question_parameters(question)
    if question.fields or (question.sort and not question.by):
        selecting = {name: values for name, values in parameters.items() if name == "filter"}
        queries.select(scope, parse_query(selecting))
        _check_rows(scope, question)
        return
    selected, query = parse_aggregate(parameters)
    queries.select(scope, selected)
    resolve(scope, query)


def _check_rows(scope: Scope, question: PanelQuestion) -> None:
    """Resolve the names of a question that rows answer.

    Raises:
        InvalidParameter: the layer has no such relation.
        UnknownProperty: it has no such field.
    """
    names = {*scope.filterable}
    if question.relation:
        relation = next((each for each in scope.relations if each.name == question.relation), None)
        if relation is None:
            words = {"layer": scope.slug, "relation": question.relation}
            raise InvalidParameter(
                _("La couche « %(layer)s » n’a pas de relation « %(relation)s ».") % words,
                parameter="relation",
            )
        names = {each.name for each in relation.fields} | {f"{FEATURE}{name}" for name in names}
    for parameter, fields in (("fields", question.fields), ("sortby", question.sort)):
        for name in fields:
            if name.removeprefix("-") not in {*names, "id", "commune"}:
                raise UnknownProperty(name, parameter=parameter)


_TODAY = re.compile(r"\bDATE\(\s*'(today[^']*)'\s*\)", re.IGNORECASE)


def dated(text: str) -> str:
    """Return a filter with days in place of relative ones."""
    return _TODAY.sub(_day, text)


def dated_question(question: PanelQuestion) -> PanelQuestion:
    """Return a question whose filters hold days."""
    if not (question.filter or question.relation_filter):
        return question
    return replace(question, filter=dated(question.filter), relation_filter=dated(question.relation_filter))


def dated_document(document: Document) -> Document:
    """Return a document whose questions hold days."""
    sections = tuple(
        part
        if isinstance(part, Include)
        else replace(part, panels=tuple(_dated_panel(each) for each in part.panels))
        for part in document.sections
    )
    return replace(document, sections=sections)


def _dated_panel(panel: Panel) -> Panel:
    return replace(panel, question=dated_question(panel.question)) if panel.question else panel


def _day(match: re.Match[str]) -> str:
    try:
        return f"DATE('{relative_day(match[1].lower())}')"
    except InvalidDatetime:  # the parser of CQL2 refuses it by name
        return match[0]
