"""Who entered what, when: the changes of a feature and of its records, for who may edit it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.entry import queries
from interface.requests import is_fragment, parameters_of
from interface.titles import feature_title
from layers import access
from layers.parsing import single_values
from layers.queries.history import RowHistory
from layers.visitor import visitor_of

CHANGES_A_PAGE = 30


class EntryHistoryView(View):
    """``/catalogue/{layer}/{id}/saisie/historique/``: alone for htmx, within a page otherwise."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render a page of changes, latest first."""
        asked = single_values(parameters_of(request), known=("page",))
        scope = access.scope(visitor_of(request), layer)
        feature = queries.editable_feature(scope, pk)
        context = {
            "scope": scope,
            "pk": pk,
            "title": feature_title(scope, feature),
            "page": _changes(scope, pk).get_page(asked.get("page", "1")),
        }
        name = "changes" if is_fragment(request) else "history"
        response = render(request, f"explorer/entry/{name}.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _changes(scope: access.Scope, pk: int) -> Any:
    history: Any = RowHistory(scope, pk, is_published=True)  # counted and sliced: all a paginator asks
    return Paginator(history, CHANGES_A_PAGE)
