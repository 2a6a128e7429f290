"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatasetsConfig(AppConfig):
    """Datasets as Django knows them."""

    name = "datasets"
    verbose_name = _("Jeux de données")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let datasets whose rows belong to features refuse that these are deleted."""
        features = import_module("layers.services.features")
        relations = import_module("datasets.relations.services")
        features.features_removing.connect(relations.refuse_parents, dispatch_uid="datasets")
