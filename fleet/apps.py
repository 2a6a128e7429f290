"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FleetConfig(AppConfig):
    """The application as Django knows it."""

    name = "fleet"
    verbose_name = _("Flotte de véhicules")
