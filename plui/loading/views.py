"""``/urbanisme/documents/{idurba}/{name}``: a written piece of a document, to who reads the layer of its zones.

``?original=1`` is what came where a cleaned copy is served, for who loads plans: to save, and nothing opens it.
"""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from interface.http.ranges import Slice, parse_range
from interface.requests import parameters_of
from layers.errors import RangeOutside
from layers.parsing.query import single_values
from layers.visitor import visitor_of
from plui.loading.errors import UnknownPiece
from plui.loading.parsing import is_original, version_number
from plui.loading.queries import is_public_piece, original_of, readable_piece
from plui.models import WrittenPiece

# Nothing of a document runs, whatever a browser takes it for.
_POLICY = "default-src 'none'; sandbox"
_TYPES = {"xml": "application/xml", "csv": "text/csv"}
_PDF = "application/pdf"


class PieceView(View):
    """The file of a piece: a PDF in the page of the browser, another file to save."""

    def get(self, request: HttpRequest, idurba: str, name: str) -> HttpResponseBase:
        """Send the file or the part asked, or say that its reader has it (304).

        Raises:
            UnknownPiece: no document that the visitor reads has it.
            RangeOutside: the range begins after the end.
        """
        visitor = visitor_of(request)
        values = single_values(parameters_of(request), allowed=("version", "original"))
        piece = readable_piece(visitor, idurba, name, version=version_number(values))
        has_original = is_original(values)
        if has_original:
            piece = original_of(visitor, piece)
        if piece is None or not all(piece.file.storage.exists(each) for each in piece.stored_names):
            raise UnknownPiece(_("Ce document n’a pas de pièce « %s ».") % name[:120], parameter="name")
        if has_original:
            return _original(piece)
        return piece_response(request, piece, is_public=is_public_piece(visitor, piece))


def piece_response(request: HttpRequest, piece: WrittenPiece, *, is_public: bool) -> HttpResponseBase:
    """Return the file of a piece, the part of it that is asked for, or 304; ``is_public``: everybody reads it.

    Raises:
        RangeOutside: the range begins after the end.
    """
    etag = f'"{piece.content_hash}"'
    response = get_conditional_response(request, etag=etag) or _sent(request, piece, etag)
    response["ETag"] = etag
    return _with_rights(response, is_public=is_public)


def _original(piece: WrittenPiece) -> FileResponse:
    response = FileResponse(
        piece.original.open("rb"),
        as_attachment=True,
        filename=f"{piece.name}.original",
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _sent(request: HttpRequest, piece: WrittenPiece, etag: str) -> HttpResponseBase:
    """Return the whole file, or the range that the request asks of what it read before."""
    size, headers = piece.file.size, request.headers
    has_range = request.method == "GET" and headers.get("If-Range", etag) == etag
    part = parse_range(headers.get("Range", ""), size) if has_range else None
    if part is not None and part.is_outside:
        raise RangeOutside(size)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
    extension = piece.name.rpartition(".")[2].lower()
    body: Any = piece.file.open("rb")
    response = FileResponse(
        body if part is None else Slice(body, part.start, part.size),
        as_attachment=extension in _TYPES,
        filename=piece.name,
        content_type=_TYPES.get(extension, _PDF),
    )
    if extension in _TYPES:
        response["Content-Security-Policy"] = _POLICY
    response["Accept-Ranges"] = "bytes"
    response["Content-Length"] = str(size if part is None else part.size)
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.end}/{size}"
    return response


def _with_rights(response: HttpResponseBase, *, is_public: bool) -> HttpResponseBase:
    """Let caches store what everybody reads; each asks again, for a version may be withdrawn at any time."""
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, public=is_public, private=not is_public, no_cache=True)
    if not is_public:
        patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
