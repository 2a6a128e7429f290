"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebformsConfig(AppConfig):
    """The application as Django knows it."""

    name = "webforms"
    verbose_name = _("Formulaires")
