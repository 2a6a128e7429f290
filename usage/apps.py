"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsageConfig(AppConfig):
    """The application as Django knows it."""

    name = "usage"
    verbose_name = _("Usages")
