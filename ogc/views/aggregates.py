"""The features of a collection grouped and measured, for machines and people: what charts are made of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from interface.http.media_types import HTML, JSON
from interface.http.resources import Resource, stamped, unchanged
from layers import access, queries
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate
from layers.formats.http_validators import http_validators
from layers.visitor import visitor_of
from ogc.formats.aggregates import aggregate_document, groupable, items_address, table
from ogc.parsing import parse_groups


class AggregateView(Resource):
    """``/api/collections/{layer}/aggregate``."""

    offered = (JSON, HTML)
    template = "ogc/aggregate.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the groups and their measures."""
        scope = access.scope(visitor_of(request), layer)
        selecting, asked = parse_groups(dict(request.GET.lists()), scope)
        selection = queries.select(scope, selecting)
        form = self.form()
        parts = (request.build_absolute_uri(), form, get_language() or "")
        fresh = http_validators(selection.scope, selection.version, parts)
        if form != HTML and (answer := unchanged(request, fresh)):
            return answer
        result = aggregate(selection, asked)
        if form == HTML:
            return self.listing(scope, result)
        return stamped(self.document(self.described(scope, result), JSON), fresh)

    def described(self, scope: Scope, result: AggregateResult) -> dict[str, Any]:
        """Return the answer for machines."""
        items, collection = (self.reverse(f"ogc:{name}", scope.slug) for name in ("items", "collection"))
        return aggregate_document(scope, result, self.address(), items, collection)

    def listing(self, scope: Scope, result: AggregateResult) -> HttpResponseBase:
        """Render the answer as a table, with what else the layer may be grouped by."""
        return self.page(
            {
                "document": self.described(scope, result),
                "scope": scope,
                "result": result,
                "rows": table(result),
                "groupable": groupable(scope),
                "features": items_address(self.address(), self.reverse("ogc:items", scope.slug), "html"),
            }
        )
