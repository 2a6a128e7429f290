"""The sign-in pages: django-allauth's views, with the portal's pages and words."""

from __future__ import annotations

from allauth.account.views import LoginView
from allauth.account.views import ReauthenticateView as AllauthReauthenticateView
from django.views.generic import TemplateView

from gisportal.accounts.sign_in.forms import ReauthenticateForm, SignInForm


class SignInView(LoginView):
    """The sign-in form; who is signed in already goes on to the page they came for."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm


class ReauthenticateView(AllauthReauthenticateView):
    """The password again, before what touches the security of an account."""

    template_name = "accounts/reauthenticate.html"
    form_class = ReauthenticateForm


class ClosedView(TemplateView):
    """What the owner of a closed account is told when a provider of identities has named them."""

    template_name = "accounts/closed.html"
