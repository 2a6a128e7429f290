"""Sign-in, and the page where somebody sees what their account opens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.views.generic import TemplateView

from layers import access
from layers.visitor import visitor_of


class SignInView(LoginView):
    """The sign-in form; who is signed in already goes on to the page they came for."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


class AccountView(LoginRequiredMixin, TemplateView):
    """Groups of the account and the layers it sees."""

    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the groups and the visible layers."""
        context = super().get_context_data(**kwargs)
        visitor = visitor_of(self.request)
        return context | {"groups": self.request.user.groups.all(), "scopes": access.visible(visitor)}
