"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExplorerConfig(AppConfig):
    """The application as Django knows it."""

    name = "explorer"
    verbose_name = _("Explorateur")
