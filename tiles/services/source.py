"""Asks the source of a basemap for one tile: bounded in time and size, and believed only when it is a picture.

The request carries nothing of the visitor: no cookie, credential, referrer nor address. Redirections are refused:
only what the configuration names is ever asked.
"""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO
from urllib.error import HTTPError, URLError

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import LateSource, UnreachableSource
from tiles.definitions import Basemap

CHUNK = 64 * 1024
NO_TILE = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND}
SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing: the redirection itself becomes the error."""


def _opener() -> urllib.request.OpenerDirector:
    """Return what speaks HTTP and HTTPS alone, through the proxy of the environment when there is one."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _NoRedirection(),
    ):
        opener.add_handler(handler)
    return opener


def fetch(basemap: Basemap, address: str) -> bytes:
    """Return the picture at ``address``; empty when the source says that it has no tile there.

    Raises:
        LateSource: the source did not answer whole in time.
        UnreachableSource: it cannot be reached, or answered an error, a redirection, or no such picture.
    """
    headers = {"User-Agent": "gisportal", "Accept": basemap.media_type}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  (the settings admit http and https alone)
    deadline = time.monotonic() + settings.BASEMAP_TIMEOUT_S
    try:
        with _opener().open(request, timeout=settings.BASEMAP_TIMEOUT_S) as answer:
            if answer.status in NO_TILE:
                return b""
            content = b"".join(_bounded(answer, deadline))
            return _checked(content, answer.headers.get_content_type(), basemap)
    except HTTPError as error:
        with error:
            if error.code in NO_TILE:
                return b""
            raise _unreachable(_("il a répondu %d") % error.code) from error
    except TimeoutError as error:
        raise LateSource(_("Le fond de carte n’a pas répondu à temps.")) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise LateSource(_("Le fond de carte n’a pas répondu à temps.")) from error
        raise _unreachable(_("la connexion a échoué")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(_("sa réponse est coupée ou illisible")) from error


def _bounded(answer: http.client.HTTPResponse, deadline: float) -> Iterator[bytes]:
    size = 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > settings.BASEMAP_TILE_MAX_BYTES:
            raise _unreachable(_("sa tuile est trop lourde"))
        if time.monotonic() > deadline:
            raise TimeoutError
        yield chunk
    if answer.length:
        raise _unreachable(_("sa réponse est coupée ou illisible"))


def _checked(content: bytes, media_type: str, basemap: Basemap) -> bytes:
    if media_type != basemap.media_type or not content.startswith(SIGNATURES[basemap.type]):
        raise _unreachable(_("sa réponse n’est pas une image %s") % basemap.type)
    return content


def _unreachable(reason: str) -> UnreachableSource:
    return UnreachableSource(_("Le fond de carte ne répond pas comme attendu : %s.") % reason)
