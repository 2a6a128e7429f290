"""Parking (BNLS), trees and public equipment: schemas of schema.data.gouv.fr for places."""

from __future__ import annotations

from datasets.inference.known_fields.definitions import INSEE, KnownField, KnownSchema, fields, texts
from datasets.vocabulary import ColumnType

PARKING = KnownSchema(
    name="etalab/schema-stationnement 0.1.5",
    title="Base nationale des lieux de stationnement (BNLS)",
    source="https://schema.data.gouv.fr/etalab/schema-stationnement/",
    marks=(
        "id",
        "nom",
        "insee",
        "type_usagers",
        "gratuit",
        "nb_places",
        "hauteur_max",
        "num_siret",
        "Xlong",
        "Ylat",
    ),
    key=("id",),
    commune="insee",
    title_field="nom",
    fields=(
        KnownField("id", is_required=True, pattern=r"^[0-9AB]{5}-P-[0-9]{3}$"),
        *texts("nom", "num_siret", required=True),
        *texts("adresse", "url", "info"),
        KnownField("insee", is_required=True, pattern=INSEE),
        KnownField("type_usagers", is_required=True, enum=("tous", "abonnés")),
        KnownField("tarif_pmr", enum=("gratuit", "normal_payant", "tarif_special")),
        KnownField("type_ouvrage", enum=("enclos_en_surface", "ouvrage")),
        KnownField("hauteur_max", is_required=True, pattern=r"^(?:[0-9]+|N/A)$"),
        *fields(ColumnType.BOOLEAN, "gratuit", required=True),
        *fields(ColumnType.INTEGER, "nb_places", required=True, minimum=0),
        *fields(
            ColumnType.INTEGER, "nb_pr", "nb_pmr", "nb_voitures_electriques", "nb_velo", "nb_2r_el", minimum=0
        ),
        *fields(ColumnType.INTEGER, "nb_autopartage", "nb_2_rm", "nb_covoit", minimum=0),
        *fields(ColumnType.NUMBER, "Xlong", "Ylat", required=True),
        *fields(ColumnType.NUMBER, "tarif_1h", "tarif_2h", "tarif_3h", "tarif_4h", "tarif_24h", minimum=0),
        *fields(ColumnType.NUMBER, "abo_resident", "abo_non_resident", minimum=0),
    ),
)

TREES = KnownSchema(
    name="NaturalSolutions/schema-arbre 0.3.1",
    title="Arbres urbains",
    source="https://schema.data.gouv.fr/NaturalSolutions/schema-arbre/",
    marks=("id", "longitude", "latitude", "genre", "espece", "hauteur", "circonference", "remarquable"),
    enough=0.85,
    key=("id",),
    commune="code_insee",
    title_field="nom_vernaculaire",
    fields=(
        *fields(ColumnType.INTEGER, "id", required=True),
        *fields(ColumnType.NUMBER, "longitude", "latitude", required=True),
        *fields(ColumnType.DATE, "date_releve", "date_plantation"),
        *fields(ColumnType.NUMBER, "hauteur", "diametre", "circonference", "diametre_couronne", minimum=0),
        *fields(ColumnType.BOOLEAN, "remarquable", "protege"),
        KnownField("code_insee", pattern=INSEE),
        *texts(
            "famille", "genre", "espece", "cultivar_variete", "nom_vernaculaire", "code_postal", "adresse"
        ),
        *texts("matricule", "stade_developpement", "type_sol", "description_pied_arbre", "type_enracinement"),
        *texts("port_arbre", "contraintes_sol", "contraintes_aeriennes", "eclairage"),
    ),
)
"""The list of fields was read in excerpts: the last ones may miss, which only leaves their types to the values."""

EQUIPMENT = KnownSchema(
    name="scdl/equipements 0.1.5",
    title="Équipements publics (SCDL)",
    source="https://schema.data.gouv.fr/scdl/equipements/",
    marks=("COLL_NOM", "COLL_SIRET", "EQUIP_UID", "EQUIP_THEME", "EQUIP_CODE", "EQUIP_TYPE", "EQUIP_NOM"),
    key=("EQUIP_UID",),
    commune="ADR_COMMUNE",
    title_field="EQUIP_NOM",
    fields=(
        *texts(
            "COLL_NOM", "COLL_SIRET", "EQUIP_THEME", "EQUIP_CODE", "EQUIP_TYPE", "EQUIP_NOM", required=True
        ),
        *texts("ADR_NUMERO", "ADR_NOMVOIE", "ADR_CODEPOSTAL", "ADR_COMMUNE", required=True),
        *texts("ADR_CLE_INTEROP", "EQUIP_OUVERTURE", "EQUIP_TEL", "EQUIP_EMAIL", "EQUIP_WEB"),
        KnownField("EQUIP_UID", is_required=True, pattern=r"^[0-9AB]{5}-[0-9]{8}-[0-9]{3}$"),
        *fields(ColumnType.NUMBER, "EQUIP_LAT", "EQUIP_LONG", required=True),
    ),
)
