"""What the site adds around every view: faults become answers, the language is chosen, open data crosses origins."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import pghistory
from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from gisportal.outage import OUTAGE
from gisportal.problems import answer, problem
from gisportal.protocols import is_for_a_person, protocol_of
from layers.errors import LayersError
from layers.services.storage import storage_fault
from layers.sql.limits import time_fault
from layers.sql.query_limiter import forget_time
from layers.visitor import Visitor

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ErrorMiddleware:
    """Turns a fault of the kernel, or a method that an address does not have, into the answer of its protocol."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        OUTAGE.end_if_over()
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response.headers["Allow"]
        detail = _("%(method)s n’est pas admis ici ; méthodes admises : %(allowed)s.")
        message = detail % {"method": request.method, "allowed": allowed}
        reason = getattr(response, "reason", "")  # a view may say why
        refusal = problem(request, HTTPStatus.METHOD_NOT_ALLOWED, detail=f"{message} {reason}".strip())
        refusal["Allow"] = allowed
        return refusal

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer the faults the kernel names, a stopped statement and a full disk; the rest is a defect: a 500."""
        fault = error if isinstance(error, LayersError) else time_fault(error) or storage_fault(error)
        forget_time()  # a page that says so reads its menus
        return answer(request, fault) if fault is not None else None


class LanguageMiddleware:
    """French, unless the reader chose otherwise. The browser's own preference does not decide.

    A local authority publishes in French: a browser set to English on a shared desk must not change it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        try:
            language = get_supported_language_variant(chosen)
        except LookupError:
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if "Content-Language" not in response.headers:
            response["Content-Language"] = language
        return response


class CrossOriginMiddleware:
    """Lets scripts of other sites, a notebook in a browser say, use the machine protocols, but lends them nobody.

    Their scripts read what is public, what a request without any credentials is refused, and what a Bearer token in the
    header of the request opened: the script put it there itself, so it reads nothing that it could not ask from
    anywhere. What a browser attaches by itself, a cookie or the Basic pair it remembers, opens nothing to them: the
    answer names no origin, and ``*`` without ``Access-Control-Allow-Credentials`` keeps both out of what a script asks
    of another site (Fetch standard, CORS protocol). Nor does a token in the address, which a page may have been given.

    A preflight is answered the same for every address, whether there is something there or not, before anything else:
    it holds no credentials and cannot be asked for any.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not protocol_of(request).is_cross_origin:
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
        response = self.get_response(request)
        if _is_for_other_sites(request, response):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = _EXPOSED
        return response


class NoBodyMiddleware:
    """Takes off an answer what it would say of a body that it does not have.

    Django gives every response a type and a length. A 204 has no length (RFC 9110, 8.6). A 304 has neither: a cache
    would write them on the copy it holds (RFC 9111, 3.2).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name in _OF_A_BODY.get(response.status_code, ()):
            del response[name]
        return response


_OF_A_BODY: dict[int, tuple[str, ...]] = {
    HTTPStatus.NO_CONTENT: ("Content-Length",),
    HTTPStatus.NOT_MODIFIED: ("Content-Length", "Content-Type"),
}


def _is_for_other_sites(request: HttpRequest, response: HttpResponseBase) -> bool:
    credentials, control = request.headers.get("Authorization", ""), response.headers.get("Cache-Control", "")
    if "public" in control or credentials.lower().startswith("bearer "):
        return True
    return not (credentials or request.headers.get("Cookie")) and "private" not in control


_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Accept, Authorization, Content-Crs, Content-Type, If-Match, If-None-Match, If-Range, Range"
    ),
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
}
# What a script may read of an answer, beside what the Fetch standard lets it read of any.
_EXPOSED = (
    "Accept-Patch, Accept-Post, Accept-Ranges, Age, Allow, Content-Crs, Content-Disposition, Content-Location, "
    "Content-Range, ETag, Link, Location, OGC-NumberMatched, OGC-NumberReturned, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate"
)


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
    """Completes the headers that a view did not set; open data that a view lets anybody cache stays as it is.

    An answer to somebody signed in is ``private`` for shared caches, ``no-cache`` for the browser's own, which
    revalidates. Pages of accounts and of the administration are not cached at all (ASVS 14.3.2).
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
    """Writes the same policy on every answer without its own, without building it again each time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Write the policy of the settings, or that of a view."""
        is_default = not (
            settings.DEBUG
            or getattr(response, "_csp_exempt", False)
            or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        )
        if is_default and self.get_policy_parts(request, response) == PolicyParts():
            response.headers.setdefault(HEADER, _default_policy(repr(settings.CONTENT_SECURITY_POLICY)))
            return response
        is_written = HEADER in response.headers
        response = super().process_response(request, response)
        if not is_written and HEADER in response.headers:
            response.headers[HEADER] = _ordered(response.headers[HEADER])
        return response


@lru_cache(maxsize=8)
def _default_policy(_written: str) -> str:
    """Return the policy of the settings, for as long as they are written so."""
    return _ordered(build_policy())


def _ordered(policy: str) -> str:
    """Sort the directives of a policy, which django-csp takes from a set: another order in each process."""
    return "; ".join(sorted(policy.split("; ")))


def _is_somebody(request: HttpRequest) -> bool:
    visitor = getattr(request, "visitor", None)
    return isinstance(visitor, Visitor) and not visitor.is_anonymous


class PlainHttpMiddleware:
    """Answers machines before ``SecurityMiddleware`` redirects; people at a browser are led to HTTPS by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and not is_for_a_person(request):
            detail = _(
                "Cette adresse ne répond qu’en HTTPS. Un jeton ou un mot de passe envoyé en clair est à changer."
            )
            return problem(request, HTTPStatus.FORBIDDEN, detail=detail)
        return self.get_response(request)


_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class HistoryMiddleware:
    """Names the author of each write: the account, the kind of credential and the address, of pages and machines alike.

    It stands after ``VisitorMiddleware``. Reads pay nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visitor = getattr(request, "visitor", None)
        if request.method in _READING or not isinstance(visitor, Visitor) or visitor.is_anonymous:
            return self.get_response(request)
        with pghistory.context(
            user=visitor.user_id,
            username=visitor.username,
            credential=visitor.credential.value,
            address=request.path,
        ):
            return self.get_response(request)


class HostCookieStorage(CookieStorage):
    """Django's cookie of messages, under ``MESSAGE_COOKIE_NAME``."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.cookie_name = settings.MESSAGE_COOKIE_NAME


class HostMessageStorage(FallbackStorage):
    """That cookie, and the session for what it has no room for."""

    storage_classes = (HostCookieStorage, SessionStorage)
