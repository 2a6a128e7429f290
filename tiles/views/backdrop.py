"""The backdrop of the maps: the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views import View

from interface.backdrop import backdrop
from layers.parsing import single_values
from tiles.views.answers import accepts_gzip

MAX_AGE_S = 86_400
MEDIA_TYPE = "application/geo+json"


class BackdropView(View):
    """``/tiles/fonds/portail.geojson``: without features where the portal has no backdrop."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the whole of it, compressed for who reads gzip, or with 304 when the browser holds it."""
        single_values(dict(request.GET.lists()), known=())
        encoding = "gzip" if accepts_gzip(request.headers.get("Accept-Encoding", "")) else ""
        found = backdrop()
        content, etag = found.compressed if encoding else found.content, f'"{found.digest}{encoding}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(
            content, content_type=MEDIA_TYPE
        )
        response["ETag"] = etag
        if encoding and response.content:
            response["Content-Encoding"] = encoding
        patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response
