"""Addresses of SCIM, under ``/scim/v2/``. Their views are imported at the first call: few portals have a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from layers.lazy import lazy_module

if TYPE_CHECKING:
    from gisportal.accounts.scim import views
else:
    views = lazy_module("gisportal.accounts.scim.views")


def _route(route: str, view: str, name: str) -> URLPattern:
    @csrf_exempt
    def answer(request: HttpRequest, **named: Any) -> HttpResponseBase:
        response: HttpResponseBase = getattr(views, view).as_view()(request, **named)
        return response

    return path(route, answer, name=name)


app_name = "scim"
urlpatterns = [
    _route("ServiceProviderConfig", "ServiceProviderConfigView", "config"),
    _route("Schemas", "SchemasView", "schemas"),
    _route("Schemas/<str:name>", "SchemasView", "schema"),
    _route("ResourceTypes", "ResourceTypesView", "resource-types"),
    _route("ResourceTypes/<str:name>", "ResourceTypesView", "resource-type"),
    _route("Users", "UsersView", "users"),
    _route("Users/<str:pk>", "UserView", "user"),
    _route("Groups", "GroupsView", "groups"),
    _route("Groups/<str:pk>", "GroupView", "group"),
    _route("<path:rest>", "AbsentView", "absent"),
]
