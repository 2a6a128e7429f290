"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts as a Django application."""

    name = "gisportal.accounts"
    label = "accounts"
    verbose_name = _("Comptes")

    def ready(self) -> None:
        """Connect what follows sessions; its models exist only now."""
        import_module("gisportal.accounts.sessions.services")
