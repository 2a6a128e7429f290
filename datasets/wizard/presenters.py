"""A file as it is, and its proposal: the first lines with their kind, the first values as they will be stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.comparison.presenters import words
from datasets.definitions import DatasetSchema, Finding, GeometryRecipe, SchemaField
from datasets.imports.proposal import Proposal
from datasets.inference.values import accepts, canonical, is_missing, without_unit
from datasets.vocabulary import ColumnType, Severity
from layers.definitions import Field, FieldType

MAX_ROWS = 8
MAX_COLUMNS = 60
MAX_LINES = 8
# A line of the file: its class in the page, and what is said of it.
_KINDS = {
    "title": gettext_lazy("au-dessus du tableau"),
    "header": gettext_lazy("titres"),
    "unit": gettext_lazy("unités"),
    "type": gettext_lazy("types"),
    "total": gettext_lazy("total"),
    "data": "",
}


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the file as it is: ``kind`` is what it was taken for, ``words`` say it; ordinary rows say nothing.

    The texts of a line above the table are one cell over ``span`` columns.
    """

    number: int
    kind: str
    words: str
    cells: tuple[str, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A value as it will be stored, in words; ``raw`` is the file's, where it differs.

    ``is_refused``: it is not of the column's type.
    """

    text: str
    raw: str = ""
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column as it was understood: its title, its type, its roles in words; one not taken up has no name."""

    source: str
    name: str
    type: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What was found several times alike: its words, the columns and the lines, and how many lines more."""

    reason: str
    is_error: bool
    fields: tuple[str, ...]
    lines: tuple[int, ...]
    more: int
    value: str


def raw_lines(proposal: Proposal) -> list[RawLine]:
    """Return the first lines of the file, each with what it was taken for; nothing for a file that has no lines."""
    layout = proposal.layout
    numbers = layout.sample_lines or tuple(range(1, len(proposal.sample) + 1))
    above = layout.title_lines
    headers = [number for number in numbers if number > above][: layout.header_rows]
    last = max(headers, default=above)
    units = [number for number in numbers if number > last][:1] if layout.unit_row else []
    kinds = dict.fromkeys(layout.total_lines, "total") | dict.fromkeys(headers, "header")
    kinds |= dict.fromkeys(units, "unit" if any(layout.unit_row or ()) else "type")
    width = max(map(len, proposal.sample), default=1)
    lines = []
    for number, cells in zip(numbers, proposal.sample, strict=False):
        kind = kinds.get(number, "title" if number <= above else "data")
        is_above = kind == "title"
        texts = (" ".join(filter(None, cells)),) if is_above else cells
        lines.append(RawLine(number, kind, str(_KINDS[kind]), texts, width if is_above else 1))
    return lines


def proposed_columns(
    proposal: Proposal, schema: DatasetSchema, recipe: GeometryRecipe
) -> list[ProposedColumn]:
    """Return the columns of the file in its order, as ``schema`` and ``recipe`` take them."""
    by_source = {field.source: field for field in schema.fields}
    columns = []
    for index, title in enumerate(proposal.titles[:MAX_COLUMNS]):
        field = by_source.get(title)
        roles = _roles(schema, field) if field else ()
        if recipe.kind != "none" and index in recipe.columns:
            roles = (*roles, _("position"))
        name, kind = (field.name, str(field.type.label)) if field else ("", "")
        columns.append(ProposedColumn(title, name, kind, roles))
    return columns


def _roles(schema: DatasetSchema, field: SchemaField) -> tuple[str, ...]:
    roles = {
        _("clé"): field.name in schema.key,
        _("titre"): field.name == schema.title_field,
        _("date de la ligne"): field.name == schema.dated_by(),
        _("incertitude"): field.name == schema.precision_field,
        _("commune"): field.name == schema.commune,
    }
    return tuple(role for role, is_its in roles.items() if is_its)


def stored_rows(proposal: Proposal, schema: DatasetSchema) -> list[list[StoredValue]]:
    """Return the first rows of the file with each value as its column will store it."""
    by_source = {field.source: field for field in schema.fields}
    fields = [by_source.get(title) for title in proposal.titles[:MAX_COLUMNS]]
    return [
        [_stored(field, text) for field, text in zip(fields, row, strict=False)]
        for row in proposal.rows[:MAX_ROWS]
    ]


def _stored(field: SchemaField | None, text: str | None) -> StoredValue:
    raw = text or ""
    if field is None or field.type is ColumnType.STRING:
        return StoredValue(raw)
    if is_missing(text):
        return StoredValue("", raw.strip())
    plain = without_unit(field.type, raw, field.unit)
    if not accepts(field.type, plain):
        return StoredValue(raw, is_refused=True)
    exact = canonical(field.type, plain)
    # A list rounds; what will be stored is told to its last decimal.
    is_number = field.type is ColumnType.NUMBER
    label = (
        exact.replace(".", get_format("DECIMAL_SEPARATOR")) if is_number else words(_published(field), exact)
    )
    # Latitudes with a point are common: nobody needs to be shown twice what differs by it alone.
    reads_alike = label == (
        raw.strip().replace(".", get_format("DECIMAL_SEPARATOR")) if is_number else raw.strip()
    )
    return StoredValue(label, "" if reads_alike else raw)


def _published(field: SchemaField) -> Field:
    kind = FieldType.DATETIME if field.type is ColumnType.DATETIME else FieldType(field.type.value)
    return Field(field.name, kind, field.title or field.source, unit=field.unit)


def findings_of_imported(proposal: Proposal, schema: DatasetSchema, recipe: GeometryRecipe) -> list[Finding]:
    """Return the findings but for those about columns that are not taken: what is left out needs no correction."""
    imported = {field.source for field in schema.fields}
    imported |= {proposal.titles[index] for index in recipe.columns if index < len(proposal.titles)}
    left_out = set(proposal.titles) - imported
    return [finding for finding in proposal.findings if finding.field not in left_out]


def finding_groups(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return the findings with those alike together, errors first."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.severity, finding.reason), []).append(finding)
    groups = [
        _group(severity, reason, findings_alike) for (severity, reason), findings_alike in alike.items()
    ]
    return sorted(groups, key=lambda group: not group.is_error)


def _group(severity: str, reason: str, findings: list[Finding]) -> FindingGroup:
    lines = sorted({finding.line for finding in findings if finding.line})
    return FindingGroup(
        reason=reason,
        is_error=severity == Severity.ERROR.value,
        fields=tuple(dict.fromkeys(finding.field for finding in findings if finding.field)),
        lines=tuple(lines[:MAX_LINES]),
        more=max(0, len(lines) - MAX_LINES),
        value=next((finding.value for finding in findings if finding.value), ""),
    )
