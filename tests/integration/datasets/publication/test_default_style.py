"""A dataset gets a symbol of its own, which stays."""

from __future__ import annotations

import pytest

from datasets.models import Dataset
from gisportal.catalogue import CODED, THEMES
from layers.models import Layer
from layers.services.catalogue import publish_layers
from styles.layer_icons import LayerIcon, alike
from tests.deliveries import dataset

pytestmark = pytest.mark.usefixtures("communes")


def style_of(made: Dataset) -> LayerIcon:
    """Return what the catalogue says of a dataset."""
    style = Layer.objects.get(pk=made.layer_id).style
    return LayerIcon(style["token"], style["icon"])


def test_new_datasets_are_told_from_each_other_and_from_the_catalogue() -> None:
    publish_layers(themes=THEMES, definitions=CODED.all())
    made = [style_of(dataset(f"bancs-{number}")) for number in range(5)]
    coded = [LayerIcon(one.style.token, one.style.icon) for one in CODED.all() if one.geometry.is_located]
    assert alike([*coded, *made]) == []


def test_a_new_dataset_takes_a_colour_that_no_other_has() -> None:
    first, second = style_of(dataset("bancs")), style_of(dataset("bornes"))
    assert first.token != second.token


def test_a_default_style_stays_when_another_dataset_comes() -> None:
    first = dataset("bancs")
    before = style_of(first)
    dataset("bornes")
    assert style_of(first) == before
