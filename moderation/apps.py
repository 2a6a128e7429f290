"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """The application as Django knows it."""

    name = "moderation"
    verbose_name = _("Modération")

    def ready(self) -> None:
        """Follow the rows that are created, and the changes that are proposed, whatever the protocol."""
        rows = import_module("layers.services.moderation")  # models are ready only now
        services = import_module("moderation.services")
        changes = import_module("moderation.changes")
        rows.change_proposed.connect(changes.store_change, dispatch_uid="moderation")
        rows.row_begun.connect(services.follow_row, dispatch_uid="moderation")
