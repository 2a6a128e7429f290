"""Ending one's own sessions from the account page."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from gisportal.accounts.models import User
from gisportal.accounts.sessions.services import end_session, end_sessions


@method_decorator(reauthentication_required(app="allauth.usersessions"), name="dispatch")
class EndSessionView(LoginRequiredMixin, View):
    """``/compte/sessions/{id}/fermer/``: a session of somebody else does not exist."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the session.

        Raises:
            Http404: the account has no such session.
        """
        if not end_session(user=_account(request), pk=pk):
            raise Http404
        messages.success(request, _("La session est fermée."))
        return redirect(reverse("accounts:home") + "#sessions")


@method_decorator(reauthentication_required(app="allauth.usersessions"), name="dispatch")
class EndOtherSessionsView(LoginRequiredMixin, View):
    """``/compte/sessions/fermer/``: all but the one that asks."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End them, and say how many they were."""
        count = end_sessions(user=_account(request), keep=request.session.session_key or "")
        messages.success(request, ngettext("%d session fermée.", "%d sessions fermées.", count) % count)
        return redirect(reverse("accounts:home") + "#sessions")


def _account(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
