"""What the script of the builder sends, read: its JSON, one panel, the value of a control."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards.documents.document import Panel
from dashboards.documents.faults import schema_faults
from dashboards.documents.parsing import panel_of
from dashboards.documents.schema import DIALECT, panel_schema, question_schema
from dashboards.documents.source_text import MAX_CHARACTERS, SourceText
from dashboards.documents.writing import panel_values
from dashboards.errors import InvalidDocument
from dashboards.panels.kinds import PanelKind
from dashboards.registry import PANEL_KINDS
from layers.errors import BodyTooLarge, InvalidParameter, UnsupportedMediaType
from layers.lazy import lazy_module
from layers.parsing.numbers import parse_integer

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = lazy_module("jsonschema")

JSON = "application/json"
MAX_BYTES = 4 * MAX_CHARACTERS


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that the body of a request holds.

    Raises:
        UnsupportedMediaType: it is not said to be JSON.
        BodyTooLarge: it is longer than any document.
        InvalidParameter: it is no JSON object.
    """
    if request.content_type != JSON:
        raise UnsupportedMediaType(
            _("Corps attendu : %(accepted)s ; reçu « %(type)s ».")
            % {"accepted": JSON, "type": (request.content_type or "")[:60]},
            parameter="Content-Type",
        )
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > MAX_BYTES:
        raise BodyTooLarge(_("Le corps dépasse %d Ko.") % (MAX_BYTES // 1024), parameter="body")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError, OSError):
        body = None
    if not isinstance(body, dict):
        raise InvalidParameter(_("Le corps n’est pas un objet JSON."), parameter="body")
    return body


def member(body: dict[str, Any], name: str, kind: type) -> Any:
    """Return a member of an object by name.

    Raises:
        InvalidParameter: it is missing, or of another type.
    """
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidParameter(_("« %s » manque, ou n’a pas le type attendu.") % name, parameter=name)
    return value


# The name of a panel that has none yet: of one that waits to be put on a page.
UNNAMED = "sans-nom"


def parse_panel(values: Mapping[str, Any]) -> Panel:
    """Return the panel of values.

    Raises:
        InvalidDocument: they say what no panel may.
    """
    completed = {"id": UNNAMED, **values}
    faults = schema_faults(SourceText(completed), _schema(get_language() or "", tuple(PANEL_KINDS.values())))
    if faults:
        raise InvalidDocument(faults)
    return panel_of(completed)


@lru_cache(maxsize=8)
def _schema(_language: str, kinds: tuple[PanelKind, ...]) -> dict[str, Any]:
    """Return the schema of one panel, in the words of a language, for these kinds."""
    schema = panel_schema(kinds) | {
        "$schema": DIALECT,
        "$defs": {"question": question_schema()},
    }
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def written_panel(panel: Panel) -> dict[str, Any]:
    """Return the values of a panel; those of one that has no name yet have no ``id``."""
    values = panel_values(panel)
    if not panel.id or panel.id == UNNAMED:
        values.pop("id", None)
    # Said even where they are the defaults: the script draws the panel on its grid.
    return values | {"width": panel.width, "height": panel.height}


MAX_TEXT, MAX_VALUES = 5_000, 200


def text_of(value: Any, name: str) -> str:
    """Return a text.

    Raises:
        InvalidParameter: it is none, or too long.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\x00" in value:
        raise refused(name, _("un texte"), value)
    return value.strip()


def flag_of(value: Any, name: str) -> bool:
    """Return yes or no.

    Raises:
        InvalidParameter: it is neither.
    """
    if value not in (True, False, "true", "false", "on", ""):
        raise refused(name, _("oui ou non"), value)
    return value in (True, "true", "on")


def number_of(value: Any, name: str) -> int | float:
    """Return a number, whole when it is.

    Raises:
        InvalidParameter: it is none.
    """
    try:
        number = float(str(value).replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        raise refused(name, _("un nombre"), value) from None
    if isinstance(value, bool) or not abs(number) < 1e15:
        raise refused(name, _("un nombre"), value)
    return int(number) if number == int(number) else number


def list_index(text: str, name: str, count: int) -> int:
    """Return a place in a list.

    Raises:
        InvalidParameter: it is none of its places.
    """
    index = parse_integer(text, maximum=count - 1)
    if index is None:
        raise refused(name, _("une place de la liste"), text)
    return index


def texts_of(value: Any, name: str) -> tuple[str, ...]:
    """Return several texts, from a list or from one of them.

    Raises:
        InvalidParameter: one of them is no text, or they are too many.
    """
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_VALUES:
        raise refused(name, _("%d valeurs au plus") % MAX_VALUES, len(items))
    return tuple(dict.fromkeys(text_of(item, name) for item in items))


def typed(value: Any, schema: Mapping[str, Any], name: str) -> Any:
    """Return a value as a schema types it; None for an empty text, which takes the value away.

    Raises:
        InvalidParameter: it is not of that type.
    """
    if value in ("", None):
        return None
    kind = schema.get("type")
    if kind in {"number", "integer"}:
        return number_of(value, name)
    if kind == "array" and schema.get("items", {}).get("type") == "number":
        return [number_of(each, name) for each in (value if isinstance(value, list) else [value])]
    if kind == "array":
        return list(texts_of(value, name)) or None
    text = text_of(value, name)
    number = parse_integer(text) if "anyOf" in schema else None
    return text if number is None else number


def refused(name: str, expected: str, value: Any) -> InvalidParameter:
    """Return the fault of a value that a control cannot have."""
    words = {"name": name[:60], "expected": expected, "value": str(value)[:60]}
    return InvalidParameter(
        _("%(name)s attend %(expected)s ; reçu « %(value)s ».") % words, parameter=name[:60]
    )
