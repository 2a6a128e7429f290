"""Pieces of the JSON Schemas of options, which kinds share.

``title`` names an option in the settings of a panel, ``x-words`` its values where they are words of the document,
``x-role`` the fields that it may name, ``x-of`` the option whose field has the codes that it lists,
``x-needed`` that its kind cannot do without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.definitions import Text

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "maxLength": 200}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
UNIT: Schema = {
    "type": "string",
    "maxLength": 40,
    "title": _("Unité"),
    "description": "Unit of the first measure and of others of the same quantity, instead of that of the field.",
}
DECIMALS: Schema = {
    "type": "integer",
    "minimum": 0,
    "maximum": 6,
    "title": _("Décimales"),
    "description": "Decimals of computed numbers, in figures, tables, labels and axes; as many as they need if absent.",
}
NAME: Schema = {"type": "string", "maxLength": 63, "description": "Name of a field of the layer."}
TARGET: Schema = {
    "type": "object",
    "title": _("Repère"),
    "description": "A line at a value, and what it stands for.",
    "properties": {
        "value": {**NUMBER, "title": _("Valeur")},
        "title": {**TEXT, "title": _("Nom")},
    },
    "required": ["value"],
    "additionalProperties": False,
}
TITLES: Schema = {
    "type": "object",
    "title": _("Mots affichés"),
    "description": "Words of values or of measures, by code: what is read instead of them.",
    "additionalProperties": TEXT,
    "maxProperties": 100,
}
ORDER: Schema = {
    "type": "array",
    "items": TEXT,
    "minItems": 1,
    "maxItems": 100,
    "title": _("Ordre des valeurs"),
    "description": "Codes of a key in their own order, such as severities; values that are not there come after.",
}


def option_schema(**properties: Schema) -> Schema:
    """Return the schema of an object that holds these properties, all of them optional."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def titled(schema: Schema, title: Text) -> Schema:
    """Return a schema under a name for people."""
    return {**schema, "title": title}


def role(schema: Schema, name: str) -> Schema:
    """Return the schema of a name that is one of the fields of a role (``text``, ``codes``, ``number``, ``year``…)."""
    return {**schema, "x-role": name}


def needed(schema: Schema) -> Schema:
    """Return the schema of a required option, which the builder does not let empty."""
    return {**schema, "x-needed": True}


def choice(title: Text, words: Mapping[str, Text], *, description: str = "") -> Schema:
    """Return the schema of one text out of several, each with its words."""
    return {"enum": list(words), "title": title, "x-words": dict(words), "description": description}


def number_between(least: float, most: float, *, title: Text = "", description: str = "") -> Schema:
    """Return the schema of a number within bounds, both held."""
    named = {"title": title} if title else {}
    return {"type": "number", "minimum": least, "maximum": most, **named, "description": description}
