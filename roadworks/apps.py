"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoadworksConfig(AppConfig):
    """The application as Django knows it."""

    name = "roadworks"
    verbose_name = _("Travaux sur la voirie")
