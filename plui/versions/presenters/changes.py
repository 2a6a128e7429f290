"""What a version changes, for pages, files and maps: words of kinds and attributes, rows of tables, drawings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from export_formats.csv import safe_text
from interface.wording import HARD_SPACE, area, distance, number
from plui.models import TABLES
from plui.versions.changes import AreaRow, ChangeKind, ObjectChange, PlanObject, Transition
from plui.versions.comparison import DRAWING_TABLES, ZONES, PlanComparison
from plui.vocabulary import INFORMATIONS, PRESCRIPTIONS, TypeZone, hex_colour

MAX_DRAWN, PAGE_SIZE = 400, 50
_FIGURE = re.compile(r"-?\d+(,\d+)?")
KIND_WORDS = {
    ChangeKind.ADDED: gettext_lazy("ajoutée"),
    ChangeKind.REMOVED: gettext_lazy("supprimée"),
    ChangeKind.MOVED: gettext_lazy("contour modifié"),
    ChangeKind.SPLIT: gettext_lazy("découpée"),
    ChangeKind.MERGED: gettext_lazy("réunie"),
    ChangeKind.RECODED: gettext_lazy("même terrain, autre libellé"),
    ChangeKind.REWORDED: gettext_lazy("attributs modifiés"),
}
_PIECE_WORDS = {
    ChangeKind.ADDED: gettext_lazy("ajoutée"),
    ChangeKind.REMOVED: gettext_lazy("supprimée"),
    ChangeKind.REWORDED: gettext_lazy("nouveau contenu"),
}
_TABLE_WORDS = {
    "ZONE": gettext_lazy("zone"),
    "PRESCRIPTION": gettext_lazy("prescription"),
    "INFO": gettext_lazy("information"),
    "HABILLAGE": gettext_lazy("figure d’habillage"),
}
_DIMENSIONS = {"SURF": 2, "LIN": 1, "PCT": 0, "TXT": 0, "URBA": 2}
_COLOUR, _LABEL = "couleur", "libelle"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change in words. ``item`` is its number in the list and on the map.

    ``attributes`` are (title, before, after). ``colours`` are those of a drawing (COULEUR) before and after, each
    once, as ``#rrggbb``; ``colour`` is that in which it is drawn, empty without one.
    """

    item: int
    change: ObjectChange
    kind: str
    family: str
    before: str
    after: str
    size: str
    communes: str
    attributes: Sequence[tuple[str, str, str]]
    colours: Sequence[str] = ()

    @property
    def colour(self) -> str:
        """The last of its colours."""
        return self.colours[-1] if self.colours else ""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes: pages count from 1."""

    rows: Sequence[ChangeRow]
    page: int
    pages: int
    count: int

    @property
    def previous(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The number of the page after."""
        return self.page + 1


@dataclass(frozen=True, slots=True)
class AreaLine:
    """Areas in words: ``difference`` has its sign, ``share`` is the part of the bar from 0 to 100."""

    name: str
    typezone: str
    row: AreaRow
    before: str
    after: str
    difference: str
    share_before: float
    share_after: float


def change_rows(
    changes: Sequence[ObjectChange], names: Mapping[str, str], *, first: int = 1
) -> list[ChangeRow]:
    """Return changes in words, numbered from ``first``; ``names`` are those of communes by INSEE code."""
    return [_change_row(number_of, change, names) for number_of, change in enumerate(changes, first)]


def change_page(rows: Sequence[ChangeRow], page: int) -> ChangePage:
    """Return a page of changes; the last one where there are fewer pages."""
    pages = max(1, ceil(len(rows) / PAGE_SIZE))
    current = min(page, pages)
    first = (current - 1) * PAGE_SIZE
    return ChangePage(rows[first : first + PAGE_SIZE], current, pages, len(rows))


def _change_row(item: int, change: ObjectChange, names: Mapping[str, str]) -> ChangeRow:
    return ChangeRow(
        item=item,
        change=change,
        kind=str(KIND_WORDS[change.kind]),
        family=str(_TABLE_WORDS[change.table.split("_", maxsplit=1)[0]]),
        before=_names(change.before),
        after=_names(change.after, but_codes=frozenset(each.code for each in change.before)),
        size=size_words(change),
        communes=", ".join(names.get(code, code) for code in change.communes),
        attributes=list(_attribute_words(change)),
        colours=_colours(change),
    )


def _attribute_words(change: ObjectChange) -> Iterator[tuple[str, str, str]]:
    """Yield the attributes that differ: title, before, after; the label is in the names of the objects already."""
    model = TABLES[change.table][1]
    titles = {"code": _("code"), "datvalid": _("date de validité")}
    for each in change.attributes:
        if each.name == _LABEL:
            continue
        title = str(titles.get(each.name) or model._meta.get_field(each.name).verbose_name)
        if each.name == "datvalid":
            yield title, date_words(each.before), date_words(each.after)
        else:
            yield title, each.before, each.after


def date_words(text: str) -> str:
    """Write a date of the standard (AAAAMMJJ) as JJ/MM/AAAA; a year or a month alone where no day is known."""
    if len(text) != 8 or not text.isdecimal() or text.startswith("0000"):
        return ""
    year, month, day = text[:4], text[4:6], text[6:]
    return "/".join(part for part in (day, month, year) if part != "00")


def _colours(change: ObjectChange) -> list[str]:
    """Return the colours of the drawings before and after, each once; what is no colour is left out."""
    colours = (hex_colour(each.values.get(_COLOUR, "")) for each in (*change.before, *change.after))
    return [colour for colour in dict.fromkeys(colours) if colour]


def _names(objects: Sequence[PlanObject], but_codes: frozenset[str] = frozenset()) -> str:
    """Return the labels of objects; for prescriptions and informations with what their code means.

    ``but_codes`` have been explained before.
    """
    return ", ".join(dict.fromkeys(_name(each, but_codes) for each in objects))


def _name(each: PlanObject, but_codes: frozenset[str]) -> str:
    if each.table == ZONES or each.table in DRAWING_TABLES or each.code in but_codes:
        return each.label
    meaning = (PRESCRIPTIONS if each.table.startswith("PRESCRIPTION") else INFORMATIONS).get(each.code, "")
    return f"{each.label} ({each.code}, {meaning})" if meaning else f"{each.label} ({each.code})"


def size_words(change: ObjectChange) -> str:
    """Write the size of a change: area, length, nothing for a point."""
    dimension = _DIMENSIONS[change.table.rpartition("_")[2]]
    if dimension == 0:
        return ""
    return small_area(change.size) if dimension == 2 else distance(change.size)


def small_area(square_metres: float) -> str:
    """Write an area; under 10 m² to a hundredth."""
    if square_metres < 10:
        return f"{number(round(square_metres, 2))}{HARD_SPACE}m²"
    return area(square_metres)


def area_lines(rows: Sequence[AreaRow], name: Callable[[AreaRow], str]) -> list[AreaLine]:
    """Return areas in words, with bars in proportion of the largest."""
    most = max((max(row.before_m2, row.after_m2) for row in rows), default=0) or 1
    return [
        AreaLine(
            name=name(row),
            typezone=row.typezone,
            row=row,
            before=area(row.before_m2) if row.before_count else "—",
            after=area(row.after_m2) if row.after_count else "—",
            difference=difference(row.difference_m2),
            share_before=round(row.before_m2 / most * 100, 2),
            share_after=round(row.after_m2 / most * 100, 2),
        )
        for row in rows
    ]


def difference(square_metres: float) -> str:
    """Write a difference of areas with its sign; under 1 m² there is none."""
    if abs(square_metres) < 1:
        return "="
    sign = "+" if square_metres > 0 else "−"
    return f"{sign}{HARD_SPACE}{area(abs(square_metres))}"


def type_name(row: AreaRow) -> str:
    """Return a type of zone with what it means."""
    return str(TypeZone(row.typezone).label) if row.typezone in TypeZone.values else row.typezone


def summary_sentences(comparison: PlanComparison) -> list[str]:
    """Say what changes, from the most important: ground, zones, prescriptions, pieces."""
    if comparison.is_empty:
        return [_("Rien ne change.")]
    sentences = []
    if comparison.transitions:
        sentences.append(_("%s changent de zone.") % area(comparison.changed_m2))
    if comparison.zones:
        count = len(comparison.zones)
        sentences.append(ngettext("%d zone change.", "%d changements de zones.", count) % count)
    tables = [change.table for change in comparison.objects]
    if count := sum(table.startswith("PRESCRIPTION") for table in tables):
        sentences.append(ngettext("%d prescription change.", "%d prescriptions changent.", count) % count)
    if count := sum(table.startswith("INFO") for table in tables):
        sentences.append(ngettext("%d information change.", "%d informations changent.", count) % count)
    if count := sum(table in DRAWING_TABLES for table in tables):
        sentences.append(
            ngettext("%d figure d’habillage change.", "%d figures d’habillage changent.", count) % count
        )
    if comparison.pieces:
        count = len(comparison.pieces)
        sentences.append(ngettext("%d pièce écrite change.", "%d pièces écrites changent.", count) % count)
    return sentences


def sliver_sentence(comparison: PlanComparison) -> str:
    """Say how many differences of drawing were left aside; empty without."""
    slivers = comparison.slivers
    if not slivers.count:
        return ""
    return ngettext(
        "%(n)d écart de tracé de moins de 1 m² est laissé de côté (%(area)s).",
        "%(n)d écarts de tracé de moins de 1 m² sont laissés de côté (%(area)s en tout).",
        slivers.count,
    ) % {"n": slivers.count, "area": small_area(slivers.area_m2)}


def transition_rows(transitions: Sequence[Transition]) -> list[tuple[str, str, str]]:
    """Return from which zone to which, and the area."""
    return [(_zone(each.before), _zone(each.after), small_area(each.area_m2)) for each in transitions]


def _zone(name: tuple[str, str] | None) -> str:
    return name[0] if name else _("hors zone")


def piece_rows(comparison: PlanComparison) -> list[tuple[str, str, Any]]:
    """Return the written pieces that change: what, path, the piece to read (the newer one where there is one)."""
    return [
        (str(_PIECE_WORDS[each.kind]), each.path, each.after or each.before) for each in comparison.pieces
    ]


def change_features(rows: Sequence[ChangeRow]) -> dict[str, Any]:
    """Return the ground of changes as GeoJSON, the largest first; at most ``MAX_DRAWN``, other words alone last."""
    drawn = sorted(
        (row for row in rows if row.change.ground),
        key=lambda row: (row.change.kind is ChangeKind.REWORDED, -row.change.size),
    )[:MAX_DRAWN]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.item,
                "properties": {"item": row.item, "tone": row.change.kind.value, "label": str(row.item)}
                | ({"colour": row.colour} if row.colour else {}),
                "geometry": row.change.ground,
            }
            for row in drawn
        ],
    }


def comparison_csv(comparison: PlanComparison, table: str, names: Mapping[str, str]) -> str:
    """Return a table of a comparison as CSV (``;``, UTF-8 with its mark): areas, changes or pieces."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerows([[_cell(cell) for cell in row] for row in _TABLES[table](comparison, names)])
    return "\ufeff" + written.getvalue()


def _areas(comparison: PlanComparison, names: Mapping[str, str]) -> list[Sequence[Any]]:
    head = [
        "TYPEZONE",
        "LIBELLE",
        "INSEE",
        "commune",
        "zones_avant",
        "zones_apres",
        "m2_avant",
        "m2_apres",
        "m2_ecart",
    ]
    rows = [*comparison.types, *comparison.labels, *comparison.communes]
    return [
        head,
        *(
            [
                row.typezone, row.label, row.commune, names.get(row.commune, ""), row.before_count, row.after_count,
                _figure(row.before_m2), _figure(row.after_m2), _figure(row.difference_m2),
            ]
            for row in rows
        ),
    ]  # fmt: skip


def _changes(comparison: PlanComparison, names: Mapping[str, str]) -> list[Sequence[Any]]:
    head = [
        "n",
        "table",
        "changement",
        "avant",
        "apres",
        "taille",
        "communes",
        "attribut",
        "valeur_avant",
        "valeur_apres",
    ]
    rows: list[Sequence[Any]] = [head]
    for row in change_rows([*comparison.zones, *comparison.objects], names):
        change = row.change
        base = [row.item, change.table, row.kind, row.before, row.after, _figure(change.size), row.communes]
        attributes = change.attributes or (None,)
        rows += [
            [*base, *((each.name, each.before, each.after) if each else ("", "", ""))] for each in attributes
        ]
    return rows


def _pieces(comparison: PlanComparison, _names_of: Mapping[str, str]) -> list[Sequence[Any]]:
    rows = [[kind, path, piece.size if piece else ""] for kind, path, piece in piece_rows(comparison)]
    return [["changement", "piece", "octets"], *rows]


_TABLES: Mapping[str, Callable[[PlanComparison, Mapping[str, str]], list[Sequence[Any]]]] = {
    "surfaces": _areas,
    "changements": _changes,
    "pieces": _pieces,
}
CSV_TABLES = tuple(_TABLES)
CSV_TITLES = {
    "surfaces": gettext_lazy("Surfaces (CSV)"),
    "changements": gettext_lazy("Changements (CSV)"),
    "pieces": gettext_lazy("Pièces écrites (CSV)"),
}


def _figure(amount: float) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _cell(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; negative figures are none."""
    return safe_text(cell) if isinstance(cell, str) and not _FIGURE.fullmatch(cell) else cell
