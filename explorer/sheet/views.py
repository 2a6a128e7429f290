"""The sheet of a feature, as a page or as the side panel of the map, what is around it, and its photos."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from administration.feature_admin import share_scopes
from explorer.sheet import queries as sheet_queries
from explorer.sheet.links import directions, edit_address, entry_address, steps
from explorer.sheet.neighbours import neighbours
from explorer.sheet.queries import parse_near
from explorer.sketch.feature_picture import feature_sketch
from interface import territory
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.errors import UnknownFeature
from layers.parsing import single_values
from layers.queries import feature as find_feature
from layers.queries import history
from layers.queries import photo as find_photo
from layers.services.records import may_enter
from layers.sql.catalogue import versions_read_once
from layers.visitor import visitor_of

# Photos that everybody sees; the others are asked about each time.
PHOTO_MAX_AGE_S = 600


class FeatureView(View):
    """Everything the visitor may know of a feature."""

    @method_decorator(versions_read_once())
    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the sheet: alone for htmx, within a page otherwise."""
        near = parse_near(parameters_of(request))
        scope, scopes = _scopes(request, layer)
        if is_fragment(request):
            response = render(request, "explorer/sheet/panel.html", sheet_context(request, scope, pk, near))
        else:
            context = page_context(request, scope, pk, scopes, near)
            response = render(request, "explorer/sheet/page.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _scopes(request: HttpRequest, layer: str) -> tuple[access.Scope, Sequence[access.Scope]]:
    """Return the scope of a layer, and those of all layers: the page names them, the administration looks them up.

    Raises:
        HiddenLayer, UnknownLayer: as ``access.scope``.
    """
    visitor = visitor_of(request)
    if is_fragment(request) and not request.user.is_staff:
        return access.scope(visitor, layer), ()
    scopes = access.visible(visitor)
    share_scopes(request, scopes)
    scope = next((each for each in scopes if each.slug == layer), None)
    return scope or access.scope(visitor, layer), scopes


def sheet_context(
    request: HttpRequest, scope: access.Scope, pk: int, near: GEOSGeometry | None = None
) -> dict[str, Any]:
    """Return what the sheet shows, in the panel and on its page; ``near`` is where the person is."""
    today = timezone.localdate(visitor_of(request).instant)
    sheet = sheet_queries.sheet(scope, pk, today=today)
    address, entry = reverse("explorer:feature", args=[scope.slug, pk]), entry_address(scope, pk)
    return {
        "scope": scope,
        "sheet": sheet,
        "away": sheet_queries.away(scope, pk, near) if near else None,
        "directions": directions(sheet.position.longitude, sheet.position.latitude, sheet.title)
        if sheet.position
        else None,
        "address": address,
        "link": request.build_absolute_uri(address),
        "history": history(scope, pk, record=sheet.record),
        "edit": edit_address(request, scope, sheet.record),
        "entry": entry,
        "is_outside_entry": not entry and may_enter(scope),
    }


def page_context(
    request: HttpRequest,
    scope: access.Scope,
    pk: int,
    scopes: Sequence[access.Scope],
    near: GEOSGeometry | None = None,
) -> dict[str, Any]:
    """Return what the page adds: the feature in its surroundings, what these are, the features before and after it."""
    context = sheet_context(request, scope, pk, near)
    record = context["sheet"].record
    is_placed = context["sheet"].position is not None
    return context | {
        "sketch": feature_sketch(territory.communes_of(scopes), scope, pk, record.geom)
        if is_placed
        else None,
        "around": neighbours(scopes, scope, record),
        "steps": steps(scope, record),
    }


class NeighboursView(View):
    """What else is where a feature is: for the panel, on demand."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the neighbours for htmx; anybody else is sent to the page that shows them."""
        single_values(parameters_of(request), allowed=())
        visitor = visitor_of(request)
        scope = access.scope(visitor, layer)
        record = find_feature(scope, pk)
        if not is_fragment(request):
            return redirect(f"{reverse('explorer:feature', args=[layer, pk])}#voisinage")
        context = {"scope": scope, "pk": pk, "around": neighbours(access.visible(visitor), scope, record)}
        response = render(request, "explorer/sheet/neighbours.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class PhotoView(View):
    """A photo, under the rights of its feature."""

    def get(
        self, request: HttpRequest, layer: str, feature: int, relation: str, photo: int, size: str
    ) -> HttpResponseBase:
        """Send the file at ``full`` or ``thumbnail`` size, or say that its reader has it (304)."""
        scope = access.scope(visitor_of(request), layer)
        result = find_photo(scope, feature, relation, photo)
        file = {"full": result.image, "thumbnail": result.thumbnail}.get(size)
        if not file or not file.storage.exists(str(file.name)):
            raise UnknownFeature(_("Cette photo n’existe pas."), parameter="photo")
        etag = _photo_tag(scope, str(file.name))
        response = get_conditional_response(request, etag=etag) or FileResponse(
            file.open("rb"), content_type="image/jpeg"
        )
        return _cacheable(response, etag, is_public=scope.is_public)


def _cacheable(response: HttpResponseBase, etag: str, *, is_public: bool) -> HttpResponseBase:
    """Say who may cache a photo: internal ones are revalidated each time, since a right may end."""
    response["ETag"] = etag
    if is_public:
        patch_cache_control(response, public=True, max_age=PHOTO_MAX_AGE_S)
    else:
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def _photo_tag(scope: access.Scope, name: str) -> str:
    """Return the entity tag of a file, whose name no other one ever has, for who has the permissions of a scope."""
    return f'"{hashlib.sha256(f"{scope.key} {name}".encode()).hexdigest()[:32]}"'
