"""Application configuration of the kernel."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from layers.parsing.spatial_references import restrict_spatial_references
from layers.sql.costs import examined


class LayersConfig(AppConfig):
    """The kernel as a Django application."""

    name = "layers"
    verbose_name = _("Couches et droits")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Examine the reads of every connection before they run; restrict the spatial references of Django's GDAL."""
        restrict_spatial_references()
        connection_created.connect(_examine_reads, dispatch_uid="layers.examine_reads")


def _examine_reads(*, connection: Any, **_signal: Any) -> None:
    if examined not in connection.execute_wrappers:
        connection.execute_wrappers.append(examined)
