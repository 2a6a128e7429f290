"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """The application as Django knows it."""

    name = "dashboards"
    verbose_name = _("Tableaux de bord")
