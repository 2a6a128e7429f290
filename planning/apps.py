"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """The application as Django knows it."""

    name = "planning"
    verbose_name = _("Ce qui s’applique ici")
