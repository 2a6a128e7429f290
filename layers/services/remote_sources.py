"""Requests to other servers: HTTP and HTTPS alone, without a redirection, bounded in time and size."""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO
from urllib.error import HTTPError, URLError

from django.utils.translation import gettext as _

from layers.errors import LateSource, UnreachableSource

_CHUNK = 64 * 1024


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


def opener() -> urllib.request.OpenerDirector:
    """Return an opener of HTTP and HTTPS alone, through the proxy of the environment when there is one."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _NoRedirection(),
    ):
        director.add_handler(handler)
    return director


def download(
    address: str, *, most: int, seconds: float, headers: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return the body at an address, of ``most`` bytes at most; ``headers`` go to its host alone.

    Raises:
        LateSource: it did not come whole within ``seconds``.
        UnreachableSource: it cannot be reached, is too large, or the answer is an error or a redirection.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "gisportal"} | dict(headers))  # noqa: S310  (see opener)
    deadline, content = time.monotonic() + seconds, bytearray()
    try:
        with opener().open(request, timeout=seconds) as answer:
            while chunk := answer.read1(_CHUNK):
                content += chunk
                if len(content) > most:
                    raise UnreachableSource(_("La réponse de « %s » est trop lourde.") % address)
                if time.monotonic() > deadline:
                    raise TimeoutError
    except HTTPError as error:
        with error:
            values = {"address": address, "status": error.code}
            raise UnreachableSource(_("« %(address)s » a répondu %(status)d.") % values) from error
    except TimeoutError as error:
        raise LateSource(_("« %s » n’a pas répondu à temps.") % address) from error
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableSource(_("« %s » ne répond pas.") % address) from error
    return bytes(content)
