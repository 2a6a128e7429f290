"""One table from fault to answer: what the kernel raises becomes a refusal in the form of the protocol asked.

On a machine protocol, a hidden layer asked without credentials is a 401 that offers HTTP Basic and Bearer; on a page it
is the same 404 as a layer that does not exist. Who reads a machine protocol in a browser gets the same refusal as a
page, with the same status and words.
"""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gisportal.problem_formats import Problem
from gisportal.protocols import is_machine, rendered
from layers.errors import (
    Busy,
    HiddenLayer,
    LayersError,
    RangeOutside,
    StorageFull,
    TooManyRequests,
    TooSlow,
    UnknownTile,
    WrongCredentials,
    status_of,
)

_RETRY_AFTER_SECONDS = {TooSlow: "30"}
_TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_noop("Demande incorrecte"),
    HTTPStatus.FORBIDDEN: gettext_noop("Accès refusé"),
    HTTPStatus.NOT_FOUND: gettext_noop("Introuvable"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Méthode non admise"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop("Erreur du portail"),
}


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
            request,
            status,
            title=_(error.title),
            detail=error.detail,
            parameter=error.parameter,
            kind=type(error),
        )
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = _challenge(error)
    retry = _retry_after(error)
    if retry:
        response["Retry-After"] = retry
    if isinstance(error, RangeOutside):
        response["Content-Range"] = f"bytes */{error.size}"
    if isinstance(error, UnknownTile | TooManyRequests | Busy | StorageFull) and is_machine(request):
        response["Access-Control-Allow-Origin"] = "*"
    return response


def _challenge(error: LayersError) -> str:
    """Return the ways in, Basic first: desktop tools read no further (RFC 7617 §2, RFC 6750 §3)."""
    fault = ', error="invalid_token"' if isinstance(error, WrongCredentials) else ""
    return f'Basic realm="Portail", charset="UTF-8", Bearer realm="Portail"{fault}'


def _retry_after(error: LayersError) -> str:
    if isinstance(error, TooManyRequests | Busy | StorageFull):
        return str(error.retry_after)
    return next((seconds for kind, seconds in _RETRY_AFTER_SECONDS.items() if isinstance(error, kind)), "")


def problem(
    request: HttpRequest,
    status: HTTPStatus,
    *,
    title: str = "",
    detail: str = "",
    parameter: str = "",
    kind: type[LayersError] = LayersError,
) -> HttpResponse:
    """Return a refusal in the form of the protocol asked; nobody keeps a copy of it."""
    # JSON may hold half a surrogate pair, which UTF-8 may not, and a detail quotes what was sent.
    detail, parameter = (text.encode(errors="replace").decode() for text in (detail, parameter))
    response = rendered(
        request, Problem(status, title or _(_TITLES.get(status, "Erreur")), detail, parameter, kind)
    )
    response["Cache-Control"] = "no-store"
    if is_machine(request):
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
    return response
