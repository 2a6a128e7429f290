"""Published schemas whose files are recognised by their columns, with the standard's fields and constraints.

Charging points (IRVE), prescriptions of local plans (CNIG), parking of cars and bicycles, addresses (BAL), trees and
public equipment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datasets.vocabulary import ColumnType

INSEE = r"^(?:[013-9][0-9]|2[AB1-9])[0-9]{3}$"
"""The pattern of schema.data.gouv.fr for a commune's code, without look-behind and with ASCII digits."""


@dataclass(frozen=True, slots=True)
class PublishedField:
    """A field of a published schema; ``pattern`` is the standard's, rewritten as one PostgreSQL reads (whole value)."""

    name: str
    type: ColumnType = ColumnType.STRING
    is_required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class PublishedSchema:
    """A published schema. ``source`` is where its facts were read; names are compared without regard to case.

    A file is of this schema when it has at least ``enough`` of the ``marks``, fields that no other schema has together.
    """

    name: str
    title: str
    source: str
    fields: tuple[PublishedField, ...]
    marks: tuple[str, ...]
    enough: float = 0.9
    key: tuple[str, ...] = ()
    commune: str = ""
    title_field: str = ""

    def field(self, title: str) -> PublishedField | None:
        """Return the field a column's title names."""
        return next((item for item in self.fields if item.name.lower() == title.strip().lower()), None)


def texts(*names: str, required: bool = False) -> tuple[PublishedField, ...]:
    """Return plain text fields."""
    return tuple(PublishedField(name, is_required=required) for name in names)


def fields(
    kind: ColumnType, *names: str, required: bool = False, minimum: float | None = None
) -> tuple[PublishedField, ...]:
    """Return fields of one type."""
    return tuple(PublishedField(name, kind, is_required=required, minimum=minimum) for name in names)


# schema-irve-statique 2.3.1 (etalab/schema-irve, commit c54787771, 2025-12-02): one row a charging point.
_ROAMING = r"^(?:[A-Z]{2}[A-Z0-9]{4,33}|Non concerné)$"

IRVE = PublishedSchema(
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
        PublishedField("siren_amenageur", pattern=r"^[0-9]{9}$"),
        PublishedField("id_station_itinerance", is_required=True, pattern=_ROAMING),
        PublishedField("id_pdc_itinerance", is_required=True, pattern=_ROAMING),
        PublishedField("code_insee_commune", pattern=INSEE),
        PublishedField(
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
        PublishedField("condition_acces", is_required=True, enum=("Accès libre", "Accès réservé")),
        PublishedField(
            "accessibilite_pmr",
            is_required=True,
            enum=(
                "Réservé PMR",
                "Accessible mais non réservé PMR",
                "Non accessible",
                "Accessibilité inconnue",
            ),
        ),
        PublishedField("raccordement", enum=("Direct", "Indirect")),
        PublishedField(
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

PRESCRIPTIONS = PublishedSchema(
    name="cnig/prescription 2024-2025-06",
    title="Prescriptions d’un plan local d’urbanisme (CNIG)",
    source="https://github.com/cnigfr/schema-plan-local-urbanisme",
    marks=("LIBELLE", "TYPEPSC", "STYPEPSC", "IDURBA"),
    enough=1.0,
    key=(),
    title_field="LIBELLE",
    fields=(
        PublishedField("LIB_IDPSC", pattern=r"^.{1,40}$"),
        PublishedField("LIBELLE", is_required=True, pattern=r"^.{1,254}$"),
        PublishedField("TXT", pattern=r"^.{1,10}$"),
        PublishedField("TYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        PublishedField("STYPEPSC", is_required=True, pattern=r"^[0-9]{2}$"),
        PublishedField("NATURE", pattern=r"^.{1,50}$"),
        PublishedField("NOMFIC", pattern=r"^.{1,80}$"),
        PublishedField("URLFIC", pattern=r"^.{1,254}$"),
        PublishedField("IDURBA", is_required=True, pattern=r"^.{1,30}$"),
        PublishedField("DATVALID", pattern=_DAY),
        PublishedField("SYMBOLE", pattern=r"^.{1,20}$"),
    ),
)


PARKING = PublishedSchema(
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
        PublishedField("id", is_required=True, pattern=r"^[0-9AB]{5}-P-[0-9]{3}$"),
        *texts("nom", "num_siret", required=True),
        *texts("adresse", "url", "info"),
        PublishedField("insee", is_required=True, pattern=INSEE),
        PublishedField("type_usagers", is_required=True, enum=("tous", "abonnés")),
        PublishedField("tarif_pmr", enum=("gratuit", "normal_payant", "tarif_special")),
        PublishedField("type_ouvrage", enum=("enclos_en_surface", "ouvrage")),
        PublishedField("hauteur_max", is_required=True, pattern=r"^(?:[0-9]+|N/A)$"),
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

TREES = PublishedSchema(
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
        PublishedField("code_insee", pattern=INSEE),
        *texts(
            "famille", "genre", "espece", "cultivar_variete", "nom_vernaculaire", "code_postal", "adresse"
        ),
        *texts("matricule", "stade_developpement", "type_sol", "description_pied_arbre", "type_enracinement"),
        *texts("port_arbre", "contraintes_sol", "contraintes_aeriennes", "eclairage"),
    ),
)
"""The list of fields was read in excerpts: the last ones may miss, which only leaves their types to the values."""

EQUIPMENT = PublishedSchema(
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
        PublishedField("EQUIP_UID", is_required=True, pattern=r"^[0-9AB]{5}-[0-9]{8}-[0-9]{3}$"),
        *fields(ColumnType.NUMBER, "EQUIP_LAT", "EQUIP_LONG", required=True),
    ),
)


# Base Adresse Locale 1.4 (AITF): one row an address. What BaseAdresseNationale/validateur-bal (commit 04b458e7f) calls
# an error, without its warnings.
ADDRESSES = PublishedSchema(
    name="aitf/base-adresse-locale 1.4",
    title="Base adresse locale (BAL)",
    source="https://github.com/BaseAdresseNationale/validateur-bal",
    marks=("cle_interop", "commune_insee", "commune_nom", "voie_nom", "numero", "date_der_maj", "position"),
    key=("cle_interop",),
    commune="commune_insee",
    title_field="voie_nom",
    fields=(
        PublishedField(
            "cle_interop",
            is_required=True,
            pattern=r"^[0-9][0-9ABab][0-9]{3}_[0-9A-Za-z]{4}_[0-9]+(?:_[0-9A-Za-z]+)*$",
        ),
        PublishedField("commune_insee", is_required=True, pattern=INSEE),
        PublishedField("voie_nom", is_required=True, pattern=r"^.{3,200}$"),
        *fields(ColumnType.INTEGER, "numero", required=True, minimum=0),
        PublishedField("suffixe", pattern=r"^[0-9A-Za-z].{0,8}$"),
        *texts("commune_nom", "source", required=True),
        *fields(ColumnType.DATE, "date_der_maj", required=True),
        PublishedField(
            "position",
            enum=(
                "délivrance postale",
                "entrée",
                "bâtiment",
                "cage d’escalier",
                "cage d'escalier",
                "logement",
                "parcelle",
                "segment",
                "service technique",
            ),
        ),
        *fields(ColumnType.NUMBER, "x", "y", "long", "lat"),
        *fields(ColumnType.BOOLEAN, "certification_commune"),
        *texts("id_ban_commune", "id_ban_toponyme", "id_ban_adresse", "lieudit_complement_nom"),
        *texts("commune_deleguee_insee", "commune_deleguee_nom", "cad_parcelles"),
    ),
)

# schema-stationnement-cyclable 0.2.1 (datagouv/schema.data.gouv.fr, commit 4cadb77ff): one row a parking place.
BICYCLE_PARKING = PublishedSchema(
    name="etalab/schema-stationnement-cyclable 0.2.1",
    title="Stationnement cyclable",
    source="https://schema.data.gouv.fr/etalab/schema-stationnement-cyclable/",
    marks=("id_local", "capacite", "capacite_cargo", "type_accroche", "mobilier", "protection", "couverture"),
    key=("id_local",),
    commune="code_com",
    fields=(
        *texts("id_local", required=True),
        *fields(ColumnType.NUMBER, "xlong", "ylat", required=True),
        *fields(ColumnType.INTEGER, "capacite", required=True),
        PublishedField(
            "type_accroche",
            is_required=True,
            enum=("ROUE", "CADRE", "CADRE ET ROUE", "SANS ACCROCHE"),
        ),
        PublishedField(
            "mobilier",
            enum=(
                "ARCEAU",
                "RATELIER",
                "RACK DOUBLE ETAGE",
                "CROCHET",
                "SUPPORT GUIDON",
                "POTELET",
                "ARCEAU VELO GRANDE TAILLE",
                "AUCUN EQUIPEMENT",
                "AUTRE",
            ),
        ),
        PublishedField("acces", enum=("LIBRE ACCES", "ABONNEMENT OU INSCRIPTION PREALABLE", "PRIVE")),
        PublishedField(
            "protection",
            enum=("STATIONNEMENT NON FERME", "CONSIGNE COLLECTIVE FERMEE", "BOX INDIVIDUEL FERME", "AUTRE"),
        ),
        PublishedField("code_com", pattern=INSEE),
        *fields(ColumnType.INTEGER, "capacite_cargo", "d_service"),
        *fields(ColumnType.BOOLEAN, "gratuit", "couverture", "surveillance", "lumiere"),
        *fields(ColumnType.DATE, "date_maj"),
        *texts("id_osm", "url_info", "source", "proprietaire", "gestionnaire", "commentaires"),
    ),
)


SCHEMAS = (IRVE, PARKING, BICYCLE_PARKING, ADDRESSES, EQUIPMENT, PRESCRIPTIONS, TREES)


def recognise(titles: Sequence[str]) -> PublishedSchema | None:
    """Return the schema whose marks are nearly all among ``titles``."""
    present = {title.strip().lower() for title in titles}
    return next((schema for schema in SCHEMAS if _share(schema, present) >= schema.enough), None)


def _share(schema: PublishedSchema, present: set[str]) -> float:
    return sum(mark.lower() in present for mark in schema.marks) / len(schema.marks)
