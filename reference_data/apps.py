"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceDataConfig(AppConfig):
    """The application as Django knows it."""

    name = "reference_data"
    verbose_name = _("Données de référence")
