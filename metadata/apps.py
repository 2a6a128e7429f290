"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class MetadataConfig(AppConfig):
    """The application as Django knows it."""

    name = "metadata"
    verbose_name = _("Métadonnées")

    def ready(self) -> None:
        """Delete the file of an attachment with its row, also with its layer."""
        post_delete.connect(_attachment_deleted, sender="metadata.Attachment", dispatch_uid="metadata")


def _attachment_deleted(instance: Any, **_signal: Any) -> None:
    instance.delete_file()
