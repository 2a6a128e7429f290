"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ManagementConfig(AppConfig):
    """The application as Django knows it."""

    name = "management"
    verbose_name = _("Gestion")
