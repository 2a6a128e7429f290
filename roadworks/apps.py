"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class RoadworksConfig(AppConfig):
    """The application as Django knows it."""

    name = "roadworks"
    verbose_name = _("Travaux sur la voirie")

    def ready(self) -> None:
        """Follow the steps of moderated sites: their status comes with them, and the end of cancelled ones."""
        rows_moderated = import_string("moderation.services.rows_moderated")
        rows_moderated.connect(import_string("roadworks.services.sites.follow_steps"))
        change_accepted = import_string("layers.services.moderation.change_accepted")
        change_accepted.connect(import_string("roadworks.services.proposals.write_related"))
        rows_moderated.connect(import_string("roadworks.feeds.withdrawals.withdraw_sites"))
