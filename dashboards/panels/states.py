"""States of rows as people see them: a tone, a shape and a word each; never a colour alone.

Which state is good is said by the document: the codes of a field mean nothing here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboards.panels.kinds import PanelRequest
from dashboards.panels.options import NAME, Schema, needed, role, titled
from layers.definitions import Field, Text
from layers.errors import UnknownProperty

GOOD, WARN, BAD, NONE = "good", "warn", "bad", "none"
TONES = (GOOD, WARN, BAD)
_DIGITS = re.compile(r"([0-9]{1,18})")


def _codes(title: Text) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "maxLength": 100},
        "maxItems": 50,
        "title": title,
        "x-of": "state",
        "description": "Codes of the field of the state.",
    }


STATE_OPTIONS: Mapping[str, Schema] = {
    "state": titled(role(NAME, "codes"), _("État")),
    "good": _codes(_("États favorables")),
    "warn": _codes(_("États à surveiller")),
    "bad": _codes(_("États défavorables")),
}
# Of kinds that show nothing else.
STATE_NEEDED: Mapping[str, Schema] = {**STATE_OPTIONS, "state": needed(STATE_OPTIONS["state"])}


@dataclass(frozen=True, slots=True)
class PanelState:
    """A state: its code, its words and its ``tone`` (good, warn, bad or none), which has a colour and a mark."""

    code: str
    title: str
    tone: str


@dataclass(frozen=True, slots=True)
class States:
    """The states of a field, in the order of its codes."""

    field: Field
    tones: Mapping[str, str]

    def of(self, code: object) -> PanelState:
        """Return a state by its code; one without a code has no tone."""
        text = "" if code is None else str(code)
        title = str(self.field.label(code)) if text else str(_("Non renseigné"))
        return PanelState(text, title, self.tones.get(text, NONE))

    def rank(self, code: object) -> tuple[int, int]:
        """Return where a state stands among others: good ones first, then in the order of the codes."""
        order = [code_listed for code_listed, _title in self.field.choices]
        tone = (*TONES, NONE).index(self.of(code).tone)
        return tone, order.index(str(code)) if str(code) in order else len(order)


def states_of(request: PanelRequest, default: str = "") -> States:
    """Return the states of the field that the options name.

    Raises:
        UnknownProperty: a field that the visitor does not have.
    """
    field = field_named(request, request.option("state", default or request.scope.style.field), "state")
    tones = {str(code): tone for tone in TONES for code in request.option(tone, ())}
    return States(field, tones)


def field_named(request: PanelRequest, name: str, parameter: str) -> Field:
    """Return a field of the features by its name.

    Raises:
        UnknownProperty: a field that the visitor does not have.
    """
    field = request.scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(str(name)[:63], parameter=parameter)
    return field


def in_reading_order(texts: Iterable[str]) -> Sequence[str]:
    """Return texts in their order for people: « 2. » comes before « 10. »."""
    return sorted(texts, key=reading_key)


def reading_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts a text as people do: its numbers by their value."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, int(part), "") if part[0] in string.digits else (1, 0, part) for part in parts if part)
