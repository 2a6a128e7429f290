"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    """The application as Django knows it."""

    name = "publication"
    verbose_name = _("Publication")

    def ready(self) -> None:
        """Order the work of what is planned."""
        services = import_module("publication.services")  # models are ready only now
        jobs = import_module("publication.jobs")
        services.submission_changed.connect(jobs.order_planned, dispatch_uid="publication")
