"""Headers of every answer: what a page may ask of the browser, who may keep the answer, who may embed it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from gisportal.protocols import protocol_of
from layers.visitor import Visitor

# What pages use: the map (position, full screen), buttons that copy, passkeys.
_USED = (
    "clipboard-write",
    "fullscreen",
    "geolocation",
    "publickey-credentials-create",
    "publickey-credentials-get",
)
_UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "gamepad", "gyroscope", "hid", "idle-detection", "keyboard-map", "local-fonts", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join([*(f"{name}=(self)" for name in _USED), *(f"{name}=()" for name in _UNUSED)])
# Where people write secrets and read of others: no browser keeps these pages, even for its own history.
_SECRET = ("/compte/", "/administration/")


class HeadersMiddleware:
    """Completes what a view did not decide; open data that a view lets anybody keep stays as it is.

    An answer to somebody signed in is theirs: ``private`` for caches on the way, ``no-cache`` for the browser's own,
    which asks again each time. Pages of accounts and of the administration are not kept at all (ASVS 14.3.2).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if not protocol_of(request).is_cross_origin:
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        control = response.headers.get("Cache-Control", "")
        if request.path.startswith(_SECRET):
            if "no-store" not in control:
                response.headers["Cache-Control"] = "private, no-store"
        elif not control and (_is_somebody(request) or response.cookies):
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def _is_somebody(request: HttpRequest) -> bool:
    visitor = getattr(request, "visitor", None)
    return isinstance(visitor, Visitor) and not visitor.is_anonymous
