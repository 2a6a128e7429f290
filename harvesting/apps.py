"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestingConfig(AppConfig):
    """The application as Django knows it."""

    name = "harvesting"
    verbose_name = _("Moissonnage")
