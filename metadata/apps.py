"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetadataConfig(AppConfig):
    """The application as Django knows it."""

    name = "metadata"
    verbose_name = _("Métadonnées")
