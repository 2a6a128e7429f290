"""A sample PLUi: a document that says what it is, a zoning that tiles the territory, prescriptions near the heritage.

``DATAPPRO`` is a sample date, not the approval of any document; the document, its zones and its written pieces say
« exemple ». Texts keep to the characters the CNIG standard allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gisportal.demo.rows import save_rows
from gisportal.demo.territory import Territory, to_geos
from gisportal.demo.zoning import Zone, tile
from plui.models import DocUrba, DocUrbaCom, ZoneUrba
from plui.vocabulary import Etat, TypeDoc, TypeRef, TypeZone

SIREN = "200057974"
DATAPPRO = "20260101"
IDURBA = f"{SIREN}_PLUI_{DATAPPRO}"

# Label → TYPEZONE, long label.
ZONES: dict[str, tuple[TypeZone, str]] = {
    "UA": (TypeZone.U, "Centre ancien"),
    "UB": (TypeZone.U, "Ville dense et commerces"),
    "UC": (TypeZone.U, "Habitat collectif"),
    "UD": (TypeZone.U, "Habitat mixte"),
    "UE": (TypeZone.U, "Habitat pavillonnaire"),
    "UF": (TypeZone.U, "Activités et bureaux"),
    "UL": (TypeZone.U, "Équipements et loisirs"),
    "UP": (TypeZone.U, "Parcs et jardins en ville"),
    "AUc": (TypeZone.AUC, "Secteur à urbaniser"),
    "AUs": (TypeZone.AUS, "Secteur à urbaniser plus tard"),
    "A": (TypeZone.A, "Jardins et cultures"),
    "Np": (TypeZone.N, "Parcs et coteaux boisés"),
    "Nf": (TypeZone.N, "Forêt"),
}


def load_document(codes: Iterable[str]) -> DocUrba:
    """Write the sample document and the communes it covers."""
    document = DocUrba(
        idurba=IDURBA,
        typedoc=TypeDoc.PLUI,
        etat=Etat.EN_COURS,
        nomproc="E",
        datappro=DATAPPRO,
        siren=SIREN,
        nomreg=f"{SIREN}_reglement_exemple_{DATAPPRO}.pdf",
        nomrapp=f"{SIREN}_rapport_exemple_{DATAPPRO}.pdf",
        typeref=TypeRef.PCI,
        dateref=DATAPPRO,
    )
    save_rows([document], keys=("idurba",))
    communes = [DocUrbaCom(idurba_id=IDURBA, insee_id=code) for code in codes]
    save_rows(communes, keys=("idurba_id", "insee_id"))
    return document


def load_zones(territory: Territory) -> list[Zone]:
    """Write the zoning and return it."""
    zones = tile(territory.shapes)
    save_rows([_row(number, zone) for number, zone in enumerate(zones, 1)], keys=("lib_idzone",))
    return zones


def _row(number: int, zone: Zone) -> ZoneUrba:
    typezone, long_label = ZONES[zone.label]
    return ZoneUrba(
        idurba_id=IDURBA,
        lib_idzone=f"{IDURBA}_Z{number:03d}",
        libelle=zone.label,
        libelong=f"{long_label}, exemple",
        typezone=typezone,
        nomfic=f"{SIREN}_reglement_exemple_{DATAPPRO}.pdf",
        datvalid=DATAPPRO,
        geom=to_geos(zone.shape),
    )


def wooded(zones: Sequence[Zone]) -> list[Zone]:
    """Return the wooded zones, largest first."""
    return sorted((zone for zone in zones if zone.label in {"Nf", "Np"}), key=lambda zone: -zone.shape.area)
