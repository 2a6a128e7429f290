"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OgcConfig(AppConfig):
    """The application as Django knows it."""

    name = "ogc"
    verbose_name = _("API OGC")
