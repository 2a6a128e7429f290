"""The common part of XLSForm as the document of a form; what is not read is listed with its sheet and line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.definitions import FieldType
from webforms.documents import FormDocument, Section, read_document
from webforms.rules import Condition, leaves
from webforms.schema import fields_of_section
from webforms.vocabulary import HELP_MAX, LABEL_MAX, TITLE_MAX, UNANSWERED_KINDS, ItemKind
from webforms.xlsform.expressions import UnreadExpression, read_bounds, read_relevant
from webforms.xlsform.sheets import CHOICES, SETTINGS, SURVEY, Row, Sheets

_KINDS: Mapping[str, str] = {
    "text": ItemKind.TEXT,
    "integer": ItemKind.INTEGER,
    "int": ItemKind.INTEGER,
    "decimal": ItemKind.NUMBER,
    "date": ItemKind.DATE,
    "datetime": ItemKind.DATETIME,
    "geopoint": ItemKind.POSITION,
    "geotrace": ItemKind.POSITION,
    "geoshape": ItemKind.POSITION,
    "image": ItemKind.PHOTO,
    "photo": ItemKind.PHOTO,
    "note": ItemKind.NOTE,
    "today": ItemKind.TODAY,
}
_SELECT = re.compile(r"(select_one|select_multiple|select one|select multiple)\s+(\S+)", re.IGNORECASE)
_TRUE, _FALSE = (
    frozenset({"yes", "true", "true()", "oui", "1"}),
    frozenset({"", "no", "false", "false()", "non", "0"}),
)
_READ = frozenset(
    {"type", "name", "label", "hint", "required", "relevant", "default", "constraint", "appearance"}
)
# What only arranges pages of another program, or speaks to who wrote the workbook.
_INDIFFERENT = frozenset({"multiline", "field-list", "minimal", "compact", "horizontal", "vertical"})


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """What a form does not take of a workbook."""

    sheet: str
    line: int
    text: str


@dataclass(slots=True)
class ReadForm:
    """A form that was read: its document, its title, and what is not in it."""

    document: FormDocument
    title: str = ""
    unread: list[UnreadPart] = field(default_factory=list)


def form_of_sheets(sheets: Sheets, scope: Scope) -> ReadForm:
    """Return the form of a workbook for a layer: a question named as a field of it becomes that field.

    Raises:
        InvalidForm: it is over the bounds of a document.
    """
    reader = _Reader(sheets, scope)
    sections = reader.sections()
    settings = dict(sheets.get(SETTINGS, [(0, {})])[:1])
    title = next(iter(settings.values()), {}).get("form_title", "")[:TITLE_MAX]
    return ReadForm(read_document({"sections": sections}), title, reader.unread)


class _Reader:
    """Goes through the sheet ``survey`` once."""

    def __init__(self, sheets: Sheets, scope: Scope) -> None:
        self._rows, self._scope = sheets.get(SURVEY, []), scope
        self._lists = _choice_lists(sheets.get(CHOICES, []))
        self._names: dict[str, str] = {}
        self._record_names: set[str] = set()
        self._relations = {relation.name for relation in scope.relations if not relation.is_gallery}
        self._has_position = False
        self._sections: list[dict[str, Any]] = []
        self._stack: list[dict[str, Any]] = []
        self._skipped = 0  # groups that are open inside a repeated part that is not read, and that part
        self.unread: list[UnreadPart] = []

    def sections(self) -> list[dict[str, Any]]:
        """Return the sections; questions outside groups are in sections of their own, between them."""
        for line, row in self._rows:
            kind = row.get("type", "").strip().lower().replace("_", " ")
            if kind.startswith("end "):
                self._end()
            elif self._skipped:
                self._skipped += kind.startswith("begin ")
                self._leave(line, _("« %s » est dans une partie répétée qui n’est pas lue.") % _name(row))
            elif kind.startswith("begin "):
                self._begin(line, row, is_repeat=kind == "begin repeat")
            elif item := self._item(line, row, is_repeated=self._is_in_record):
                self._target()["items"].append(item)
        for section in self._sections:
            section.pop("group", None)
        return [section for section in self._sections if section["items"]]

    @property
    def _is_in_record(self) -> bool:
        return bool(self._stack and self._stack[-1].get("relation"))

    def _begin(self, line: int, row: Mapping[str, str], *, is_repeat: bool) -> None:
        if is_repeat and not self._opens_relation(line, row):
            self._skipped = 1
        elif self._is_in_record:
            self._stack.append(self._stack[-1])  # a group of a record is part of it
        else:
            section = self._section(line, row, is_repeat=is_repeat)
            self._stack.append(section)
            self._sections.append(section)

    def _end(self) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._stack:
            self._stack.pop()

    def _target(self) -> dict[str, Any]:
        """Return the section of the next question: order is that of the workbook, also after a group inside another."""
        sections, stack = self._sections, self._stack
        if stack and stack[-1] is sections[-1]:
            return sections[-1]
        if not stack and sections and not sections[-1].get("group"):
            return sections[-1]
        section: dict[str, Any] = {"title": "", "items": []}
        if stack:
            section |= {"group": True} | {
                name: stack[-1][name] for name in ("condition",) if name in stack[-1]
            }
            stack[-1] = section
        sections.append(section)
        return section

    def _opens_relation(self, line: int, row: Mapping[str, str]) -> bool:
        if _name(row) in self._relations and not self._is_in_record:
            self._relations.discard(_name(row))  # a form repeats it once
            return True
        self._leave(
            line,
            _("La couche n’a pas de lignes liées « %s » : cette partie répétée n’est pas lue.") % _name(row),
        )
        return False

    def _section(self, line: int, row: Mapping[str, str], *, is_repeat: bool) -> dict[str, Any]:
        section: dict[str, Any] = {
            "title": self._within(line, _label(row), LABEL_MAX), "items": [], "group": True
        }  # fmt: skip
        self._leave_columns(line, row)
        if is_repeat:
            section["relation"] = _name(row)
        if condition := self._condition(line, row):
            section["condition"] = condition
        outer = self._stack[-1].get("condition") if self._stack else None
        if outer:
            own = section.get("condition")
            section["condition"] = {"all": [outer, own]} if own else outer
        return section

    def _item(self, line: int, row: Mapping[str, str], *, is_repeated: bool) -> dict[str, Any] | None:
        kind, choices = self._kind(line, row)
        if not kind:
            return None
        if kind == ItemKind.POSITION and (self._has_position or is_repeated):
            self._leave(line, _("« %s » : un formulaire a une seule position.") % _name(row))
            return None
        self._has_position |= kind == ItemKind.POSITION
        name = self._new_name(row)
        item: dict[str, Any] = {
            "name": name,
            "kind": kind,
            "label": self._within(line, _label(row), HELP_MAX if kind == ItemKind.NOTE else LABEL_MAX)
            or name,
        }
        if hint := _translated(row, "hint"):
            item["help"] = self._within(line, hint, HELP_MAX)
        if choices:
            item["choices"] = choices
        self._add_required(line, row, item)
        self._add_default(line, row, item)
        self._add_bounds(line, row, item)
        if condition := self._condition(line, row):
            item["condition"] = condition
        if self._fits(name, kind):
            item["field"] = name
        self._leave_columns(line, row)
        return item

    def _kind(self, line: int, row: Mapping[str, str]) -> tuple[str, list[list[str]]]:
        text = row.get("type", "").strip()
        if not text:
            if any(row.values()):
                self._leave(line, _("« %s » n’a pas de type.") % (_name(row) or _label(row))[:60])
            return "", []
        match = _SELECT.fullmatch(text)
        if match is not None:
            choices = self._lists.get(match[2], [])
            if not choices:
                self._leave(line, _("La liste de choix « %s » n’existe pas.") % match[2])
                return "", []
            return (ItemKind.CHOICES if "multiple" in match[1].lower() else ItemKind.CHOICE), choices
        kind = _KINDS.get(text.lower(), "")
        if not kind:
            self._leave(line, _("Le type « %s » n’est pas lu.") % text[:60])
        elif kind == ItemKind.TEXT and "multiline" in row.get("appearance", ""):
            kind = ItemKind.LONG_TEXT
        return kind, []

    def _new_name(self, row: Mapping[str, str]) -> str:
        """Return the name of a question, which keeps to letters without accent, digits and low lines."""
        base = _plain_name(_name(row)) or "question"
        name = next(
            each
            for each in (base, *(f"{base}_{n}" for n in range(2, 999)))
            if each not in self._names.values()
        )
        self._names[_name(row)] = name
        if self._is_in_record:
            self._record_names.add(_name(row))
        return name

    def _condition(self, line: int, row: Mapping[str, str]) -> Condition | None:
        text = row.get("relevant", "")
        if not text:
            return None
        try:
            condition = read_relevant(text)
            earlier = self._names.keys() if self._is_in_record else self._names.keys() - self._record_names
            if all(leaf["field"] in earlier for leaf in leaves(condition)):
                return _renamed(condition, self._names)
        except UnreadExpression:
            pass
        self._leave(
            line, _("La condition « %s » n’est pas lue : la question est toujours posée.") % text[:200]
        )
        return None

    def _add_required(self, line: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        required = row.get("required", "").strip().lower()
        if required in _TRUE and item["kind"] not in UNANSWERED_KINDS:
            item["required"] = True
        elif required not in _TRUE | _FALSE:
            self._leave(
                line, _("« required » : « %s » n’est pas lu, la réponse est facultative.") % required[:100]
            )

    def _add_default(self, line: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        default = row.get("default", "")
        if not default:
            return
        if "(" in default or "${" in default or item["kind"] in {ItemKind.PHOTO, ItemKind.POSITION}:
            self._leave(line, _("La valeur par défaut « %s » n’est pas lue.") % default[:100])
        else:
            item["default"] = default[:HELP_MAX]

    def _add_bounds(self, line: int, row: Mapping[str, str], item: dict[str, Any]) -> None:
        text = row.get("constraint", "")
        if not text:
            return
        try:
            if item["kind"] not in {ItemKind.INTEGER, ItemKind.NUMBER}:
                raise UnreadExpression(text)
            minimum, maximum = read_bounds(text, is_whole=item["kind"] == ItemKind.INTEGER)
        except UnreadExpression:
            self._leave(line, _("La contrainte « %s » n’est pas lue.") % text[:200])
            return
        item |= {
            name: value for name, value in (("minimum", minimum), ("maximum", maximum)) if value is not None
        }

    def _fits(self, name: str, kind: str) -> bool:
        relation = self._stack[-1].get("relation", "") if self._stack else ""
        match = fields_of_section(self._scope, Section(title="", relation=relation)).get(name)
        if match is None or kind in {ItemKind.PHOTO, ItemKind.POSITION, *UNANSWERED_KINDS}:
            return False
        return (match.type is FieldType.TEXTS) == (kind == ItemKind.CHOICES)

    def _leave_columns(self, line: int, row: Mapping[str, str]) -> None:
        """List the columns that say something which a form does not do."""
        for title, text in row.items():
            if text and title.partition("::")[0].strip() not in _READ:
                self._leave(line, _("La colonne « %s » n’est pas lue.") % title[:60])
        if unread := [word for word in row.get("appearance", "").split() if word not in _INDIFFERENT]:
            self._leave(line, _("La présentation « %s » n’est pas lue.") % " ".join(unread)[:60])

    def _within(self, line: int, text: str, most: int) -> str:
        """Return a text within its bound, and list one that is cut."""
        if len(text) > most:
            self._leave(
                line,
                _("« %(text)s… » est coupé à %(max)d caractères.") % {"text": text[:40], "max": most},
            )
        return text[:most]

    def _leave(self, line: int, text: str) -> None:
        self.unread.append(UnreadPart(SURVEY, line, text))


def _choice_lists(rows: list[Row]) -> dict[str, list[list[str]]]:
    lists: dict[str, list[list[str]]] = {}
    for _line, row in rows:
        name, code = row.get("list_name", row.get("list name", "")), row.get("name", row.get("value", ""))
        if name and code and code not in {each for each, _label in lists.get(name, [])}:
            lists.setdefault(name, []).append([code[:LABEL_MAX], (_label(row) or code)[:LABEL_MAX]])
    return lists


def _name(row: Mapping[str, str]) -> str:
    return row.get("name", "").strip()


def _label(row: Mapping[str, str]) -> str:
    return _translated(row, "label")


def _translated(row: Mapping[str, str], column: str) -> str:
    """Return a text in French where the workbook has it, else as it is first."""
    titles = [title for title in row if title == column or title.startswith(f"{column}::")]
    french = [title for title in titles if re.search(r"fran|french|\(fr\)", title, re.IGNORECASE)]
    return row[(french or titles)[0]] if titles else ""


def _plain_name(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^[^a-z]+|_+$", "", re.sub(r"[^a-z0-9]+", "_", letters))[:50]


def _renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    for joint in ("all", "any"):
        if joint in condition:
            return {joint: [_renamed(part, names) for part in condition[joint]]}
    return {**condition, "field": names[condition["field"]]}
