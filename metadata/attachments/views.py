"""``/catalogue/{layer}/pieces/{pk}/{name}``: a document of a layer, to who sees the layer."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from layers import access
from layers.access import RasterScope, Scope
from layers.errors import UnknownFeature, UnknownLayer
from layers.visitor import Visitor, visitor_of
from metadata.attachments.queries import attachment_of

# Nothing of a document runs, whatever a browser takes it for.
_POLICY = "default-src 'none'; sandbox"


class AttachmentView(View):
    """The file of an attachment."""

    def get(self, request: HttpRequest, layer: str, pk: int, name: str) -> HttpResponseBase:
        """Send the file, or say that its reader has it (304).

        Raises:
            UnknownLayer: the visitor does not see the layer.
            UnknownFeature: the layer has no such document.
        """
        scope = _scope(visitor_of(request), layer)
        attachment = attachment_of(scope.layer, pk)
        if attachment is None or attachment.file_name != name or not attachment.path.is_file():
            raise UnknownFeature(_("Cette pièce jointe n’existe pas."), parameter="name")
        etag = f'"{attachment.sha256}"'
        response = get_conditional_response(request, etag=etag) or FileResponse(
            attachment.path.open("rb"),
            content_type=f"{attachment.media_type}; charset=utf-8"
            if attachment.media_type.startswith("text/")
            else attachment.media_type,
            as_attachment=True,
            filename=attachment.file_name,
        )
        response["ETag"] = etag
        response["Content-Security-Policy"] = _POLICY
        response["X-Content-Type-Options"] = "nosniff"
        # A layer may be withdrawn at any time: a cache asks each time, and is answered without the file.
        patch_cache_control(response, public=scope.is_public, private=not scope.is_public, no_cache=True)
        if not scope.is_public:
            patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


def _scope(visitor: Visitor, slug: str) -> Scope | RasterScope:
    try:
        return access.scope(visitor, slug)
    except UnknownLayer:  # a raster, or nothing that this visitor may know of
        return access.raster_scope(visitor, slug)
