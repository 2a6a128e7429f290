"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PluiConfig(AppConfig):
    """The application as Django knows it."""

    name = "plui"
    verbose_name = _("PLUi")
