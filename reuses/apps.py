"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReusesConfig(AppConfig):
    """The application as Django knows it."""

    name = "reuses"
    verbose_name = _("Réutilisations")
