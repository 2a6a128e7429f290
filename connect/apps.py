"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectConfig(AppConfig):
    """The application as Django knows it."""

    name = "connect"
    verbose_name = _("connexion des outils")
