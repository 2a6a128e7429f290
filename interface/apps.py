"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterfaceConfig(AppConfig):
    """The application as Django knows it."""

    name = "interface"
    verbose_name = _("interface")
