"""What django-allauth asks of the portal about second factors."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter


class SecondFactorAdapter(DefaultMFAAdapter):
    """The portal's answers about second factors."""
