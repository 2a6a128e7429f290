"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatasetsConfig(AppConfig):
    """Datasets as Django knows them."""

    name = "datasets"
    verbose_name = _("Jeux de données")
    default_auto_field = "django.db.models.BigAutoField"
