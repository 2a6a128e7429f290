"""``/urbanisme/servitudes/actes/{pk}/{name}``: the PDF of an act, to who reads a perimeter that it made."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from layers.errors import UnknownFeature
from layers.visitor import visitor_of
from planning.easements.queries import readable_act

# Nothing of a document runs, whatever a browser takes it for.
_POLICY = "default-src 'none'; frame-ancestors 'none'"


class ActView(View):
    """The file of an act."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
        """Send the file, or say that its reader has it (304).

        Raises:
            UnknownFeature: no such act, or not for this visitor.
        """
        act, scope = readable_act(visitor_of(request), pk) or (None, None)
        if act is None or scope is None or act.fichier != name or not Path(act.file.path).is_file():
            raise UnknownFeature(_("Cet acte n’existe pas."), parameter="name")
        etag = f'"{act.content_hash}"'
        response = get_conditional_response(request, etag=etag) or FileResponse(
            act.file.open("rb"), content_type="application/pdf", filename=act.fichier
        )
        response["ETag"] = etag
        response["Content-Security-Policy"] = _POLICY
        response["X-Content-Type-Options"] = "nosniff"
        # A layer may be withdrawn at any time: a cache asks each time, and is answered without the file.
        patch_cache_control(response, no_cache=True, **{"public" if scope.is_public else "private": True})
        if not scope.is_public:
            patch_vary_headers(response, ["Authorization", "Cookie"])
        return response
