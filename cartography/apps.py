"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CartographyConfig(AppConfig):
    """The application as Django knows it."""

    name = "cartography"
    verbose_name = _("Atelier de style")
