"""Parcels inside the right of pre-emption in words, and the columns of their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import area, percent
from layers.definitions import FieldType
from layers.queries import communes
from planning.preemption.queries import ParcelPage, PreemptedParcel, PreemptionLayers, parcel_statement
from planning.tables.definitions import Column, TableStatement

_COLUMNS = (
    Column("idu", gettext_lazy("Identifiant de la parcelle")),
    Column("reference", gettext_lazy("Référence cadastrale")),
    Column("commune", gettext_lazy("Code INSEE de la commune")),
    Column("contenance", gettext_lazy("Contenance (m²)"), FieldType.INTEGER),
    Column("area_m2", gettext_lazy("Surface dessinée (m²)"), FieldType.NUMBER, 1),
    Column("inside_m2", gettext_lazy("Surface dans le périmètre (m²)"), FieldType.NUMBER, 1),
    Column("share", gettext_lazy("Part dans le périmètre (en pourcent)"), FieldType.NUMBER, 2),
    Column("perimeters", gettext_lazy("Périmètres")),
)


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel in words."""

    title: str
    address: str
    commune: str
    inside: str
    share: str
    perimeters: str


def parcel_rows(parcels: Sequence[PreemptedParcel]) -> list[ParcelRow]:
    """Return parcels in words."""
    names = {each.code: each.nom for each in communes()}
    return [
        ParcelRow(
            _("Parcelle %s") % each.reference,
            reverse("planning:parcel", args=[each.idu]),
            names.get(each.commune, each.commune),
            area(each.inside_m2),
            percent(min(each.inside_m2 / each.area_m2, 1.0)),
            each.perimeters,
        )
        for each in parcels
    ]


def parcel_table(layers: PreemptionLayers, rows: QuerySet[Any]) -> TableStatement:
    """Return the table of the files: every parcel inside, by its identifier."""
    statement = parcel_statement(layers, rows)
    if statement is None:
        nothing = ", ".join(["NULL"] * len(_COLUMNS))
        return TableStatement(_COLUMNS, f"SELECT {nothing} WHERE false", ())
    sql = (
        "SELECT idu, reference, commune, legal, whole, inside, least(100 * inside / nullif(whole, 0), 100), titles"  # noqa: S608 (names are ours, values bound)
        f" FROM ({statement.sql}) AS parcel(id, idu, reference, commune, legal, whole, inside, titles) ORDER BY idu"
    )
    return TableStatement(_COLUMNS, sql, statement.parameters)


def parcels_document(page: ParcelPage, *, next_address: str, perimeters: str) -> dict[str, Any]:
    """Return a page of parcels as JSON: areas in m² on the spheroid, shares from 0 to 1."""
    document: dict[str, Any] = {
        "perimeters": perimeters,
        "parcels": [
            {
                "parcel": each.idu,
                "reference": each.reference,
                "commune": each.commune,
                "legalArea": each.legal_area_m2,
                "area": round(each.area_m2, 2),
                "inside": round(each.inside_m2, 2),
                "share": round(min(each.inside_m2 / each.area_m2, 1.0), 6),
                "titles": each.perimeters,
            }
            for each in page.parcels
        ],
    }
    return document | ({"next": next_address} if next_address else {})


def perimeter_titles(layers: PreemptionLayers) -> str:
    """Return the titles of the layers of perimeters."""
    return ", ".join(dict.fromkeys(str(each.scope.layer.title) for each in layers.perimeters))
