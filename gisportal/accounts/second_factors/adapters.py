"""The adapter of django-allauth for second factors, and the stage of a sign-in that requires one."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.models import User
from gisportal.accounts.second_factors import services
from gisportal.accounts.second_factors.services import is_enforced, is_last_factor


class SecondFactorAdapter(DefaultMFAAdapter):
    """The portal's answers about second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("Code incorrect."),
        "cannot_delete_authenticator": gettext_lazy(
            "Votre compte doit garder un second facteur : ajoutez-en un autre avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": gettext_lazy("Ajoutez d’abord une application ou une clé d’accès."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as the database holds it."""
        return services.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it is.

        Raises:
            InvalidToken: the portal's secret key changed without a fallback.
        """
        return services.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether an account may do without this factor: not when it is the last one and one is required."""
        user = authenticator.user
        assert isinstance(user, User)
        return not (is_enforced(user) and is_last_factor(authenticator))

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Return the name proposed for a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Clé d’accès %d") % (count + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party of passkeys: the host of the whole territory, for every commune's portal.

        A browser lets a page of ``meudon.portail.example`` use the passkeys of ``portail.example`` and of no other
        site (Web Authentication Level 3 §5.1.2, "RP ID"), and ``fido2`` checks that the origin is that host or below
        it.
        """
        return {"id": self._host(), "name": self.get_totp_issuer()}

    def get_totp_issuer(self) -> str:
        """Return the name under which an application lists the codes of the portal."""
        return settings.MFA_TOTP_ISSUER or self._host()

    def _host(self) -> str:
        """Return the host of the whole territory, without port, on any portal."""
        base: str = context.request.portal.base
        return base.partition(":")[0]


class SecondFactorStage(AuthenticateStage):
    """Requires the factor of an account that has one, unless the provider has proved two, as configured."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and login.state.get("proves_second_factor") is True:
            return False
        return bool(super()._should_handle(request))
