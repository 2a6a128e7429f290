"""Builds the ``Visitor`` of each request, once, from the session or from HTTP Basic."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from gisportal.accounts.basic import user_of_basic
from gisportal.accounts.models import User
from gisportal.portals.middleware import PROBES
from gisportal.problems import answer, is_machine
from layers.errors import LayersError, WrongCredentials
from layers.visitor import Credential, Visitor


class VisitorMiddleware:
    """Sets ``request.visitor``. Credentials that are wrong are refused, never treated as if there were none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PROBES):
            try:
                request.visitor = identify(request)  # type: ignore[attr-defined]  # Django has no typed place for it
            except LayersError as error:
                return answer(request, error)
        return self.get_response(request)


def identify(request: HttpRequest) -> Visitor:
    """Return who asks.

    Raises:
        WrongCredentials: an ``Authorization`` header that is not a valid account's.
        TooManyAttempts: too many of them.
    """
    header = request.headers.get("Authorization", "")
    scheme, _space, value = header.partition(" ")
    if not header:
        return build_visitor(request, Credential.SESSION)
    if scheme.lower() != "basic":
        raise WrongCredentials(_("Ce portail accepte Authorization: Basic."))
    request.user = user_of_basic(request, value)
    if is_machine(request):
        # Desktop tools hold no token. Pages keep the check: a browser sends the pair it remembers to them too.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # the switch DRF and Django's tests use
    return build_visitor(request, Credential.BASIC)


def build_visitor(request: HttpRequest, credential: Credential) -> Visitor:
    """Return the visitor for the user of the request with its groups, on the portal of the request, now."""
    portal = getattr(request, "portal", None)
    code = portal.commune.code if portal and portal.commune else ""
    user: User | AnonymousUser = request.user
    if not isinstance(user, User) or not user.is_active:
        return Visitor(instant=timezone.now(), portal=code)
    return Visitor(
        instant=timezone.now(),
        user_id=user.pk,
        username=user.get_username(),
        groups=frozenset(user.groups.values_list("pk", flat=True)),
        is_administrator=user.is_superuser,
        portal=code,
        credential=credential,
    )
