"""A panel's question in the parameters of the API."""

from __future__ import annotations

from dashboards.documents.document import PanelQuestion

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


def question_parameters(question: PanelQuestion) -> dict[str, list[str]]:
    """Return what a question asks as the query string of the API would; what it leaves out is left out."""
    default = PanelQuestion("")
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
