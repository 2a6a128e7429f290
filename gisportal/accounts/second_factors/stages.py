"""The stage of a sign-in that asks for the second factor."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):
    """Asks who has a factor for it, unless the provider that signs them in has proved two, as configured."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and login.state.get("proves_second_factor") is True:
            return False
        return bool(super()._should_handle(request))
