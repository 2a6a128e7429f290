"""Who is before the server: the client's address and scheme, read once from proxies that are trusted.

Everything behind this middleware (limits, lock-out, logs, journal, other people's packages) reads ``REMOTE_ADDR`` and
``request.is_secure()``, and finds there what a trusted proxy wrote or the peer itself; the headers a client may forge
are gone. The server writes its access log from the same dictionary, so that it names the same address.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from gisportal.client_address import is_trusted, origin_of

_FORGEABLE = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
_SCHEME = "HTTP_X_FORWARDED_PROTO"


class TrustedProxyMiddleware:
    """Puts the client's address in ``REMOTE_ADDR``, and drops what no trusted proxy has written. Stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        read_origin(request.META)
        return self.get_response(request)


def read_origin(environ: dict[str, str]) -> None:
    """Replace the peer by the client in a WSGI environment, in place."""
    peer, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
    proxies, trusted = settings.PROXY_COUNT, settings.TRUSTED_PROXIES
    origin = origin_of(peer, forwarded, proxies=proxies, trusted=trusted)
    for name in _FORGEABLE:
        environ.pop(name, None)
    if origin.hops:
        environ["REMOTE_ADDR"] = origin.address
    scheme = environ.pop(_SCHEME, "")
    if scheme and proxies and is_trusted(peer, trusted=trusted):
        # A proxy replaces it, as a rule; of those that append, only what trusted ones wrote is believed.
        schemes = scheme.rsplit(",", proxies)
        environ[_SCHEME] = schemes[-min(len(schemes), max(origin.hops, 1))].strip()
