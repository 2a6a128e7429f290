"""A panel's question in the parameters of the API, and whether a visitor's layer can answer it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.documents.days import dated_question
from dashboards.documents.document import PanelQuestion
from layers import queries
from layers.access import Scope
from layers.aggregates.plan import FEATURE, resolve
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import parse_query
from layers.parsing.aggregates import parse_aggregate

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
    """Return what a question asks as the query string of the API would; what it leaves out is left out."""
    default, question = PanelQuestion(""), dated_question(question)
    asked = {name: getattr(question, name) for name in PARAMETERS}
    return {
        PARAMETERS[name]: [_written(value)]
        for name, value in asked.items()
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
    selected, asked = parse_aggregate(parameters)
    queries.select(scope, selected)
    resolve(scope, asked)


def _check_rows(scope: Scope, question: PanelQuestion) -> None:
    """Resolve the names of a question that rows answer.

    Raises:
        InvalidParameter: the layer has no such relation.
        UnknownProperty: it has no such field.
    """
    names = {*scope.filterable}
    if question.relation:
        relation = next((found for found in scope.relations if found.name == question.relation), None)
        if relation is None:
            words = {"layer": scope.slug, "relation": question.relation}
            raise InvalidParameter(
                _("La couche « %(layer)s » n’a pas de relation « %(relation)s ».") % words,
                parameter="relation",
            )
        names = {found.name for found in relation.fields} | {f"{FEATURE}{name}" for name in names}
    for parameter, asked in (("fields", question.fields), ("sortby", question.sort)):
        for name in asked:
            if name.removeprefix("-") not in {*names, "id", "commune"}:
                raise UnknownProperty(name, parameter=parameter)
