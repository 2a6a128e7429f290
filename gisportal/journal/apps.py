"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """The journal as a Django application."""

    name = "gisportal.journal"
    label = "journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        """Listen to what is journaled."""
        import_module("gisportal.journal.receivers").connect()  # which imports models, ready only now
