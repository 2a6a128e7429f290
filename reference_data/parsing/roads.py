"""Road sections of IGN BD TOPO 3: columns of the GeoPackage and GeoJSON, and their short names in shapefiles."""

from __future__ import annotations

from layers.parsing import cells
from layers.parsing.official_files import FileColumn, required
from reference_data.parsing.layouts import Layout, Values, integer
from reference_data.vocabulary import Importance, ObjectState, RoadNature, TrafficDirection

LAYER = "troncon_de_route"

_NAME, _NUMBER = cells.text_of(160), cells.text_of(12)


def _communes(values: Values) -> frozenset[str]:
    return frozenset(filter(None, (values["insee_commune_gauche"], values["insee_commune_droite"])))


ROADS = Layout(
    name="BD TOPO, troncon_de_route",
    columns={
        "cleabs": required(cells.text_of(24)),
        "nature": required(cells.one_of(RoadNature.values)),
        "importance": required(cells.one_of(Importance.values)),
        "sens_de_circulation": required(cells.one_of(TrafficDirection.values)),
        "insee_commune_gauche": required(cells.code_insee),
        "insee_commune_droite": required(cells.code_insee),
        "nom_voie_ban_gauche": FileColumn(_NAME),
        "nom_voie_ban_droite": FileColumn(_NAME),
        "cpx_numero": FileColumn(cells.text_of(40)),
        "etat_de_l_objet": FileColumn(cells.one_of(ObjectState.values), empty=ObjectState.EN_SERVICE.value),
        "position_par_rapport_au_sol": FileColumn(cells.text_of(15), empty="0"),
        "nombre_de_voies": FileColumn(integer(99), empty=None),
        "largeur_de_chaussee": FileColumn(cells.number, empty=None),
        "vitesse_moyenne_vl": FileColumn(integer(999), empty=None),
        "urbain": FileColumn(cells.boolean, empty=None),
        "bornes_debut_gauche": FileColumn(_NUMBER),
        "bornes_fin_gauche": FileColumn(_NUMBER),
        "bornes_debut_droite": FileColumn(_NUMBER),
        "bornes_fin_droite": FileColumn(_NUMBER),
    },
    key="cleabs",
    parts=_communes,
    geometry="LineString",
    aliases={
        "id": "cleabs",
        "nom_ban_g": "nom_voie_ban_gauche",
        "nom_ban_d": "nom_voie_ban_droite",
        "numero": "cpx_numero",
        "sens": "sens_de_circulation",
        "etat": "etat_de_l_objet",
        "pos_sol": "position_par_rapport_au_sol",
        "nb_voies": "nombre_de_voies",
        "largeur": "largeur_de_chaussee",
        "vit_moy_vl": "vitesse_moyenne_vl",
        "inseecom_g": "insee_commune_gauche",
        "inseecom_d": "insee_commune_droite",
        "bornedeb_g": "bornes_debut_gauche",
        "bornefin_g": "bornes_fin_gauche",
        "bornedeb_d": "bornes_debut_droite",
        "bornefin_d": "bornes_fin_droite",
    },
)
