"""Groups of one feature, and of the latest year that it has any: what compares communes, whatever is followed.

``latest`` names a number of the related records: only those of its largest value are kept. ``one`` names a field of the
features: only one value of it is kept, that of ``prefer`` where it is there. What was kept is said in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.answers import option
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.panels.narrowing import narrowed_by
from dashboards.panels.options import NAME, TEXT, Schema, role, titled
from dashboards.panels.questions import aggregate_query, ask, keys_of
from interface import wording
from layers.aggregates.plan import FEATURE
from layers.parsing import FeatureQuery

FOCUS: Mapping[str, Schema] = {
    "latest": titled(NAME, gettext_lazy("Seulement la dernière année : champ")),
    "one": titled(role(NAME, "feature"), gettext_lazy("Un seul objet à la fois : champ")),
    "prefer": {**TEXT, "title": gettext_lazy("L’objet montré d’abord"), "description": "A value of ``one``."},
    "units": titled(role(NAME, "feature"), gettext_lazy("Champ de l’unité")),
}
_MOST = 2_000
Read = Callable[[PanelRequest], PanelAnswer]


def focused(read: Read) -> Read:
    """Return how a kind reads once its question is narrowed as its options say."""

    def narrowed(request: PanelRequest) -> PanelAnswer:
        found, words = focus(request)
        answer = read(found)
        return replace(answer, notes=(words, *answer.notes)) if words else answer

    return narrowed


def focus(request: PanelRequest) -> tuple[PanelRequest, str]:
    """Return the question about one feature and one year, and what that is in words.

    It is as it was without any row to choose from, or when the options say nothing.
    """
    if not option(request, "latest") and not option(request, "one"):
        return request, ""
    query = request.query
    groups = _groups(request, query)
    if (
        not groups and request.others is not None
    ):  # what the page has chosen has none: those of the whole are shown
        query = request.others
        groups = _groups(request, query)
    if not groups:
        return request, ""
    name, prefer = option(request, "one", ""), option(request, "prefer", "")
    first = next((each for each in groups if name and each["one"] == prefer), groups[0])
    years = [each["latest"] for each in groups if each["one"] == first["one"] and each["latest"] is not None]
    latest = max(years, default=None)
    question = request.question
    if name:
        query = narrowed_by(query, f"{name} = {_quoted(str(first['one']))}")
    if latest is not None:
        own = f"{option(request, 'latest')} = {latest}"
        text = f"({question.relation_filter}) AND {own}" if question.relation_filter else own
        question = replace(question, relation_filter=text)
    found = replace(request, question=question, panel=replace(request.panel, question=question), query=query)
    return found, _words(first, latest)


def _groups(request: PanelRequest, query: FeatureQuery) -> list[dict[str, Any]]:
    """Return what there is to choose from: values of ``one`` with their titles, and of ``latest``."""
    fields = {
        "one": option(request, "one", ""),
        "title": request.scope.definition.title_field if option(request, "one") else "",
        "unit": option(request, "units", ""),
    }
    keys = {
        name: f"{FEATURE}{field}" if request.question.relation else field
        for name, field in fields.items()
        if field
    }
    if option(request, "latest"):
        keys["latest"] = str(option(request, "latest"))
    asked = PanelQuestion(
        request.question.layer,
        relation=request.question.relation,
        relation_filter=request.question.relation_filter,
        by=tuple(keys.values()),
        sort=tuple(keys.values())[:1],
    )
    result = ask(request, aggregate_query(asked, limit=_MOST), selection=query)
    places = {name: place for place, name in enumerate(keys)}
    assert len(keys_of(result)) == len(keys)
    return [
        {name: row[places[name]] if name in places else None for name in ("one", "title", "unit", "latest")}
        for row in result.rows
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _words(first: Mapping[str, Any], latest: Any) -> str:
    """Say what is shown: « Émissions par habitant, en t par habitant : 2025 »."""
    title = str(first["title"] or "")
    if title and first["unit"]:
        title = _("%(title)s, en %(unit)s") % {"title": title, "unit": wording.unit(str(first["unit"]))}
    if latest is None:
        return title
    return (
        _("%(title)s : %(text)s") % {"title": title, "text": wording.year(latest)}
        if title
        else wording.year(latest)
    )
