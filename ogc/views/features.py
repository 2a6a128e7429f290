"""Features of a collection: pages of GeoJSON or HTML, single features with their related records, aggregates."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any, TypedDict

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from interface.http.links import Link, RequestAddress, header, link, representations
from interface.http.media_types import GEOJSON, GEOJSON_SEQ, HTML, JSON, JSONFG, SCHEMA
from interface.http.resources import Resource, not_modified, with_age, with_validators
from layers import access, queries
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate
from layers.crs import Crs
from layers.formats import jsonfg
from layers.formats.geojson import GEOJSON as GEOJSON_FORM
from layers.formats.geojson import GEOJSON_SEQ as GEOJSON_SEQ_FORM
from layers.formats.geojson import Collection, Cursors, FeatureEncoding, Links, feature_collection
from layers.formats.http_validators import HttpValidators, http_validators, validators_of_feature
from layers.queries import Selection
from layers.queries.shared_answers import former_answers
from layers.visitor import visitor_of
from ogc.formats.aggregates import aggregate_document, groupable, items_address, table
from ogc.formats.documents import QUERYABLES_REL
from ogc.parsing import parse_groups, parse_items, parse_output_crs, schema_parameters
from ogc.presenters import controls, filled_parameters
from ogc.serializers import feature_document, jsonfg_document

# A page of a thousand rows helps no reader: without a limit, people get this many.
_HTML_LIMIT = 50
# The attribute of a request that holds its scope, for who answers others about the same layer (gisportal.short_road).
ITEMS_SCOPE = "items_scope"


class ItemsRendering(TypedDict):
    """How a page is written: the links around it, and the form of its features."""

    links: Links
    form: FeatureEncoding


class ItemsView(Resource):
    """``/api/collections/{layer}/items``: the features that answer a question."""

    offered = (GEOJSON, HTML, JSONFG, GEOJSON_SEQ)
    template = "ogc/items.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with a page of features."""
        scope = request.__dict__[ITEMS_SCOPE] = access.scope(visitor_of(request), layer)
        selection, form = self.selection(scope), self.form()
        if form == HTML:
            return self.listing(selection)
        fresh = self.validators(selection, form)
        answer = not_modified(request, fresh)
        if answer is None:
            collection = feature_collection(selection, **self.rendering(form))
            answer = with_validators(self.whole(collection, selection, form), fresh)
        return answer

    def selection(self, scope: Scope) -> Selection:
        """Return what the parameters of the request select.

        Raises:
            LayersError: as ``parse_items`` and ``queries.select``.
        """
        return queries.select(scope, parse_items(dict(self.request.GET.lists()), scope))

    def validators(self, selection: Selection, media_type: str) -> HttpValidators:
        """Return the validators of a page for machines."""
        address = self.request.build_absolute_uri()
        return http_validators(selection.scope, selection.version, (address, media_type))

    def rendering(self, media_type: str) -> ItemsRendering:
        """Return the arguments of ``feature_collection``, and of ``page_read``, for a page in a media type."""
        return {"links": partial(self.links, media_type=media_type), "form": self.writer(media_type)}

    def whole(self, collection: Collection, selection: Selection, media_type: str) -> HttpResponseBase:
        """Send a rendered collection: from disk as a file, which the server hands to the kernel, or from memory."""
        response: HttpResponseBase
        if collection.is_on_disk:
            response = FileResponse(collection.body, content_type=media_type)
        else:
            with collection.body as body:
                response = HttpResponse(body.read(), content_type=media_type)
        response["Content-Length"] = str(collection.size)
        response["Link"] = header(collection.links)
        response["OGC-NumberMatched"] = str(collection.matched)
        response["OGC-NumberReturned"] = str(collection.returned)
        response["Content-Crs"] = f"<{selection.query.crs.uri}>"
        return response

    def writer(self, media_type: str) -> FeatureEncoding:
        """Return what writes features in a media type."""
        if media_type == JSONFG:
            query = urlencode(schema_parameters(dict(self.request.GET.lists())), doseq=True)
            schema = self.reverse("ogc:schema", self.kwargs["layer"])
            return jsonfg.jsonfg(f"{schema}?{query}" if query else schema)
        return GEOJSON_SEQ_FORM if media_type == GEOJSON_SEQ else GEOJSON_FORM

    def listing(self, selection: Selection) -> HttpResponseBase:
        """Render the page of features as a table."""
        if "limit" not in self.request.GET:
            selection = replace(selection, query=replace(selection.query, limit=_HTML_LIMIT))
        page, matched = selection.counted_page()
        document = {
            "numberMatched": matched,
            "numberReturned": len(page.rows),
            "links": self.links(Cursors(page.next, page.previous), media_type=HTML),
        }
        offered, carried = controls(selection.scope, dict(self.request.GET.lists()), queries.communes())
        return self.page(
            {
                "document": document,
                "scope": selection.scope,
                "rows": page.rows,
                "around": page,
                "columns": selection.fields,
                "page_links": document["links"],
                "controls": offered,
                "carried": carried,
                "is_filtered": any(control.value for control in offered),
                "sorted": [str(key) for key in selection.query.sort],
            }
        )

    def links(self, around: Cursors, *, media_type: str) -> list[Link]:
        """Return ``self``, ``alternate``, ``next``, ``prev``, ``collection`` and queryables (19-079r2, 6.2).

        ``next`` and ``prev`` carry every parameter.
        """
        forms, described = self.fixed_links
        following = [
            link(relation, self._address.with_query(cursor=cursor), media_type)
            for relation, cursor in (("next", around.next), ("prev", around.previous))
            if cursor
        ]
        links: list[Link] = self.linked([*forms, *following, *described])
        return links

    @cached_property
    def fixed_links(self) -> tuple[list[Link], list[Link]]:
        """The links that no row decides, before and after those that one does."""
        collection, filterable = (
            self.reverse(name, self.kwargs["layer"]) for name in ("ogc:collection", "ogc:queryables")
        )
        described = [link("collection", collection, JSON), link(QUERYABLES_REL, filterable, SCHEMA)]
        return representations(self._address, self.form(), self.offered), described

    @cached_property
    def _address(self) -> RequestAddress:
        return self.address()


class ItemsFormView(Resource):
    """``/api/collections/{layer}/search``: the form of the page of objects; its empty fields are left out."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Send the browser to the page that answers."""
        parameters = filled_parameters(dict(request.GET.lists())) | {"f": ["html"]}
        return HttpResponseRedirect(
            f"{reverse('ogc:items', args=[layer])}?{urlencode(parameters, doseq=True)}"
        )


class ItemView(Resource):
    """``/api/collections/{layer}/items/{id}``: one feature with its related records."""

    offered = (GEOJSON, HTML, JSONFG)
    template = "ogc/item.html"

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponseBase:
        """Answer with one feature."""
        self.check_parameters("crs")
        scope = access.scope(visitor_of(request), layer)
        crs = parse_output_crs(dict(request.GET.lists()))
        form = self.form()
        if form == HTML:
            return self.page({"document": self.feature(scope, pk, crs), "scope": scope})
        fresh = feature_validators(self, scope, pk, form)
        return not_modified(request, fresh) or with_validators(self.rendered(scope, pk, crs, form), fresh)

    def rendered(self, scope: access.Scope, pk: int, crs: Crs, media_type: str) -> HttpResponse:
        """Render the feature for machines."""
        document = self.feature(scope, pk, crs, media_type)
        if media_type == JSONFG:
            document = jsonfg_document(document, scope, crs, schema=self.reverse("ogc:schema", scope.slug))
        elif scope.definition.geometry.is_located:
            document |= crs.geojson
        response = self.document(document, media_type)
        response["Content-Crs"] = f"<{crs.uri}>"
        return response

    def feature(self, scope: access.Scope, pk: int, crs: Crs, media_type: str = GEOJSON) -> dict[str, Any]:
        """Return the feature, its related records and its links; ``media_type`` is what it will be written in."""
        instance = queries.feature(scope, pk, crs=crs)
        document = feature_document(
            scope, instance, queries.related(scope, instance), crs, reverse=self.reverse
        )
        document["links"] = [
            *representations(self.address(), media_type, self.offered),
            link("collection", self.reverse("ogc:collection", scope.slug), JSON),
        ]
        return document


def feature_validators(view: Resource, scope: Scope, pk: int, form: str) -> HttpValidators:
    """Return the validators of a feature in a form, at the address of ``view``; read them before the feature."""
    version = queries.row_version(scope, pk)
    address = view.reverse("ogc:item", scope.slug, pk)
    query = view.request.META.get("QUERY_STRING", "")
    parts = (address, query, form, get_language() or "")
    return validators_of_feature(scope, version, queries.related_version(scope.definition), parts)


class AggregateView(Resource):
    """``/api/collections/{layer}/aggregate``."""

    offered = (JSON, HTML)
    template = "ogc/aggregate.html"

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the groups and their measures: of before a write to machines that do not refuse it."""
        scope = access.scope(visitor_of(request), layer)
        selecting, aggregation = parse_groups(dict(request.GET.lists()), scope)
        selection = queries.select(scope, selecting)
        form = self.form()
        parts = (request.build_absolute_uri(), form, get_language() or "", aggregation.record_text)
        fresh = http_validators(selection.scope, selection.version, parts)
        if form != HTML and (answer := not_modified(request, fresh)):
            return answer
        if form == HTML:
            return self.listing(scope, aggregate(selection, aggregation))
        if "no-cache" in request.headers.get("Cache-Control", ""):
            result, age_s = aggregate(selection, aggregation), None
        else:
            with former_answers(scope.visitor) as recency:
                result = aggregate(selection, aggregation)
            age_s = recency.age_s
        document = self.described(scope, result)
        if age_s is not None:
            return with_age(self.document(document | {"age": age_s}, JSON), age_s)
        return with_validators(self.document(document, JSON), fresh)

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
