"""Application configuration of the administration of layers."""

from django.apps import AppConfig


class LayersAdministrationConfig(AppConfig):
    """The administration of layers as a Django application: templates, static files, and what it registers."""

    name = "administration"
