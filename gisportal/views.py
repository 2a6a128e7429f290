"""Health probes, the page of the design system, and the answers to addresses and errors that no application handles."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from gisportal.health import health
from gisportal.outage import OUTAGE, is_outage
from gisportal.problems import answer, problem
from gisportal.protocols import is_for_a_person, is_machine
from layers.services.storage import storage_fault
from layers.sql.limits import time_fault

RETRY_AFTER_SECONDS = 10


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers, and serves: the database is asked only after somebody has missed it."""
    if OUTAGE.is_on():
        return JsonResponse({"status": "unavailable"}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database answers, a worker lives and nothing waits too long in the queue: for monitoring."""
    found = health()
    status = HTTPStatus.OK if found.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(found.document, status=status)


# Pages that say nothing of the territory, or as many things as there are questions.
_UNINDEXED = (
    "/compte/", "/administration/", "/jeux/", "/recherche/", "/partager/", "/hors-ligne/", "/style/",
)  # fmt: skip


def robots(_request: HttpRequest) -> HttpResponse:
    """Tell search engines what is not worth their while. Nothing is hidden by it: access decides, not this file."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _UNINDEXED), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def style(request: HttpRequest) -> HttpResponse:
    """Show every piece of the design system in every state: for who builds the portal, absent from a real one."""
    if not (settings.DEBUG or settings.PORTAL_DEMO):
        raise Http404
    return render(request, "interface/style/page.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    return problem(request, HTTPStatus.BAD_REQUEST, detail=_("Cette demande est mal formée."))


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Answer somebody who may not do this."""
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
    """Say that the database does not answer, without asking it anything, in the form of the protocol asked."""
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
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
