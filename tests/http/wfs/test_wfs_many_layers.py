"""A service of a hundred layers: what capabilities cost does not grow with them once they were asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from heritage.catalogue import TREES as DEFINITION
from layers.models import Layer
from layers.registry import CodedProvider
from tests.wfs_asking import ask_wfs, texts
from tests.world import TREES, World

HUNDRED = CodedProvider([replace(DEFINITION, slug=f"couche-{n}") for n in range(100)])


@pytest.fixture
def hundred(world: World, settings: Settings) -> None:
    """Publish a hundred layers more, which hold the same trees."""
    entry = Layer.objects.get(slug=TREES)
    Layer.objects.bulk_create(
        Layer(
            slug=f"couche-{n}",
            title=f"Couche {n}",
            theme=entry.theme,
            visibility=entry.visibility,
            state=entry.state,
        )
        for n in range(100)
    )
    settings.LAYER_PROVIDERS = [*settings.LAYER_PROVIDERS, f"{__name__}.HUNDRED"]


def test_each_of_them_is_told(hundred: None) -> None:
    names = [text for text in texts(ask_wfs(operation="GetCapabilities"), "Name") if ":couche-" in text]
    assert len(names) == 100


def test_they_are_asked_together(hundred: None) -> None:
    ask_wfs(operation="GetCapabilities")
    with CaptureQueriesContext(connection) as asked:
        ask_wfs(operation="GetCapabilities")
    assert len(asked) <= 10
