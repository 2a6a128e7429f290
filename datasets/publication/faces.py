"""The face that a dataset is born with: the free colour farthest from those of the catalogue, and a pictogram.

It is written in the catalogue, where the studio changes it: a face never moves because another layer came.
"""

from __future__ import annotations

from collections.abc import Iterator

from datasets.definitions import DatasetSchema
from layers import registry
from layers.definitions import GeometryType
from layers.models import Layer
from layers.styles.documents import read_style
from styles.layer_icons import LayerIcon, free_icon


def new_face(schema: DatasetSchema) -> dict[str, str]:
    """Return the style document of a dataset of which nobody said how it is drawn: its token and its icon."""
    found = free_icon(_faces(), GeometryType(schema.geometry.value))
    return {"token": found.token, "icon": found.icon}


def _faces() -> Iterator[LayerIcon]:
    """Yield the faces of all layers of the catalogue that are on maps, whoever reads them."""
    written = dict(Layer.objects.values_list("slug", "style"))
    known = {
        one.slug: one
        for one in registry.coded_definitions()
        if one.slug in written and one.geometry.is_located
    }
    for slug, document in written.items():
        usual = known[slug].style if slug in known else None
        if usual is not None:
            try:
                style = read_style(usual, document)
            except ValueError:  # refused: the layer is drawn as its definition says
                style = usual
            yield LayerIcon(style.token, style.icon)
        elif "token" in document:
            yield LayerIcon(str(document["token"]), str(document.get("icon", "")))
