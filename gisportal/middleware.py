"""What the site adds around every view: faults become answers, the language is chosen, open data crosses origins."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from gisportal.outage import OUTAGE
from gisportal.problems import answer, problem
from gisportal.protocols import protocol_of
from layers.errors import LayersError
from layers.services.storage import storage_fault
from layers.sql.limits import time_fault
from layers.sql.query_limiter import forget_time

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
        told = detail % {"method": request.method, "allowed": allowed}
        reason = getattr(response, "reason", "")  # a view may say why
        refusal = problem(request, HTTPStatus.METHOD_NOT_ALLOWED, detail=f"{told} {reason}".strip())
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
    "Accept-Patch, Accept-Post, Accept-Ranges, Allow, Content-Crs, Content-Disposition, Content-Location, "
    "Content-Range, ETag, Link, Location, OGC-NumberMatched, OGC-NumberReturned, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate"
)
