"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TilesConfig(AppConfig):
    """The application as Django knows it."""

    name = "tiles"
    verbose_name = _("Tuiles")
