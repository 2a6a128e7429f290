"""The page where somebody sees what their account opens and keeps the tokens of their machines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from exports.services import orders_of
from gisportal.accounts.forms import TokenForm
from gisportal.accounts.models import User
from gisportal.accounts.queries import tokens_of
from gisportal.accounts.services import create_token, revoke_tokens
from gisportal.accounts.sessions.presenters import session_rows
from gisportal.accounts.vocabulary import TokenScope
from layers import access
from layers.visitor import visitor_of


class AccountPage(LoginRequiredMixin, View):
    """What the pages of an account share."""

    @property
    def user(self) -> User:
        """The account, which ``LoginRequiredMixin`` made sure of."""
        user = self.request.user
        assert isinstance(user, User)
        return user

    def page(self, form: TokenForm, **context: Any) -> HttpResponse:
        """Render the account: groups, layers, prepared downloads, tokens and the form for another one."""
        now = timezone.now()
        context |= {
            "form": form,
            "groups": self.user.groups.all(),
            "scopes": access.visible(visitor_of(self.request)),
            "sessions": session_rows(self.user, current=self.request.session.session_key or ""),
            "downloads": orders_of(visitor_of(self.request)),
            "tokens": [(token, token.is_expired(at=now)) for token in tokens_of(self.user)],
        }
        return render(self.request, "accounts/account.html", context)


@method_decorator(never_cache, name="dispatch")
class AccountView(AccountPage):
    """``/compte/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the account."""
        return self.page(TokenForm(user=self.user))


@method_decorator(never_cache, name="dispatch")
class CreateTokenView(AccountPage):
    """``/compte/jetons/``: makes a token and shows it, once, on the answer itself.

    No redirection: the text of the token would have to wait somewhere. Sending the form again is refused by its name.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send who reloads the page back to the account."""
        return redirect(reverse("accounts:home") + "#jetons")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the token, or show what is wrong with the form."""
        form = TokenForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.page(form)
        wanted = form.cleaned_data
        token, text = create_token(
            user=self.user, name=wanted["name"], scope=TokenScope(wanted["scope"]), days=wanted["days"]
        )
        return self.page(TokenForm(user=self.user), created=token, text=text)


@method_decorator(never_cache, name="dispatch")
class RevokeTokenView(AccountPage):
    """``/compte/jetons/{id}/revoquer/``: asks, then revokes. A token of somebody else does not exist."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page that asks to confirm the end of a token."""
        token = get_object_or_404(tokens_of(self.user), pk=pk)
        return render(request, "accounts/revoke_token.html", {"token": token})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke the token."""
        token = get_object_or_404(tokens_of(self.user), pk=pk)
        revoke_tokens(tokens_of(self.user).filter(pk=pk))
        messages.success(request, _("Le jeton « %s » est révoqué : il n’ouvre plus rien.") % token.name)
        return redirect(reverse("accounts:home") + "#jetons")
