"""Application configuration."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """The measured layers as Django knows them."""

    name = "bench"
    verbose_name = "Banc de mesure"
