"""How a sign-in goes from its first proof to its end, whatever the way in: what django-allauth asks at each step."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from gisportal.accounts.single_sign_on.sign_out import remember_identity

# Applications of django-allauth for which a sign-in just done is proof enough.
_COUNT_SIGN_IN = {"allauth.mfa", "allauth.usersessions"}
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_STAGE = "allauth.mfa.stages.AuthenticateStage"


class AuthenticationAdapter(DefaultAccountAdapter):
    """The stages of a sign-in, and what the session keeps of it."""

    def get_login_stages(self) -> list[str]:
        """Return the stages, with the portal's own for the second factor."""
        own = "gisportal.accounts.second_factors.stages.SecondFactorStage"
        return [own if stage == _STAGE else stage for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session of an account, which Django's backend reads again at each request.

        After a second factor or a provider, no backend has just identified the account; allauth would note the first
        of the list, which counts attempts and knows nobody.
        """
        if not hasattr(user, "backend"):
            user.backend = _BACKEND  # as ``authenticate`` does
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse:
        """Keep what a provider of identities proved, then go on to the page that was asked."""
        login = (named.get("signal_kwargs") or {}).get("sociallogin")
        if login is not None:
            # It would otherwise stay in the session with the sign-in: the token is long, and serves at sign-out alone.
            id_token = login.state.pop("id_token", "")
            remember_identity(request, provider=login.account.provider, id_token=id_token)
            if login.state.get("proves_second_factor") is True:
                record_authentication(request, user, "mfa", type="identity_provider")
        response: HttpResponse = super().post_login(request, user, **named)
        return response

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Whether something sensitive asks again for who is at the keyboard.

        Factors and sessions do not in the minutes after a sign-in, which itself took those that the account has: who
        must set one up would be asked twice for the same password.
        """
        if not super().is_reauthentication_required(app=app, **named):
            return False
        if app not in _COUNT_SIGN_IN:
            return True
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        timeout: int = app_settings.REAUTHENTICATION_TIMEOUT
        return time.time() - float(latest) >= timeout
