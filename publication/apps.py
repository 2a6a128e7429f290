"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    """The application as Django knows it."""

    name = "publication"
    verbose_name = _("Publication")
