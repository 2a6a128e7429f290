"""The sign-in page: django-allauth's view, with the portal's page and words."""

from __future__ import annotations

from allauth.account.views import LoginView


class SignInView(LoginView):
    """The sign-in form; who is signed in already goes on to the page they came for."""

    template_name = "accounts/sign_in.html"
