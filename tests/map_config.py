"""The configuration of a map as its script reads it (``map_state/config.js``)."""

from __future__ import annotations

from typing import Any


def whole_config(document: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration whose layers have what the page leaves out: their usual values."""
    layers = [
        {name: _of_layer(value, layer) for name, value in document["usual"].items()} | layer
        for layer in document["layers"]
    ]
    return {**document, "layers": layers}


def _of_layer(value: object, layer: dict[str, Any]) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("LAYER", layer["slug"]).replace("VERSION", layer.get("version", ""))
