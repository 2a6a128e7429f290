"""Addresses of the Base adresse nationale: the CSV of a department or a commune (``adresses-92.csv.gz``)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.parsing import cells
from layers.parsing.official_files import FileColumn, required
from reference_data.parsing.layouts import Fault, Layout, Values, degrees, identifier, integer

# Longitudes and latitudes of mainland France: where a pair written the wrong way round would fall.
_WEST, _EAST, _SOUTH, _NORTH = -6, 10, 41, 52
_TEXT = cells.text_of(200)


def _parcels(text: str) -> list[str]:
    """Read the identifiers of parcels, between bars."""
    return [cells.short(parcel.strip(), 14) for parcel in text.split("|") if parcel.strip()]


def _communes(values: Values) -> frozenset[str]:
    return frozenset([values["code_insee"]])


def _check(values: Values) -> Fault | None:
    """Refuse a longitude and a latitude that are each other."""
    if _SOUTH <= values["lon"] <= _NORTH and _WEST <= values["lat"] <= _EAST:
        return "lon", _("longitude et latitude semblent inversées")
    return None


ADDRESSES = Layout(
    name="BAN, adresses",
    columns={
        "id": required(identifier(r"\S{5,60}", gettext_noop("identifiant attendu, sans espace"))),
        "id_fantoir": FileColumn(cells.text_of(20)),
        "numero": required(integer(99_999)),
        "rep": FileColumn(cells.text_of(20)),
        "nom_voie": required(_TEXT),
        "code_postal": FileColumn(identifier(r"\d{5}", gettext_noop("code postal attendu : cinq chiffres"))),
        "code_insee": required(cells.code_insee),
        "nom_commune": required(cells.text_of(80)),
        "code_insee_ancienne_commune": FileColumn(cells.code_insee),
        "nom_ancienne_commune": FileColumn(cells.text_of(80)),
        "lon": required(degrees(180)),
        "lat": required(degrees(90)),
        "type_position": FileColumn(cells.text_of(40)),
        "alias": FileColumn(_TEXT),
        "nom_ld": FileColumn(_TEXT),
        "libelle_acheminement": FileColumn(cells.text_of(80)),
        "nom_afnor": FileColumn(_TEXT),
        "source_position": FileColumn(cells.text_of(40)),
        "source_nom_voie": FileColumn(cells.text_of(40)),
        "certification_commune": FileColumn(cells.boolean, empty=None),
        "cad_parcelles": FileColumn(_parcels, empty=()),
    },
    key="id",
    parts=_communes,
    renamed={"id": "id_ban"},
    position=("lon", "lat"),
    unstored=frozenset({"lon", "lat"}),
    check=_check,
)
