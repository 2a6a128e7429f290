"""Addresses of the API. No address depends on which layers exist."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from ogc.views import catalogue, features, styles, writing

_READ = frozenset({"GET", "HEAD"})


def by_method(reading: type[View], writing: type[View]) -> Any:
    """Return the view of an address: GET and HEAD are answered by one, every other method by the other.

    Those who read and those who write are different code with different rights.

    The views of machine protocols check no CSRF token themselves: ``gisportal.accounts.middleware`` does.
    """
    read, write = reading.as_view(), writing.as_view()

    @csrf_exempt
    def view(request: HttpRequest, **named: Any) -> HttpResponseBase:
        return (read if request.method in _READ else write)(request, **named)

    return view


app_name = "ogc"
urlpatterns = [
    # First what is asked most: Django looks at one address after the other.
    path(
        "collections/<str:layer>/items", by_method(features.ItemsView, writing.ItemsWritingView), name="items"
    ),
    path(
        "collections/<str:layer>/items/<int:pk>",
        by_method(features.ItemView, writing.ItemWritingView),
        name="item",
    ),
    path("", catalogue.LandingView.as_view(), name="landing"),
    path("conformance", catalogue.ConformanceView.as_view(), name="conformance"),
    path("functions", catalogue.FunctionsView.as_view(), name="functions"),
    path("openapi.json", catalogue.OpenApiView.as_view(), name="openapi"),
    path("collections", catalogue.CollectionsView.as_view(), name="collections"),
    path("collections/<str:layer>", catalogue.CollectionView.as_view(), name="collection"),
    path("collections/<str:layer>/queryables", catalogue.QueryablesView.as_view(), name="queryables"),
    path("collections/<str:layer>/sortables", catalogue.SortablesView.as_view(), name="sortables"),
    path("collections/<str:layer>/schema", catalogue.SchemaView.as_view(), name="schema"),
    path("collections/<str:layer>/schemas/feature", catalogue.EncodingView.as_view(), name="encoding"),
    path("collections/<str:layer>/styles", styles.StylesView.as_view(), name="styles"),
    path("collections/<str:layer>/styles/<str:style>", styles.StyleView.as_view(), name="style"),
    path("collections/<str:layer>/styles/<str:style>/legend", styles.LegendView.as_view(), name="legend"),
    re_path(
        r"^collections/(?P<layer>[^/]+)/styles/(?P<style>[^/]+)/sprite(?P<form>[^/]*)$",
        styles.SpriteView.as_view(),
        name="sprite",
    ),
    path("styles", styles.PortalStylesView.as_view(), name="portal-styles"),
    path("styles/<str:style>", styles.PortalStyleView.as_view(), name="portal-style"),
    re_path(
        r"^styles/(?P<style>[^/]+)/sprite(?P<form>[^/]*)$",
        styles.PortalSpriteView.as_view(),
        name="portal-sprite",
    ),
    path("fonts/<str:font>/<int:first>-<int:last>.pbf", styles.GlyphsView.as_view(), name="glyphs"),
    path("collections/<str:layer>/aggregate", features.AggregateView.as_view(), name="aggregate"),
    path("collections/<str:layer>/search", features.ItemsFormView.as_view(), name="search"),
]
