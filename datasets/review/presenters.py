"""A delivery in words for its reviewer: the sentence of what changes, the table of cells, one row in detail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.comparison.presenters import Move, both_words, move_of, row_names, words
from datasets.comparison.queries import ComparedVersions
from datasets.comparison.services import title_of
from datasets.comparison.sql.row_pairs import RowPair
from datasets.models import Delivery
from datasets.nouns import plural_of
from datasets.review.checks import Check, checks
from datasets.review.parsing import REASON, ReviewQuestion
from datasets.review.queries import MainCommune, RowsPage, commune_names
from datasets.review.sketches import RowSketch, row_sketch
from interface.forms import FormError
from interface.territory import COMMUNE_FIELD, CommuneShape
from interface.wording import number
from layers.definitions import Field, FieldType
from layers.errors import LayersError, TooSlow
from layers.visitor import Visitor
from publication.models import CheckAcceptance, Submission
from publication.review.presenters import Thread

SENTENCE = ("added", "changed", "moved", "removed")
"""The kinds in the order of the sentence."""
ICONS = {"added": "plus", "changed": "pencil", "moved": "arrow-right", "removed": "minus"}
COLUMNS = 6
"""Fields of the table, with the name and the commune: those that change first. The detail of a row has the others."""
RESERVED_COLUMNS = 2
_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A piece of the sentence, which filters by its kind; ``end`` is what follows it: a comma, "et" or a full stop."""

    kind: str
    icon: str
    text: str
    address: str
    is_current: bool
    end: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words of a text; ``is_changed`` where the other version has others."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a row: ``state`` is same, changed, added, removed or reserved. Parts are for the detail alone."""

    title: str
    before: str
    after: str
    state: str
    is_number: bool = False
    before_parts: tuple[TextPart, ...] = ()
    after_parts: tuple[TextPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; ``is_reserved`` for a field that the reader does not read."""

    title: str
    is_number: bool = False
    is_reserved: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table; ``remarks`` counts the threads on it that the reader sees."""

    id: int
    kind: str
    kind_label: str
    icon: str
    name: str
    key: str
    commune: Cell | None
    cells: tuple[Cell, ...]
    remarks: int
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The page of rows: columns, lines, and the addresses of the other pages, empty where there is none."""

    columns: tuple[Column, ...]
    has_commune: bool
    rows: tuple[TableRow, ...]
    first: str
    next: str
    more_fields: int


@dataclass(frozen=True, slots=True)
class RowDetail:
    """A row in detail: its two maps, every field, where it is in the table, what was written on it.

    ``previous`` and ``next`` are addresses, empty at the ends of the page. ``rank`` of ``total``, 0 where not counted.
    """

    row: RowPair
    kind_label: str
    icon: str
    name: str
    key: str
    summary: str
    move: Move | None
    sketch: RowSketch | None
    communes: tuple[str, str]
    cells: tuple[Cell, ...]
    same_cells: tuple[Cell, ...]
    reserved: tuple[str, ...]
    previous: str
    next: str
    rank: int
    total: int
    threads: tuple[Thread, ...]

    @property
    def changes_commune(self) -> bool:
        """Whether it goes from one commune to another: most often a mistake."""
        return self.row.kind == "moved" and self.communes[0] != self.communes[1]


@dataclass(frozen=True, slots=True)
class ReviewedCheck:
    """A check, and who accepted it when somebody did; ``is_pending`` where it must be accepted before publishing.

    ``reason`` is what was typed in a form that was refused.
    """

    check: Check
    acceptance: CheckAcceptance | None
    reason: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether it still has to be accepted."""
        return self.check.must_accept and self.check.level != "bad" and self.acceptance is None


def sentence(
    delivery: Delivery, counts: Mapping[str, int | None], question: ReviewQuestion
) -> tuple[SentencePart, ...]:
    """Return the sentence of what a delivery changes, a part for each kind that has rows."""
    kinds = [kind for kind in SENTENCE if counts[kind] != 0]
    ends = [*[_(", ")] * (len(kinds) - 2), *[_(" et ")] * (len(kinds) > 1), "."] if kinds else []
    return tuple(
        SentencePart(
            kind=kind,
            icon=ICONS[kind],
            text=_first_words(delivery, kind, counts[kind])
            if kind == kinds[0]
            else _more_words(kind, counts[kind]),
            address=question.query(kind="" if question.kind == kind else kind),
            is_current=question.kind == kind,
            end=end,
        )
        for kind, end in zip(kinds, ends, strict=True)
    )


def _first_words(delivery: Delivery, kind: str, count: int | None) -> str:
    verbs = {
        "added": _("ajoute %s"),
        "changed": _("modifie %s"),
        "moved": _("déplace %s"),
        "removed": _("retire %s"),
    }
    return verbs[kind] % rows_words(delivery, count)


def _more_words(kind: str, count: int | None) -> str:
    if count is None:
        return _("en modifie d’autres")
    verbs = {
        "added": _("en ajoute %s"),
        "changed": _("en modifie %s"),
        "moved": _("en déplace %s"),
        "removed": _("en retire %s"),
    }
    return verbs[kind] % number(count)


def rows_words(delivery: Delivery, count: int | None) -> str:
    """Count rows by the noun of their layer: « 5 stations »; « des lignes » for a count that cannot be told."""
    layer = delivery.dataset.layer
    if count is None:
        return _("des lignes")
    if not layer.noun:
        return ngettext("%s ligne", "%s lignes", count) % number(count)
    many = layer.noun_plural or plural_of(layer.noun)
    return f"{number(count)}\u00a0{layer.noun if count < 2 else many}"


def commune_sentence(main: MainCommune | None) -> str:
    """Say where most changes are; empty for nowhere in particular."""
    if main is None:
        return ""
    values = {"commune": main.name, "count": number(main.count), "total": number(main.total)}
    return _("Surtout à %(commune)s : %(count)s des %(total)s changements.") % values


def kind_label(kind: str) -> str:
    """Name a kind of a row."""
    labels = {
        "added": _("ajoutée"),
        "changed": _("modifiée"),
        "moved": _("déplacée"),
        "removed": _("retirée"),
    }
    return labels[kind]


def table(
    versions: ComparedVersions,
    page: RowsPage,
    question: ReviewQuestion,
    threads: Iterable[Thread],
    current: int | None,
) -> Table:
    """Return a page of rows with their cells before and after."""
    fields = _columns(versions)
    reserved = _reserved(versions)
    names = commune_names()
    has_commune = COMMUNE_FIELD in versions.readable
    remarks = Counter(thread.remark.row_key for thread in threads)
    number_of_fields = len(versions.new.schema_version.schema.fields)
    columns = [Column(str(field.title), field.type in _NUMBERS) for field in fields]
    columns += [Column(title, is_reserved=True) for title in reserved[:RESERVED_COLUMNS]]
    hidden_cells = tuple(Cell(title, "", "", "reserved") for title in reserved[:RESERVED_COLUMNS])
    rows = []
    for row in page.rows:
        name, key = row_names(versions, row.id, _present(row))
        rows.append(
            TableRow(
                id=row.id,
                kind=row.kind,
                kind_label=kind_label(row.kind),
                icon=ICONS[row.kind],
                name=name,
                key=key,
                commune=_commune_cell(row, names) if has_commune else None,
                cells=tuple(_cell(row, field) for field in fields) + hidden_cells,
                remarks=remarks[str(row.id)],
                address=question.query(kind=question.kind, after=question.after, row=row.id),
                is_current=row.id == current,
            )
        )
    last = page.rows[-1].key if page.rows and page.has_next else None
    return Table(
        columns=tuple(columns),
        has_commune=has_commune,
        rows=tuple(rows),
        first=question.query(kind=question.kind) if question.after is not None else "",
        next=question.query(kind=question.kind, after=last) if last is not None else "",
        more_fields=max(number_of_fields - len(columns) - 1, 0),
    )


def detail(
    versions: ComparedVersions,
    row: RowPair,
    page: RowsPage,
    question: ReviewQuestion,
    *,
    shapes: Sequence[CommuneShape],
    threads: Iterable[Thread],
    total: int,
) -> RowDetail:
    """Return a row in detail; ``page`` is that of the table, which says the rows around it."""
    name, key = row_names(versions, row.id, _present(row))
    move = move_of(versions, row.move)
    names = commune_names()
    ids = [one.id for one in page.rows]
    around = {second: first for first, second in pairwise(ids)}
    following = {first: second for first, second in pairwise(ids)}
    fields = [field for field in versions.readable.values() if field.name in row.after]
    cells = [_cell(row, field, is_long=True) for field in fields]
    changed = [cell for cell in cells if cell.state != "same"] if row.kind in {"changed", "moved"} else cells
    has_commune = COMMUNE_FIELD in versions.readable
    towns = tuple(names.get(code or "", "") if has_commune else "" for code in row.communes)
    return RowDetail(
        row=row,
        kind_label=kind_label(row.kind),
        icon=ICONS[row.kind],
        name=name,
        key=key,
        summary=_summary(row, move, towns),
        move=move,
        sketch=row_sketch(shapes, row.geometries),
        communes=(towns[0], towns[1]),
        cells=tuple(cell for cell in changed if cell.before or cell.after),
        same_cells=tuple(cell for cell in cells if cell not in changed and cell.after),
        reserved=tuple(_reserved(versions)),
        previous=_row_address(question, around.get(row.id)),
        next=_row_address(question, following.get(row.id)),
        rank=page.before + ids.index(row.id) + 1 if page.before is not None and row.id in ids else 0,
        total=total,
        threads=tuple(thread for thread in threads if thread.remark.row_key == str(row.id)),
    )


def reviewed_checks(
    results: Iterable[Check], acceptances: Iterable[CheckAcceptance], reasons: Mapping[str, str]
) -> tuple[ReviewedCheck, ...]:
    """Return checks with who accepted them, what stops first. ``reasons`` are those of a form, by code."""
    by_code = {acceptance.code: acceptance for acceptance in acceptances}
    levels = {"bad": 0, "warn": 1, "ok": 2}
    ordered = sorted(results, key=lambda check: levels[check.level])
    return tuple(
        ReviewedCheck(check, by_code.get(check.code), reasons.get(check.code, "")) for check in ordered
    )


def checks_context(
    visitor: Visitor, delivery: Delivery, submission: Submission | None, reasons: Mapping[str, str]
) -> dict[str, Any]:
    """Return the checks for a template, or why they are not there: see ``reviewed_checks``."""
    acceptances = submission.acceptances.select_related("accepted_by") if submission is not None else ()
    try:
        results = reviewed_checks(checks(delivery, visitor), acceptances, reasons)
    except TooSlow as error:
        return {"checks_fault": error.detail}
    return {
        "checks": results,
        "checks_title": checks_title(results),
        "pending": [one for one in results if one.is_pending],
        "bad": [one.check for one in results if one.check.level == "bad"],
        "passing": [one.check for one in results if one.check.level == "ok"],
    }


def reason_fault(error: LayersError) -> FormError | None:
    """Return a refusal for lack of a reason as an error of its input; None for another refusal."""
    if error.parameter and error.parameter.startswith(REASON):
        return FormError(error.detail, f"decision-{error.parameter}", _("Contrôle à accepter"))
    return None


def checks_title(results: Sequence[ReviewedCheck]) -> str:
    """Say how many checks pass."""
    passing = sum(1 for one in results if one.check.level == "ok")
    if passing == len(results):
        return _("Tous les contrôles passent")
    values = {"passing": number(passing), "total": number(len(results))}
    return (
        ngettext(
            "%(passing)s contrôle sur %(total)s passe", "%(passing)s contrôles sur %(total)s passent", passing
        )
        % values
    )


def _row_address(question: ReviewQuestion, pk: int | None) -> str:
    return question.query(kind=question.kind, after=question.after, row=pk) if pk is not None else ""


def _columns(versions: ComparedVersions) -> list[Field]:
    """Return the fields of the table: those that change most first, then those of the schema in their order."""
    schema = versions.new.schema_version.schema
    changes = {entry["name"]: entry["count"] for entry in versions.new.comparison["fields"]}
    readable = [field for name, field in versions.readable.items() if name in schema.by_name]
    naming = {schema.title_field, *schema.key} - changes.keys()  # they are written with the name
    others = [field for field in readable if field.name not in naming]
    changing = sorted(
        (field for field in others if field.name in changes), key=lambda field: -changes[field.name]
    )
    steady = [field for field in others if field.name not in changes]
    chosen = {field.name for field in (*changing, *steady)[:COLUMNS]}
    return [field for field in others if field.name in chosen]


def _reserved(versions: ComparedVersions) -> list[str]:
    """Return the titles of the fields that the person does not read."""
    schema = versions.new.schema_version.schema
    return [title_of(schema, name) for name in schema.by_name if name not in versions.readable]


def _present(row: RowPair) -> Mapping[str, str | None]:
    return row.before if row.kind == "removed" else row.after


def _cell(row: RowPair, field: Field, *, is_long: bool = False) -> Cell:
    before, after = row.before.get(field.name), row.after.get(field.name)
    title, is_number = str(field.title), field.type in _NUMBERS
    if row.kind == "added":
        return Cell(title, "", words(field, after), "added", is_number)
    if row.kind == "removed":
        return Cell(title, words(field, before), "", "removed", is_number)
    if field.name not in row.differing:
        return Cell(title, "", words(field, after), "same", is_number)
    texts = both_words(field, before, after)
    parts = changed_words(*texts) if is_long else ((), ())
    return Cell(title, *texts, "changed", is_number, *parts)


def _commune_cell(row: RowPair, names: Mapping[str, str]) -> Cell:
    before, after = (names.get(code or "", "") for code in row.communes)
    if row.kind == "added":
        return Cell(_("Commune"), "", after, "added")
    if row.kind == "removed":
        return Cell(_("Commune"), before, "", "removed")
    return Cell(_("Commune"), before, after, "changed" if before != after else "same")


def changed_words(before: str, after: str) -> tuple[tuple[TextPart, ...], tuple[TextPart, ...]]:
    """Return two texts in parts, those words that the other one does not have apart."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    before_parts: list[TextPart] = []
    after_parts: list[TextPart] = []
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_changed = change != "equal"
        if b > a:
            before_parts.append(TextPart("".join(old[a:b]), is_changed))
        if d > c:
            after_parts.append(TextPart("".join(new[c:d]), is_changed))
    return tuple(before_parts), tuple(after_parts)


def _summary(row: RowPair, move: Move | None, communes: Sequence[str]) -> str:
    """Say in a sentence what becomes of a row."""
    if row.kind == "added":
        return _("nouvelle, à %s") % communes[1] if communes[1] else _("nouvelle")
    if row.kind == "removed":
        return _("disparaît, de %s") % communes[0] if communes[0] else _("disparaît")
    if row.kind == "changed":
        count = len(row.differing)
        return ngettext("%s champ change", "%s champs changent", count) % number(count)
    moved = (move.summary if move else "") or _("forme changée sur place")
    if communes[0] and communes[1] and communes[0] != communes[1]:
        values = {"move": moved, "before": communes[0], "after": communes[1]}
        return _("%(move)s ; commune : %(before)s, puis %(after)s") % values
    return moved
