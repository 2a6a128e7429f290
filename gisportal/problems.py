"""One table from fault to answer: problem+json (RFC 9457) for machines, a French page for people.

Machine protocols are known by the beginning of their path. On them, a hidden layer asked without credentials is a 401
that offers HTTP Basic and Bearer; on a page it is the same 404 as a layer that does not exist.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.errors import (
    HiddenLayer,
    LayersError,
    TooManyAttempts,
    TooManyRequests,
    TooSlow,
    UnknownTile,
    WrongCredentials,
    status_of,
)

MACHINE_PATHS = ("/api/", "/tiles/", "/export/", "/wfs")
MEDIA_TYPE = "application/problem+json"
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
    if is_machine(request):
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
        context = {"title": title, "detail": detail, "status": status.value}
        response = render(request, _template(status), context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _template(status: HTTPStatus) -> str:
    return f"{status.value}.html" if status in _PAGES else "problem.html"


_PAGES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
