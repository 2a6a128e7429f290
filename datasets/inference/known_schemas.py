"""Published schemas whose files are recognised by their columns, with the standard's fields and constraints.

Charging points (IRVE), prescriptions of local plans (CNIG), parking, trees and public equipment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datasets.vocabulary import ColumnType

INSEE = r"^(?:[013-9][0-9]|2[AB1-9])[0-9]{3}$"
"""The pattern of schema.data.gouv.fr for a commune's code, without look-behind and with ASCII digits."""


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field of a published schema; ``pattern`` is the standard's, rewritten as one PostgreSQL reads (whole value)."""

    name: str
    type: ColumnType = ColumnType.STRING
    is_required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """A published schema. ``source`` is where its facts were read; names are compared without regard to case.

    A file is of this schema when it has at least ``enough`` of the ``marks``, fields that no other schema has together.
    """

    name: str
    title: str
    source: str
    fields: tuple[KnownField, ...]
    marks: tuple[str, ...]
    enough: float = 0.9
    key: tuple[str, ...] = ()
    commune: str = ""
    title_field: str = ""

    def field(self, title: str) -> KnownField | None:
        """Return the field a column's title names."""
        return next((item for item in self.fields if item.name.lower() == title.strip().lower()), None)


def texts(*names: str, required: bool = False) -> tuple[KnownField, ...]:
    """Return plain text fields."""
    return tuple(KnownField(name, is_required=required) for name in names)


def fields(
    kind: ColumnType, *names: str, required: bool = False, minimum: float | None = None
) -> tuple[KnownField, ...]:
    """Return fields of one type."""
    return tuple(KnownField(name, kind, is_required=required, minimum=minimum) for name in names)


# schema-irve-statique 2.3.1 (etalab/schema-irve, commit c54787771, 2025-12-02): one row a charging point.
_ROAMING = r"^(?:[A-Z]{2}[A-Z0-9]{4,33}|Non concerné)$"

IRVE = KnownSchema(
    name="etalab/schema-irve-statique 2.3.1",
    title="Infrastructures de recharge pour véhicules électriques (IRVE) statiques",
    source="https://schema.data.gouv.fr/etalab/schema-irve-statique/",
    marks=(
        "nom_enseigne",
        "id_station_itinerance",
        "nom_station",
        "implantation_station",
        "coordonneesXY",
        "nbre_pdc",
        "id_pdc_itinerance",
        "puissance_nominale",
        "condition_acces",
        "date_maj",
    ),
    key=("id_pdc_itinerance",),
    commune="code_insee_commune",
    title_field="nom_station",
    fields=(
        *texts("nom_amenageur", "contact_amenageur", "nom_operateur", "telephone_operateur"),
        *texts("id_station_local", "id_pdc_local", "tarification", "num_pdl", "observations"),
        *texts("contact_operateur", "nom_enseigne", "nom_station", "adresse_station", required=True),
        *texts("coordonneesXY", "restriction_gabarit", required=True),
        KnownField("siren_amenageur", pattern=r"^[0-9]{9}$"),
        KnownField("id_station_itinerance", is_required=True, pattern=_ROAMING),
        KnownField("id_pdc_itinerance", is_required=True, pattern=_ROAMING),
        KnownField("code_insee_commune", pattern=INSEE),
        KnownField(
            "implantation_station",
            is_required=True,
            enum=(
                "Voirie",
                "Parking public",
                "Parking privé à usage public",
                "Parking privé réservé à la clientèle",
                "Station dédiée à la recharge rapide",
            ),
        ),
        KnownField("condition_acces", is_required=True, enum=("Accès libre", "Accès réservé")),
        KnownField(
            "accessibilite_pmr",
            is_required=True,
            enum=(
                "Réservé PMR",
                "Accessible mais non réservé PMR",
                "Non accessible",
                "Accessibilité inconnue",
            ),
        ),
        KnownField("raccordement", enum=("Direct", "Indirect")),
        KnownField(
            "horaires", is_required=True, pattern=r"^.*(?:[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}|24/7)$"
        ),
        *fields(ColumnType.INTEGER, "nbre_pdc", required=True, minimum=0),
        *fields(ColumnType.NUMBER, "puissance_nominale", required=True, minimum=0),
        *fields(
            ColumnType.BOOLEAN,
            "prise_type_ef",
            "prise_type_2",
            "prise_type_combo_ccs",
            "prise_type_chademo",
            "prise_type_autre",
            "paiement_acte",
            "reservation",
            "station_deux_roues",
            required=True,
        ),
        *fields(ColumnType.BOOLEAN, "gratuit", "paiement_cb", "paiement_autre", "cable_t2_attache"),
        *fields(ColumnType.DATE, "date_maj", required=True),
        *fields(ColumnType.DATE, "date_mise_en_service"),
    ),
)


# CNIG PLU v2024 rev. 2025-06, PRESCRIPTION_SURF, _LIN, _PCT (cnigfr, aafe905).
_DAY = r"^(?:[0-9]{8})$"
"""AAAAMMJJ, where zeros stand for what is unknown (``20040000``): text, not a date."""

PRESCRIPTIONS = KnownSchema(
    name="cnig/prescription 2024-2025-06",
    title="Prescriptions d’un plan local d’urbanisme (CNIG)",
    source="https://github.com/cnigfr/schema-plan-local-urbanisme",
    marks=("LIBELLE", "TYPEPSC", "STYPEPSC", "IDURBA"),
    enough=1.0,
    key=(),
    title_field="LIBELLE",
    fields=(
        KnownField("LIB_IDPSC", pattern=r"^.{1,40}$"),
        KnownField("LIBELLE", is_required=True, pattern=r"^.{1,254}$"),
        KnownField("TXT", pattern=r"^.{1,10}$"),
        KnownField("TYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        KnownField("STYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        KnownField("NATURE", pattern=r"^.{1,50}$"),
        KnownField("NOMFIC", pattern=r"^.{1,80}$"),
        KnownField("URLFIC", pattern=r"^.{1,254}$"),
        KnownField("IDURBA", is_required=True, pattern=r"^.{1,30}$"),
        KnownField("DATVALID", pattern=_DAY),
        KnownField("SYMBOLE", pattern=r"^.{1,20}$"),
    ),
)


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


SCHEMAS = (IRVE, PARKING, EQUIPMENT, PRESCRIPTIONS, TREES)


def recognise(titles: Sequence[str]) -> KnownSchema | None:
    """Return the schema whose marks are nearly all among ``titles``."""
    present = {title.strip().lower() for title in titles}
    return next((schema for schema in SCHEMAS if _share(schema, present) >= schema.enough), None)


def _share(schema: KnownSchema, present: set[str]) -> float:
    return sum(mark.lower() in present for mark in schema.marks) / len(schema.marks)
