"""What every page may say about how its reader signs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gisportal.accounts.models import User
from gisportal.accounts.second_factors.requirement import needs_reminder


@dataclass(frozen=True, slots=True)
class SiteNotice:
    """Something that every page says, and where to do something about it."""

    text: str
    address: str
    action: str


def sign_in_context(request: HttpRequest) -> dict[str, Any]:
    """Give templates the providers of identities, and the banner of who has no second factor yet."""
    return {
        "identity_providers": settings.IDENTITY_PROVIDERS,
        "site_notice": SimpleLazyObject(lambda: _second_factor_notice(request)),
    }


def _second_factor_notice(request: HttpRequest) -> SiteNotice | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active or not needs_reminder(request, user):
        return None
    text = _(
        "Votre compte administre ce portail sans second facteur : ce délai est celui d’une démonstration."
    )
    return SiteNotice(text, reverse("mfa_index"), _("Ajouter un second facteur"))
