"""One table from fault to answer: problem+json (RFC 9457) for machines, a French page for people.

Machine protocols are known by the beginning of their path. On them, a hidden layer asked without credentials is a 401
that offers HTTP Basic and Bearer; on a page it is the same 404 as a layer that does not exist. Who reads one of them in
a browser gets the same refusal as a page, with the same status and words.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gisportal.ways_out import question_of, ways_out
from interface.http.media_types import HTML, SHORT_NAMES
from layers.errors import (
    HiddenLayer,
    LayersError,
    RangeOutside,
    TooManyAttempts,
    TooManyRequests,
    TooSlow,
    UnknownTile,
    WrongCredentials,
    status_of,
)

MACHINE_PATHS = ("/api/", "/tiles/", "/export/", "/wfs")
MEDIA_TYPE = "application/problem+json"
_API = "/api/"
# What a refusal may be read as, first what a client with no wish gets.
_FORMS = (MEDIA_TYPE, *SHORT_NAMES.values())
_RETRY_AFTER_SECONDS = {TooManyAttempts: "900", TooSlow: "30"}
_TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_noop("Demande incorrecte"),
    HTTPStatus.FORBIDDEN: gettext_noop("Accès refusé"),
    HTTPStatus.NOT_FOUND: gettext_noop("Introuvable"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Méthode non admise"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop("Erreur du portail"),
}


def is_machine(request: HttpRequest) -> bool:
    """Whether the request is for a machine protocol."""
    return request.path.startswith(MACHINE_PATHS)


def is_for_a_person(request: HttpRequest) -> bool:
    """Whether a refusal is to be a page: on a machine protocol, when ``f`` or else ``Accept`` asks for one first."""
    if not is_machine(request):
        return True
    named = SHORT_NAMES.get(question_of(request).get("f", "")) if request.path.startswith(_API) else None
    return (named or request.get_preferred_type(_FORMS)) == HTML


def answer(request: HttpRequest, error: LayersError) -> HttpResponse:
    """Return the answer to a fault of the kernel, in the form of the protocol asked."""
    status = status_of(error)
    if isinstance(error, HiddenLayer) and is_machine(request):
        status = HTTPStatus.UNAUTHORIZED
        response = problem(
            request,
            status,
            title=_("Identification requise"),
            detail=_("Cette ressource demande un compte du portail."),
        )
    else:
        response = problem(
            request, status, title=_(error.title), detail=error.detail, parameter=error.parameter
        )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = _challenge(error)
    retry = _retry_after(error)
    if retry:
        response["Retry-After"] = retry
    if isinstance(error, RangeOutside):
        response["Content-Range"] = f"bytes */{error.size}"
    if isinstance(error, UnknownTile | TooManyRequests):
        response["Access-Control-Allow-Origin"] = "*"
    return response


def _challenge(error: LayersError) -> str:
    """Return the ways in, Basic first: desktop tools read no further (RFC 7617 §2, RFC 6750 §3)."""
    fault = ', error="invalid_token"' if isinstance(error, WrongCredentials) else ""
    return f'Basic realm="Portail", charset="UTF-8", Bearer realm="Portail"{fault}'


def _retry_after(error: LayersError) -> str:
    if isinstance(error, TooManyRequests):
        return str(error.retry_after)
    return next((seconds for kind, seconds in _RETRY_AFTER_SECONDS.items() if isinstance(error, kind)), "")


def problem(
    request: HttpRequest, status: HTTPStatus, *, title: str = "", detail: str = "", parameter: str = ""
) -> HttpResponse:
    """Return an error as problem+json or as a page."""
    # JSON may hold half a surrogate pair, which UTF-8 may not, and a detail quotes what was sent.
    detail, parameter = (text.encode(errors="replace").decode() for text in (detail, parameter))
    title = title or _(_TITLES.get(status, "Erreur"))
    if not is_for_a_person(request):
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": title,
            "status": status.value,
            "detail": detail,
        }
        if parameter:
            document["parameter"] = parameter
        body = json.dumps(document, ensure_ascii=False)
        response = HttpResponse(body, content_type=MEDIA_TYPE, status=status)
    else:
        told = {"title": title, "detail": detail, "status": status.value, "parameter": parameter}
        context = told | {"ways": ways_out(request, parameter)}
        response = render(request, _template(request, status), context, status=status)
    response["Cache-Control"] = "no-store"
    if is_machine(request):
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
    return response


def _template(request: HttpRequest, status: HTTPStatus) -> str:
    if is_machine(request) and status not in _OVERLOADED:
        return "problem_of_api.html"
    return f"{status.value}.html" if status in _PAGES else "problem.html"


_PAGES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
# Whose page is the same everywhere: there is nothing to mend in the address.
_OVERLOADED = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
