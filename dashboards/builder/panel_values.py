"""One panel as the builder sends it and takes it back: the values that the schema of panels accepts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from jsonschema import Draft202012Validator

from dashboards.documents.document import Panel
from dashboards.documents.parsing import panel_of
from dashboards.documents.schema import DIALECT, panel_schema, question_schema
from dashboards.documents.source_text import SourceText
from dashboards.documents.validation import schema_faults
from dashboards.documents.writing import panel_values
from dashboards.errors import InvalidDocument
from dashboards.panels.kinds import PanelKind
from dashboards.registry import PANEL_KINDS

# The name of a panel that has none yet: of one that waits to be put on a page.
UNNAMED = "sans-nom"


def parse_panel(values: Mapping[str, Any]) -> Panel:
    """Return the panel of values.

    Raises:
        InvalidDocument: they say what no panel may.
    """
    whole = {"id": UNNAMED, **values}
    faults = schema_faults(SourceText(whole), _schema(get_language() or "", tuple(PANEL_KINDS.values())))
    if faults:
        raise InvalidDocument(faults)
    return panel_of(whole)


@lru_cache(maxsize=8)
def _schema(_language: str, kinds: tuple[PanelKind, ...]) -> dict[str, Any]:
    """Return the schema of one panel, in the words of a language, for these kinds."""
    schema = panel_schema(kinds) | {
        "$schema": DIALECT,
        "$defs": {"question": question_schema()},
    }
    Draft202012Validator.check_schema(schema)
    return schema


def written_panel(panel: Panel) -> dict[str, Any]:
    """Return the values of a panel; those of one that has no name yet have no ``id``."""
    values = panel_values(panel)
    if not panel.id or panel.id == UNNAMED:
        values.pop("id", None)
    # Said even where they are the defaults: the script draws the panel on its grid.
    return values | {"width": panel.width, "height": panel.height}
