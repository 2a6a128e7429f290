"""The answer of a catalogue: the same for everybody, validated at each request, without its body for HEAD and 304."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from interface.http.resources import not_modified, with_validators
from layers.cache import BoundedCache
from layers.formats.http_validators import HttpValidators


@dataclass(frozen=True, slots=True)
class CatalogueBody:
    """The catalogue in a form: ``key`` is the digest of all that its bytes depend on; ``make`` makes them."""

    key: str
    make: Callable[[], bytes]

    def content(self) -> bytes:
        """Return the bytes, made once."""
        return _bodies.recall(self.key, self.make)

    @property
    def size(self) -> int | None:
        """The number of bytes when they are there; None when they are still to be made."""
        content = _bodies.get(self.key)
        return None if content is None else len(content)


_bodies: BoundedCache[bytes] = BoundedCache(1_000, weigh=len)


def catalogue_response(request: HttpRequest, body: CatalogueBody, media_type: str) -> HttpResponseBase:
    """Return a body under the tag of what it depends on.

    It is made before the answer begins: a failure is a 5xx, never a shorter catalogue, which a harvester would take for
    withdrawals. HEAD makes nothing, and says the length of what is there already.
    """
    fresh = HttpValidators(f'W/"{body.key[:32]}"', "public, no-cache")
    unchanged = not_modified(request, fresh)
    if unchanged is not None:
        return unchanged
    response: HttpResponseBase
    if request.method == "HEAD":
        response = StreamingHttpResponse(
            (), content_type=media_type
        )  # an empty body would have a length of 0
        if body.size is not None and "gzip" not in request.headers.get("Accept-Encoding", ""):
            response["Content-Length"] = str(body.size)
    else:
        response = HttpResponse(body.content(), content_type=media_type)
    response["Content-Language"] = settings.LANGUAGE_CODE
    return with_validators(response, fresh)
