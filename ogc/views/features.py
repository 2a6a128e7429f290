"""Features of a collection, as a page of GeoJSON or of HTML, and single features with their related records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from layers import access, queries
from layers.crs import CRS84, Crs, parse_crs
from layers.formats.freshness import freshness
from layers.formats.geojson import MEDIA_TYPE, Collection, feature_collection
from layers.parsing import parse_query
from layers.queries import Selection
from layers.visitor import visitor_of
from ogc.formats.links import Link, link
from ogc.parsing import GEOJSON, HTML, JSON
from ogc.serializers import feature_document
from ogc.views.base import Resource, stamped, unchanged

# A page of a thousand rows helps no reader: without a limit, people get this many.
_HTML_LIMIT = 50


class ItemsView(Resource):
    """``/api/collections/{layer}/items``: the features that answer a question."""

    offered = (GEOJSON, HTML)
    template = "ogc/items.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with a page of features."""
        scope = access.scope(visitor_of(request), layer)
        selection = queries.select(scope, parse_query(dict(request.GET.lists()), allowed=("f",)))
        form = self.form()
        if form == HTML:
            return self.listing(selection)
        fresh = freshness(selection.scope, selection.version, (request.build_absolute_uri(), form))
        return unchanged(request, fresh) or stamped(self.stream(selection), fresh)

    def stream(self, selection: Selection) -> HttpResponseBase:
        """Send a rendered collection: from disk as a file, which the server hands to the kernel, or from memory."""
        collection: Collection = feature_collection(selection, links=self.links)
        response: HttpResponseBase
        if collection.is_on_disk:
            response = FileResponse(collection.body, content_type=MEDIA_TYPE)
        else:
            with collection.body as body:
                response = HttpResponse(body.read(), content_type=MEDIA_TYPE)
        response["Content-Length"] = str(collection.size)
        response["Content-Crs"] = f"<{selection.query.crs.uri}>"
        return response

    def listing(self, selection: Selection) -> HttpResponseBase:
        """Render the page of features as a table."""
        if "limit" not in self.request.GET:
            selection = replace(selection, query=replace(selection.query, limit=_HTML_LIMIT))
        rows, cursor = selection.rows()
        document = {
            "numberMatched": selection.count(),
            "numberReturned": len(rows),
            "links": self.links(cursor, is_page=True),
        }
        return self.page(
            {
                "document": document,
                "scope": selection.scope,
                "rows": rows,
                "columns": selection.fields,
                "page_links": document["links"],
            }
        )

    def links(self, cursor: str, *, is_page: bool = False) -> list[Link]:
        """Return ``self``, ``alternate``, ``next`` and ``collection``; ``next`` carries every parameter."""
        address = self.address()
        slug = self.kwargs["layer"]
        forms = [
            link("self", address.with_query(), HTML),
            link("alternate", address.with_query(f="geojson"), GEOJSON),
        ]
        if not is_page:
            forms = [
                link("self", address.with_query(), GEOJSON),
                link("alternate", address.with_query(f="html"), HTML),
            ]
        following = (
            [link("next", address.with_query(cursor=cursor), HTML if is_page else GEOJSON)] if cursor else []
        )
        return [*forms, *following, link("collection", self.reverse("ogc:collection", slug), JSON)]


class ItemView(Resource):
    """``/api/collections/{layer}/items/{id}``: one feature with its related records."""

    offered = (GEOJSON, HTML)
    template = "ogc/item.html"

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponseBase:
        """Answer with one feature."""
        self.check_parameters("crs")
        crs = parse_crs(request.GET["crs"], parameter="crs") if "crs" in request.GET else CRS84
        scope = access.scope(visitor_of(request), layer)
        form = self.form()
        version = queries.data_version(scope.definition)
        fresh = freshness(scope, version, (request.build_absolute_uri(), form, get_language() or ""))
        if form != HTML and (answer := unchanged(request, fresh)):
            return answer
        document = self.feature(scope, pk, crs)
        if form == HTML:
            return self.page({"document": document, "scope": scope})
        response = self.document(document, GEOJSON)
        response["Content-Crs"] = f"<{crs.uri}>"
        return stamped(response, fresh)

    def feature(self, scope: access.Scope, pk: int, crs: Crs) -> dict[str, Any]:
        """Return the feature, its related records and its links."""
        instance = queries.feature(scope, pk, crs=crs)
        document = feature_document(
            scope, instance, queries.related(scope, instance), crs, reverse=self.reverse
        )
        address = self.address()
        document["links"] = [
            link("self", address.with_query(), GEOJSON),
            link("alternate", address.with_query(f="html"), HTML),
            link("collection", self.reverse("ogc:collection", scope.slug), JSON),
        ]
        return document
