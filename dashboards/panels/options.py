"""Pieces of the JSON Schemas of options, which kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "maxLength": 200}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
UNIT: Schema = {
    "type": "string",
    "maxLength": 40,
    "description": "Unit of the values, instead of that of the field.",
}
NAME: Schema = {"type": "string", "maxLength": 63, "description": "Name of a field of the layer."}
TARGET: Schema = {
    "type": "object",
    "description": "A line at a value, and what it stands for.",
    "properties": {"value": NUMBER, "title": TEXT},
    "required": ["value"],
    "additionalProperties": False,
}
TITLES: Schema = {
    "type": "object",
    "description": "Words of values or of measures, by code: what is read instead of them.",
    "additionalProperties": TEXT,
    "maxProperties": 100,
}


def options(**properties: Schema) -> Schema:
    """Return the schema of an object that holds these properties, all of them optional."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def choice(*values: str, description: str = "") -> Schema:
    """Return the schema of one text out of several."""
    return {"enum": list(values), "description": description}


def number_between(least: float, most: float, *, description: str = "") -> Schema:
    """Return the schema of a number within bounds, both held."""
    return {"type": "number", "minimum": least, "maximum": most, "description": description}
