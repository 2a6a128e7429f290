"""One table from error to answer: errors of the kernel, and Django's handlers, in the form of the protocol.

On a machine protocol, a hidden layer requested without credentials is a 401 that offers HTTP Basic and Bearer; on a
page it is the same 404 as an unknown layer. A browser on a machine protocol gets the same refusal as a page, with the
same status and words.
"""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gisportal.outage import OUTAGE, is_outage
from gisportal.problem_formats import Problem
from gisportal.protocols import is_for_a_person, is_machine, rendered
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
from layers.services.storage import storage_fault
from layers.sql.limits import time_fault

_RETRY_AFTER_SECONDS = {TooSlow: "30"}
# While the database is away.
_AWAY_RETRY_SECONDS = 10
_TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_noop("Demande incorrecte"),
    HTTPStatus.FORBIDDEN: gettext_noop("Accès refusé"),
    HTTPStatus.NOT_FOUND: gettext_noop("Introuvable"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Méthode non admise"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop("Erreur du portail"),
}


def answer(request: HttpRequest, error: LayersError) -> HttpResponse:
    """Return the answer to a fault of the kernel, in the form of the protocol."""
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
    """Return a refusal in the form of the protocol, which no cache stores."""
    # JSON may hold half a surrogate pair, which UTF-8 may not, and a detail quotes what was sent.
    detail, parameter = (text.encode(errors="replace").decode() for text in (detail, parameter))
    response = rendered(
        request, Problem(status, title or _(_TITLES.get(status, "Erreur")), detail, parameter, kind)
    )
    response["Cache-Control"] = "no-store"
    if is_machine(request):
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    return problem(request, HTTPStatus.BAD_REQUEST, detail=_("Cette demande est mal formée."))


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Answer a 403."""
    return problem(request, HTTPStatus.FORBIDDEN, detail=_("Votre compte ne permet pas cette action."))


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form sent without its token: left open too long, or sent by another site."""
    return problem(
        request,
        HTTPStatus.FORBIDDEN,
        title=_("Formulaire expiré"),
        detail=_("Revenez à la page précédente, rechargez-la et envoyez de nouveau le formulaire."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return problem(request, HTTPStatus.NOT_FOUND, detail=_("Aucune page ne répond à cette adresse."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the portal itself failed, or its database is away; the detail is in the log, not here."""
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        OUTAGE.begin(error)
        return _away(request)
    fault = (time_fault(error) or storage_fault(error)) if error is not None else None
    if fault is not None:
        return answer(request, fault)
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail=_("Le portail a rencontré une erreur."))


def _away(request: HttpRequest) -> HttpResponse:
    """Say that the database does not answer, without a query, in the form of the protocol."""
    if is_for_a_person(request):
        page = render_to_string("away.html")  # without the request: nobody is asked who they are
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Cache-Control"] = "no-store"
    else:
        title = _("Service interrompu")
        detail = _("La base de données du portail ne répond pas. Réessayez dans quelques instants.")
        response = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, title=title, detail=detail)
    if is_machine(request):
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        response["Access-Control-Allow-Origin"] = "*"
    response["Retry-After"] = str(_AWAY_RETRY_SECONDS)
    return response
