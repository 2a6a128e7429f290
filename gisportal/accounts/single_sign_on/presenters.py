"""The pages between the portal and a provider: leaving for it, and coming back without having signed in."""

from __future__ import annotations

from http import HTTPStatus

import requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gisportal.accounts.single_sign_on.errors import RefusedAccount


def leaving_page(request: HttpRequest, name: str, address: str) -> HttpResponse:
    """Return the page that sends the browser to a provider at once, with a link for one that does not follow.

    Not a redirection: the policy ``form-action 'self'`` holds for where the answer to a form redirects, and a provider
    redirects to others in its turn.
    """
    response = render(request, "accounts/single_sign_on/leave.html", {"name": name, "address": address})
    response["Refresh"] = f"0;url={address}"
    response["Cache-Control"] = "no-store"
    return response


def refusal_page(
    request: HttpRequest, name: str, error: Exception | None, *, is_cancelled: bool = False
) -> HttpResponse:
    """Return the page that says why nobody is signed in, and how else to."""
    status, detail = _status_and_words(name, error)
    if is_cancelled:
        status, detail = HTTPStatus.OK, _("Vous avez renoncé à vous connecter par %s.") % name
    context = {"name": name, "detail": detail, "is_cancelled": is_cancelled}
    response = render(request, "accounts/single_sign_on/refusal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _status_and_words(name: str, error: Exception | None) -> tuple[HTTPStatus, str]:
    if isinstance(error, RefusedAccount):
        return HTTPStatus.FORBIDDEN, str(error)
    if isinstance(error, requests.Timeout):
        return HTTPStatus.GATEWAY_TIMEOUT, _("%s n’a pas répondu à temps.") % name
    if isinstance(error, requests.RequestException):
        return HTTPStatus.BAD_GATEWAY, _("%s ne répond pas comme il le devrait.") % name
    return HTTPStatus.BAD_REQUEST, _(
        "La réponse de %s n’a pas pu être vérifiée : elle est trop ancienne, ou n’est pas pour cette session."
    ) % name
