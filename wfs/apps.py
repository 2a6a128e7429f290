"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WfsConfig(AppConfig):
    """The application as Django knows it."""

    name = "wfs"
    verbose_name = _("WFS")
