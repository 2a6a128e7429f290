"""The answer that holds a tile, whichever address it was asked at."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags

from interface.http.resources import proxy_cacheable, with_validators
from layers.formats.mvt import MEDIA_TYPE
from tiles.services.vector_tiles import AskedTile

_GZIP = "gzip"


def tile_response(request: HttpRequest, asked: AskedTile) -> HttpResponseBase:
    """Answer with a tile as it is kept, compressed, or decompressed for a client that does not read gzip.

    204 when nothing is in it; 304, before the tile is looked for, when the client holds it.
    """
    encoding = _GZIP if accepts_gzip(request.headers.get("Accept-Encoding", "")) else ""
    fresh = asked.freshness(encoding)
    held = _held(request)
    if fresh.etag in held or ("*" in held and asked.compressed()):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = _whole(request, asked, encoding)
    return with_validators(proxy_cacheable(response, request, is_public=asked.is_public), fresh)


def _whole(request: HttpRequest, asked: AskedTile, encoding: str) -> HttpResponse:
    content = asked.compressed() if encoding else asked.content()
    if not content:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    if encoding:
        response["Content-Encoding"] = encoding
    else:
        # No other encoding either: the tag is that of these bytes.
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return response


def _held(request: HttpRequest) -> list[str]:
    """Return the tags that the client holds; one that a proxy weakened says the same."""
    return [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]


def accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` admits gzip (RFC 9110, 12.5.3): by name or by ``*``, without the weight 0."""
    weights: dict[str, float] = {}
    for part in header[:500].lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        weights[coding.strip()] = _weight(weight)
    return weights.get(_GZIP, weights.get("*", 0.0)) > 0


def _weight(text: str) -> float:
    name, _equals, value = text.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
