"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """The application as Django knows it."""

    name = "exports"
    verbose_name = _("exports")
