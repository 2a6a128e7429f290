"""Charging points: schema-irve-statique 2.3.1 (etalab/schema-irve, commit c54787771, 2025-12-02); one row a point."""

from __future__ import annotations

from datasets.inference.known_fields.definitions import INSEE, KnownField, KnownSchema, fields, texts
from datasets.vocabulary import ColumnType

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
