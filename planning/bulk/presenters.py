"""The sheets of a list as tables: a row for each feature that applies to a parcel, and one for each parcel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from layers.visitor import Visitor
from planning.bulk.queries.parcel_lists import LineFault
from planning.bulk.queries.sheets import ParcelReading
from planning.presenters.items import Item
from planning.presenters.sheet import Section, Sheet, compose_sheet, planning_documents, references_of
from planning.vocabulary import Family, Relation
from plui.dated.queries import annulments_of_places

Cell = str | int | float | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ParcelSheet:
    """A parcel of a list and its sheet."""

    town: str
    sheet: Sheet

    @property
    def identifier(self) -> str:
        """The identifier of the parcel."""
        return self.sheet.location.identifier


def parcel_sheets(visitor: Visitor, readings: Sequence[ParcelReading]) -> list[ParcelSheet]:
    """Return the sheets of a block, each with the partial annulments over its parcel; references are read once."""
    results = [outcome for each in readings for outcome in each.outcomes]
    annulments = annulments_of_places(visitor, [each.location.geometry for each in readings])
    every = [each for listed in annulments for each in listed]
    documents, references = planning_documents(results, visitor.plan), references_of(visitor, results, every)
    sheets = []
    for reading, here in zip(readings, annulments, strict=True):
        named = {feature.value("idurba") for each in reading.outcomes for feature in each.features}
        own = [each for each in documents if each.idurba in named]
        sheet = compose_sheet(
            reading.location,
            reading.area_m2,
            reading.outcomes,
            own,
            reading.addresses,
            replace(references, annulments=here),
        )
        sheets.append(ParcelSheet(reading.town, sheet))
    return sheets


def detail_titles() -> list[str]:
    """Return the titles of ``detail_rows``."""
    return [
        _("Parcelle"),
        _("Référence"),
        _("Commune"),
        _("Famille"),
        _("Règle"),
        _("Couche"),
        _("Code"),
        _("Objet"),
        _("Précision"),
        _("Surface commune (m²)"),
        _("Part de la parcelle (%)"),
        _("Longueur (m)"),
        _("Distance (m)"),
        _("Recouvrement infime"),
        _("Mises en garde"),
        _("Pièce écrite"),
        _("Adresse de la pièce"),
        _("Détail"),
    ]


def detail_rows(each: ParcelSheet) -> Iterable[Row]:
    """Return a row for each feature that a rule gives for a parcel, and one that says that there are others."""
    scopes = {result.rule.pk: result.scope for result in each.sheet.outcomes}
    for section in each.sheet.sections:
        for group in section.groups:
            scope = scopes[group.rule.pk]
            common = [*_parcel_cells(each), section.title, group.rule.title, scope.slug if scope else ""]
            for is_sliver, items in ((False, group.items), (True, group.slivers)):
                for item in items:
                    yield [*common, *_item_cells(item, is_sliver=is_sliver)]
            if group.is_cut:
                text = _("Il y en a d’autres : la fiche montre les %s premiers.") % group.rule.at_most
                yield [*common, "", text, *[None] * 10]


def _item_cells(item: Item, *, is_sliver: bool) -> Row:
    feature, document = item.feature, item.document
    return [
        feature.code,
        item.title,
        item.kind,
        _rounded(feature.area_m2, 2),
        _rounded(None if feature.share is None else 100 * feature.share, 4),
        _rounded(feature.length_m, 2),
        _rounded(feature.distance_m, 2),
        _("oui") if is_sliver else _("non"),
        "\n".join(caution.words for caution in feature.cautions),
        document.words if document else "",
        document.address if document else "",
        "\n".join(item.fact_words),
    ]


def _parcel_cells(each: ParcelSheet) -> list[Cell]:
    return [each.identifier, str(each.sheet.location.facts.get("reference", "")), each.town]


def summary_titles() -> list[str]:
    """Return the titles of ``summary_row``."""
    counted = [str(family.label) for family in Family if family not in _NAMED]
    return [
        _("Parcelle"),
        _("Référence"),
        _("Commune"),
        _("État"),
        _("Contenance (m²)"),
        _("Surface dessinée (m²)"),
        _("Adresses"),
        _("Zones et parts"),
        _("Prescriptions (nombre)"),
        _("Prescriptions"),
        _("Servitudes (nombre)"),
        _("Servitudes"),
        *counted,
        _("Mises en garde"),
        _("Recouvrements infimes (nombre)"),
        _("Documents"),
        _("Ce que la fiche ne sait pas"),
    ]


_NAMED = frozenset({Family.ZONES, Family.PRESCRIPTIONS, Family.SERVITUDES})


def summary_row(each: ParcelSheet) -> Row:
    """Return the row of a parcel: its zones with their shares, counts by family, cautions, what was not looked at.

    The count of a family of which no layer was read is empty, not zero.
    """
    sheet = each.sheet
    sections = {section.family: section for section in sheet.sections}
    servitudes = _on_parcel(sections.get(Family.SERVITUDES))
    prescriptions = sections.get(Family.PRESCRIPTIONS)
    return [
        *_parcel_cells(each),
        _("lue"),
        sheet.location.facts.get("contenance"),
        _rounded(sheet.area_m2, 2),
        "\n".join(sheet.addresses),
        "\n".join(_zone_words(item) for item in _items(sections.get(Family.ZONES))),
        None if prescriptions is None else len(prescriptions.items),
        _counted_titles(_items(prescriptions)),
        None if servitudes is None else len(servitudes),
        _counted_titles(servitudes or ()),
        *(
            len(sections[family].items) if family in sections else None
            for family in Family
            if family not in _NAMED
        ),
        "\n".join(_warnings(sheet)),
        sum(len(group.slivers) for section in sheet.sections for group in section.groups),
        "\n".join(f"{document.title}, {document.state}" for document in sheet.documents),
        "\n".join(sheet.absent),
    ]


def fault_titles() -> list[str]:
    """Return the titles of ``fault_row``."""
    return [_("Ligne"), _("Texte"), _("Pourquoi elle n’a pas de fiche"), _("Lieux proches")]


def fault_row(fault: LineFault) -> Row:
    """Return the row of a line without sheet."""
    return [fault.number or None, fault.text, fault.reason, "\n".join(fault.near)]


def fault_summary(fault: LineFault) -> Row:
    """Return the same as a row of the table of parcels, for a file that has no other."""
    blank = [None] * (len(summary_titles()) - 4)
    return [fault.text, "", "", fault.reason, *blank]


def _items(section: Section | None) -> Sequence[Item]:
    return section.items if section else ()


def _on_parcel(section: Section | None) -> list[Item] | None:
    """Return the servitudes of a parcel without those that are only near it, as the sheet counts them."""
    if section is None:
        return None
    groups = (group for group in section.groups if group.rule.relation != Relation.OUTSIDE)
    return [item for group in groups for item in group.items]


def _zone_words(item: Item) -> str:
    code = item.feature.code or item.title
    return _("%(title)s : %(text)s") % {"title": code, "text": item.share} if item.share else code


def _counted_titles(items: Iterable[Item]) -> str:
    """Return what there is, each once with its number: « AC1 Périmètre des abords (2) »."""
    counts: dict[str, int] = {}
    for item in items:
        name = " ".join(filter(None, (item.feature.code, item.kind or item.title)))
        counts[name] = counts.get(name, 0) + 1
    return "\n".join(f"{name} ({count})" if count > 1 else name for name, count in counts.items())


def _warnings(sheet: Sheet) -> list[str]:
    """Return what comes first and the warnings of features, each once."""
    items = (item for section in sheet.sections for item in section.items)
    return list(dict.fromkeys([*sheet.firsts, *(text for item in items for text in item.warnings)]))


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
