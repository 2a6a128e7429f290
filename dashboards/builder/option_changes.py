"""Changes of what a kind alone reads, and of the notice of a panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.builder.making import PanelInMaking, full_panel
from dashboards.builder.values import flag_of, number_of, refused, text_of, typed
from dashboards.documents.document import Panel, PanelNotice
from dashboards.documents.schema import OPERATORS
from layers import access
from layers.errors import InvalidParameter

# Flags that are on until their maker says no.
ON_BY_DEFAULT = frozenset({"zero"})
ORDER = "order"


def schema_of(making: PanelInMaking, name: str) -> Mapping[str, Any]:
    """Return the schema of an option of the kind of a panel.

    Raises:
        InvalidParameter: the kind has no such option.
    """
    known: Mapping[str, Any] = making.kind.options.get("properties", {})
    if name not in known:
        words = {"kind": making.kind.title, "name": name[:60]}
        raise InvalidParameter(_("« %(kind)s » n’a pas d’option « %(name)s ».") % words, parameter="options")
    found: Mapping[str, Any] = known[name]
    return found


def _option(making: PanelInMaking, place: str, value: Any) -> PanelInMaking:
    name, _dot, inner = place.partition(".")
    schema = schema_of(making, name)
    if not inner and not making.is_of_library:
        panel = making.kind.with_option(making.edited, name, value)
        if panel is not None:
            return making.with_panel(panel)
    if name == ORDER and isinstance(value, str):
        value = [text.strip() for text in value.split(";") if text.strip()]
    if not inner:
        found = flag_of(value, name) if schema.get("type") == "boolean" else typed(value, schema, name)
        is_usual = isinstance(found, bool) and found == (name in ON_BY_DEFAULT)
        return _with_option(making, name, None if is_usual else found)
    members: Mapping[str, Any] = schema.get("properties", {})
    if inner not in members:
        raise refused("options", ", ".join(members), inner)
    held = {**making.panel.options.get(name, {}), inner: typed(value, members[inner], inner)}
    return _with_option(making, name, _completed(making, schema, held, inner))


def _completed(
    making: PanelInMaking, schema: Mapping[str, Any], held: Mapping[str, Any], changed: str
) -> dict[str, Any] | None:
    """Return an object with what it must hold; None once what it must hold was emptied."""
    needed = schema.get("required", ())
    kept = {name: value for name, value in held.items() if value is not None}
    if changed in needed and changed not in kept and not schema.get("x-needed"):
        return None
    for name in needed:
        kept.setdefault(name, _usual(making, name, kept))
    return kept


def _usual(making: PanelInMaking, name: str, held: Mapping[str, Any]) -> Any:
    if name == "key":
        definition = access.scope(making.maker, str(held.get("layer", ""))).definition
        return definition.title_field or definition.fields[0].name
    if name == "layer":
        return making.source.scope.slug if making.source else ""
    return timezone.localdate().year if name == "date" else 0


def _with_option(making: PanelInMaking, name: str, value: Any) -> PanelInMaking:
    options = {key: held for key, held in making.panel.options.items() if key != name}
    if value not in (None, {}, []):
        options[name] = value
    return _with_panel(making, replace(making.panel, options=options))


def _with_panel(making: PanelInMaking, panel: Panel) -> PanelInMaking:
    """Return a panel whose question stays, with what its library panel says of the rest; its title follows it."""
    if panel.title and panel.title == making.title and making.source is not None:
        panel = replace(panel, title=making.kind.default_title(panel, making.source))
    return replace(making, panel=panel, whole=full_panel(making.maker, panel))


def _words(making: PanelInMaking, code: str, value: Any) -> PanelInMaking:
    return _entry(making, "titles", code, text_of(value, "titles"))


def _colours(making: PanelInMaking, code: str, value: Any) -> PanelInMaking:
    return _entry(making, "colours", code, text_of(value, "colours"))


def _words_added(making: PanelInMaking, _place: str, value: Any) -> PanelInMaking:
    code, sign, words = text_of(value, "titles-added").partition("=")
    if not (sign and code.strip() and words.strip()):
        raise refused("titles-added", _("code = mots"), value)
    return _entry(making, "titles", code.strip(), words.strip())


def _entry(making: PanelInMaking, name: str, code: str, words: str) -> PanelInMaking:
    schema_of(making, name)
    held = {key: value for key, value in making.panel.options.get(name, {}).items() if key != code}
    return _with_option(making, name, held | ({code: words} if words else {}))


def _notice(making: PanelInMaking, part: str, value: Any) -> PanelInMaking:
    notice = making.panel.notice or PanelNotice(">", 0, _("{value} à regarder"))
    if not part:
        return _with_panel(making, replace(making.panel, notice=notice if flag_of(value, "notice") else None))
    if part == "operator":
        notice = replace(notice, operator=text_of(value, "notice"))
        if notice.operator not in OPERATORS:
            raise refused("notice", ", ".join(OPERATORS), notice.operator)
    elif part == "threshold":
        notice = replace(notice, threshold=number_of(value or 0, "notice"))
    elif part == "text":
        notice = replace(notice, text=text_of(value, "notice") or _("{value} à regarder"))
    else:
        raise refused("notice", "operator, threshold, text", part)
    return _with_panel(making, replace(making.panel, notice=notice))


CHANGES: Mapping[str, Callable[[PanelInMaking, str, Any], PanelInMaking]] = {
    "options": _option,
    "titles": _words,
    "colours": _colours,
    "titles-added": _words_added,
    "notice": _notice,
}
