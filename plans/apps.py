"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """The application as Django knows it."""

    name = "plans"
    verbose_name = _("Plans et indicateurs")
