"""A request body in chunks: what the web server cannot read of it is an ``OSError``, as with any other body.

Django reads a body whose length is told and raises ``UnreadablePostError``, an ``OSError``, when the client goes away.
A body in chunks is read by the view from the server's own stream, and gunicorn raises exceptions of its own for chunks
that are malformed. They end here: no view knows which server runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]  # gunicorn has no types


class ChunkedBody:
    """The stream of a body in chunks."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes, none at the end of the body.

        Raises:
            OSError: the client went away, or what it calls chunks are not (``UnreadablePostError``).
        """
        try:
            return self._stream.read(size)
        except ParseException as error:
            raise UnreadablePostError("malformed chunks") from error


class ChunkedBodyMiddleware:
    """Puts ``ChunkedBody`` in place of the server's stream, where the length of the body is not told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers:
            request.META["wsgi.input"] = ChunkedBody(request.META["wsgi.input"])
        return self.get_response(request)
