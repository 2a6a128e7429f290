"""What machines send in clear is refused, not redirected: a credential sent so would stay unnoticed (ASVS 4.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.problems import problem
from gisportal.protocols import is_for_a_person


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
