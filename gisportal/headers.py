"""Headers of every answer: what a page may ask of the browser, who may keep the answer, who may embed it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
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


class PolicyMiddleware(CSPMiddleware):
    """Writes the same policy on every answer that asks no other, without building it again for each."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write the policy of the settings, or that which a view asks."""
        is_usual = not (
            settings.DEBUG
            or getattr(response, "_csp_exempt", False)
            or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        )
        if is_usual and self.get_policy_parts(request, response) == PolicyParts():
            response.headers.setdefault(HEADER, _usual_policy(repr(settings.CONTENT_SECURITY_POLICY)))
            return response
        return super().process_response(request, response)


@lru_cache(maxsize=8)
def _usual_policy(_written: str) -> str:
    """Return the policy of the settings, for as long as they are written so."""
    return str(build_policy())


def _is_somebody(request: HttpRequest) -> bool:
    visitor = getattr(request, "visitor", None)
    return isinstance(visitor, Visitor) and not visitor.is_anonymous
