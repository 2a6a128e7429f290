"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HeritageConfig(AppConfig):
    """The application as Django knows it."""

    name = "heritage"
    verbose_name = _("Patrimoine et nature")
