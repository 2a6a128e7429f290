"""What the site adds around every view: faults become answers, the language is chosen, open data crosses origins."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from gisportal.problems import answer, problem
from layers.errors import LayersError

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ErrorMiddleware:
    """Turns a fault of the kernel, or a method that an address does not have, into the answer of its protocol."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
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
        """Answer the faults the kernel names; everything else is a defect and stays a 500."""
        return answer(request, error) if isinstance(error, LayersError) else None


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
    """Lets scripts of other sites read what an answer declares public, and nothing that credentials opened."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "public" in response.headers.get("Cache-Control", "") and request.path.startswith(
            ("/api/", "/tiles/", "/export/")
        ):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "Content-Crs, ETag, Link, RateLimit, RateLimit-Policy"
        return response
