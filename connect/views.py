"""« Connecter mes outils »: the addresses of the portal, or of one layer, and what to do with them in each tool."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from connect.presenters import LayerAddresses, addresses_of, recipes
from layers import access
from layers.access import Scope
from layers.parsing import single_values
from layers.services.features import is_writable
from layers.visitor import visitor_of
from styles.styled_layers import STYLE_NAME


class ConnectPage(View):
    """What the two pages share."""

    def page(self, scope: Scope | None, scopes: list[Scope]) -> HttpResponse:
        """Render the page with a layer for example, or about it when there is no list of layers."""
        context: dict[str, object] = {
            "scope": scope,
            "scopes": scopes,
            "landing": self.absolute(reverse("ogc:landing")),
        }
        if scope is not None:
            addresses = self.addresses(scope)
            context |= {
                "addresses": addresses_of(scope, addresses),
                "recipes": recipes(scope, addresses, is_writable=is_writable(scope)),
            }
        response = render(self.request, "connect/page.html", context)
        response["Cache-Control"] = "private, no-cache"
        return response

    def addresses(self, scope: Scope) -> LayerAddresses:
        """Return the absolute addresses of a layer, on the portal that is asked."""
        tile = reverse("tiles:tile", args=[scope.slug, 0, 0, 0]).removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
        return LayerAddresses(
            landing=self.absolute(reverse("ogc:landing")),
            wfs=self.absolute(reverse("wfs:service")),
            csw=self.absolute(reverse("csw:service")),
            items=self.absolute(reverse("ogc:items", args=[scope.slug])),
            tilejson=self.absolute(reverse("tiles:tilejson", args=[scope.slug])),
            tile=self.absolute("/").removesuffix("/") + tile,
            style=self.absolute(reverse("ogc:style", args=[scope.slug, STYLE_NAME])),
            export=lambda form: self.absolute(reverse("exports:file", args=[scope.slug, form])),
        )

    def absolute(self, path: str) -> str:
        """Return an address that works outside of the page."""
        return self.request.build_absolute_uri(path)


class ConnectView(ConnectPage):
    """``/connecter/``: the portal, with the layers to choose from."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the addresses and steps, with the first open layer for example."""
        single_values(dict(request.GET.lists()), allowed=())
        scopes = access.visible(visitor_of(request))
        located = [scope for scope in scopes if scope.definition.geometry.is_located]
        example = next((scope for scope in located if scope.is_open), None) or next(iter(scopes), None)
        return self.page(example, scopes)


class ConnectLayerView(ConnectPage):
    """``/connecter/{layer}/``: a layer that is hidden is absent."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Show the addresses and steps of one layer."""
        single_values(dict(request.GET.lists()), allowed=())
        return self.page(access.scope(visitor_of(request), layer), [])
