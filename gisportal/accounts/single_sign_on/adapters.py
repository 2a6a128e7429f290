"""What django-allauth asks of the portal about accounts that a provider of identities opens."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The portal's answers about accounts of a provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether a provider may open an account that nobody made: it may not."""
        return False
