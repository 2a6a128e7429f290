"""The sheet of a feature, as a page or as the side panel of the map, and its photos."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer import queries
from explorer.views.requests import is_fragment
from layers import access
from layers.errors import UnknownFeature
from layers.queries import photo as find_photo
from layers.visitor import visitor_of

PHOTO_MAX_AGE_S = 600


class FeatureView(View):
    """Everything the visitor may know of a feature."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the sheet: alone for htmx, within a page otherwise."""
        scope = access.scope(visitor_of(request), layer)
        template = "explorer/sheet/panel.html" if is_fragment(request) else "explorer/feature.html"
        response = render(request, template, {"scope": scope, "sheet": queries.sheet(scope, pk)})
        patch_vary_headers(response, ["HX-Request"])
        return response


class PhotoView(View):
    """A photo, under the rights of its feature."""

    def get(
        self, request: HttpRequest, layer: str, feature: int, relation: str, photo: int, size: str
    ) -> FileResponse:
        """Send the file at ``full`` or ``thumbnail`` size."""
        scope = access.scope(visitor_of(request), layer)
        found = find_photo(scope, feature, relation, photo)
        file = {"full": found.image, "thumbnail": found.thumbnail}.get(size)
        if not file or not file.storage.exists(str(file.name)):
            raise UnknownFeature(_("Cette photo n’existe pas."), parameter="photo")
        response = FileResponse(file.open("rb"), content_type="image/jpeg")
        audience = "public" if scope.is_public else "private"
        patch_cache_control(response, max_age=PHOTO_MAX_AGE_S, **{audience: True})
        return response
