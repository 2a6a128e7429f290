"""``/urbanisme/documents/{idurba}/paquet.zip``: the package of a document online, written when it is requested."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from interface.requests import parameters_of
from layers.parsing.query import single_values
from layers.sql.query_limiter import acquire_slot
from layers.visitor import visitor_of
from plui.writing.services import write_package


class PackageView(View):
    """The package, to who reads the whole document and may download it."""

    def get(self, request: HttpRequest, idurba: str) -> HttpResponseBase:
        """Send the archive; few are written at once.

        Raises:
            UnknownFeature, Forbidden: see ``plan_source``.
            Busy: others are being written.
        """
        single_values(parameters_of(request), allowed=())
        acquire_slot()
        with tempfile.TemporaryDirectory() as folder:
            package = write_package(visitor=visitor_of(request), idurba=idurba, folder=Path(folder))
            body = package.path.open("rb")  # the file goes with its last reader
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(
            body, as_attachment=True, filename=package.name, content_type="application/zip"
        )
        response["Cache-Control"] = "private, no-store"
        return response
