"""Application configuration of the kernel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    """The kernel as a Django application."""

    name = "layers"
    verbose_name = _("Couches et droits")
    default_auto_field = "django.db.models.BigAutoField"
