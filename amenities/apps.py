"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AmenitiesConfig(AppConfig):
    """The application as Django knows it."""

    name = "amenities"
    verbose_name = _("Équipements")
