"""The layers of this app: playgrounds and charging stations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amenities.models import (
    ChargePoint,
    ChargingStation,
    Equipment,
    Inspection,
    Intervention,
    Photo,
    Playground,
)
from amenities.parsing.irve import ORDER
from amenities.vocabulary import INSPECTION_INTERVALS, Connector, InspectionResult, PlaygroundState
from layers.definitions import (
    Computation,
    Due,
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Noun,
    OfficialFile,
    Relation,
    Status,
    fields_of,
)
from layers.sql.computed import codes_of_records, largest, latest, record_count
from layers.styles.definitions import Category, Labels, Style

_PLAYGROUND_FIELDS = [
    "nom",
    "commune",
    "adresse",
    "etat",
    "age_min",
    "age_max",
    "surface_m2",
    "sol_amortissant",
    "cloture",
    "accessibilite_pmr",
    "ombrage",
    "point_eau",
    "eclairage",
    "horaires",
    "exploitant",
    "date_ouverture",
]
_EQUIPMENT_FIELDS = [
    "type",
    "etat",
    "fabricant",
    "modele",
    "n_serie",
    "annee_pose",
    "norme",
    "hauteur_chute_m",
    "age_min",
    "age_max",
    "certificat_url",
]
_INSPECTION_FIELDS = [
    "date",
    "type",
    "resultat",
    "organisme",
    "controleur",
    "observations",
    "rapport_url",
    "prochaine_echeance",
]
_INTERVENTION_FIELDS = [
    "date_demande",
    "date",
    "nature",
    "statut",
    "description",
    "entreprise",
    "cout_eur",
]
_PHOTO_FIELDS = ["legende", "zone", "credit", "date_prise_vue", "width", "height"]
_YEARS = {"age_min": "ans", "age_max": "ans"}
# What a desktop reads of the records of a playground: those of inspections follow the rights of inspections.
_COMPUTED_OF_PLAYGROUND = (
    Field(
        "nombre_equipements",
        FieldType.INTEGER,
        _("nombre d’équipements"),
        computed=Computation("equipements", record_count),
    ),
    Field(
        "dernier_controle",
        FieldType.DATE,
        _("dernier contrôle"),
        synonyms=("inspecté", "inspection", "dernière inspection"),
        computed=Computation("inspections", latest("date", since="date")),
    ),
    Field(
        "dernier_controle_resultat",
        FieldType.TEXT,
        _("résultat du dernier contrôle"),
        choices=tuple(InspectionResult.choices),
        is_facet=True,
        computed=Computation("inspections", latest("resultat", since="date")),
    ),
)

_WORDS_OF_EQUIPMENT = {
    "ressort": ("ressort", "jeu à ressort", "cheval à ressort"),
    "structure": ("structure", "structure de jeux", "structure à grimper"),
    "mur_escalade": ("escalade", "mur à grimper"),
}
_WORDS_OF_STATE = {"hors_service": ("en panne", "cassé", "HS"), "bon": ("bon", "en bon état")}
"""What people say for kinds of play equipment, and for its condition."""

PLAYGROUNDS = LayerDefinition(
    slug="aires-de-jeux",
    model=Playground,
    title=_("Aires de jeux"),
    singular=_("Aire de jeux"),
    noun=Noun(
        _("aire de jeux"),
        _("aires de jeux"),
        _("aire de jeux"),
        _("aires de jeux"),
        is_feminine=True,
    ),
    geometry=GeometryType.POINT,
    fields=fields_of(
        Playground,
        _PLAYGROUND_FIELDS,
        units={"surface_m2": "m²"} | _YEARS,
        facets=["commune", "etat", "sol_amortissant", "accessibilite_pmr", "ombrage", "exploitant"],
        synonyms={
            "accessibilite_pmr": ("PMR", "fauteuil roulant", "handicapé"),
            "point_eau": ("eau", "fontaine"),
        },
        value_synonyms={
            "ombrage": {"total": ("totalement ombragé", "entièrement ombragé")},
            "etat": {"ferme": ("hors service",)},
        },
    )
    + _COMPUTED_OF_PLAYGROUND,
    synonyms=("jeux", "jeux pour enfants", "toboggan", "terrain de jeux"),
    title_field="nom",
    address_field="adresse",
    summary=("etat", "age_min", "age_max", "adresse", "accessibilite_pmr", "cloture"),
    status=Status(
        field="etat",
        words=(
            (PlaygroundState.OUVERT, _("Ouverte"), "good"),
            (PlaygroundState.PARTIEL, _("Ouverte en partie"), "warn"),
            (PlaygroundState.TRAVAUX, _("En travaux"), "warn"),
            (PlaygroundState.FERME, _("Fermée"), "bad"),
        ),
        hours="horaires",
    ),
    tile_fields=("age_min", "age_max"),
    style=Style(
        token="c-amber",  # noqa: S106  (the name of a colour)
        icon="maki:playground",
        field="etat",
        categories=(
            Category(PlaygroundState.OUVERT, PlaygroundState.OUVERT.label, "c-amber"),
            Category(PlaygroundState.PARTIEL, PlaygroundState.PARTIEL.label, "c-amber", 0.65),
            Category(PlaygroundState.TRAVAUX, PlaygroundState.TRAVAUX.label, "c-amber", 0.45),
            Category(PlaygroundState.FERME, PlaygroundState.FERME.label, "c-amber", 0.25),
        ),
        labels=Labels("nom", zoom=14.5, priority="surface_m2"),
    ),
    metadata=Metadata(
        theme="equipements",
        abstract=_(
            "Aires de jeux des communes : tranches d’âge, sols, accès, équipements. Les contrôles et les "
            "interventions sont réservés aux services gestionnaires."
        ),
        keywords=("aire de jeux", "enfants", "square", "équipement"),
        frequency="AS_NEEDED",
    ),
    relations=(
        Relation(
            name="equipements",
            title=_("Équipements"),
            model=Equipment,
            link="playground",
            fields=fields_of(
                Equipment,
                _EQUIPMENT_FIELDS,
                units={"hauteur_chute_m": "m"} | _YEARS,
                value_synonyms={"type": _WORDS_OF_EQUIPMENT, "etat": _WORDS_OF_STATE},
            ),
            order_by=("type", "pk"),
        ),
        Relation(
            name="inspections",
            title=_("Contrôles"),
            model=Inspection,
            link="playground",
            fields=fields_of(Inspection, _INSPECTION_FIELDS),
            order_by=("-date", "pk"),
            is_protected=True,
            due=Due(
                field="prochaine_echeance",
                since="date",
                kind="type",
                author="controleur",
                intervals=INSPECTION_INTERVALS,
                latest=_("Dernier contrôle"),
                result=Status(
                    field="resultat",
                    words=(
                        (InspectionResult.CONFORME, InspectionResult.CONFORME.label, "good"),
                        (InspectionResult.RESERVE_MINEURE, InspectionResult.RESERVE_MINEURE.label, "warn"),
                        (InspectionResult.RESERVE_MAJEURE, InspectionResult.RESERVE_MAJEURE.label, "warn"),
                        (InspectionResult.DANGER, InspectionResult.DANGER.label, "bad"),
                    ),
                ),
            ),
        ),
        Relation(
            name="interventions",
            title=_("Interventions"),
            model=Intervention,
            link="playground",
            fields=fields_of(Intervention, _INTERVENTION_FIELDS, units={"cout_eur": "€"}),
            order_by=("-date", "pk"),
            time_field="date",
            is_protected=True,
        ),
        Relation(
            name="photos",
            title=_("Photos"),
            model=Photo,
            link="playground",
            fields=fields_of(Photo, _PHOTO_FIELDS),
            is_gallery=True,
            part_field="zone",
        ),
    ),
    min_zoom=9,
)

# Every field of the IRVE static schema 2.3.1 is here or in the relation, under its official name.
_STATION_FIELDS = [
    "nom_station",
    "commune",
    "nom_enseigne",
    "adresse_station",
    "implantation_station",
    "nbre_pdc",
    "condition_acces",
    "horaires",
    "restriction_gabarit",
    "station_deux_roues",
    "nom_amenageur",
    "siren_amenageur",
    "contact_amenageur",
    "nom_operateur",
    "contact_operateur",
    "telephone_operateur",
    "id_station_itinerance",
    "id_station_local",
    "code_insee_commune",
    "coordonneesXY",
    "raccordement",
    "num_pdl",
    "date_mise_en_service",
    "date_maj",
]
_POINT_FIELDS = [
    "id_pdc_itinerance",
    "id_pdc_local",
    "puissance_nominale",
    "prise_type_ef",
    "prise_type_2",
    "prise_type_combo_ccs",
    "prise_type_chademo",
    "prise_type_autre",
    "gratuit",
    "paiement_acte",
    "paiement_cb",
    "paiement_autre",
    "tarification",
    "reservation",
    "accessibilite_pmr",
    "observations",
    "date_maj",
    "cable_t2_attache",
]

_WORDS_OF_POINT = {
    "gratuit": ("recharge gratuite",),
    "paiement_cb": ("CB", "carte bancaire", "carte bleue"),
    "paiement_acte": ("paiement sans abonnement",),
    "cable_t2_attache": ("câble attaché", "câble intégré"),
    "prise_type_ef": ("prise domestique", "prise domestique EF", "prise EF", "prise E/F", "prise ordinaire"),
}
"""What people say for a question that a charge point answers by yes."""
_ACCESSIBLE = (
    *("PMR", "accessible", "accessible PMR", "accès PMR", "accessible aux personnes à mobilité réduite"),
    *("fauteuil roulant", "accessible en fauteuil roulant", "handicapés", "accessible aux handicapés"),
)
_WORDS_OF_ACCESS = {"Réservé PMR": _ACCESSIBLE, "Accessible mais non réservé PMR": _ACCESSIBLE}

_COMPUTED_OF_STATION = (
    Field(
        "puissance_max",
        FieldType.NUMBER,
        _("puissance maximale"),
        description=_("Puissance nominale du point de recharge le plus puissant."),
        unit="kW",
        computed=Computation("points_de_charge", largest("puissance_nominale")),
    ),
    Field(
        "connecteurs",
        FieldType.TEXTS,
        _("connecteurs"),
        description=_("Types de prise d’un point de recharge au moins."),
        choices=tuple(Connector.choices),
        is_facet=True,
        synonyms=("prise", "connecteur"),
        computed=Computation(
            "points_de_charge",
            codes_of_records(
                {
                    "prise_type_2": Connector.TYPE_2,
                    "prise_type_combo_ccs": Connector.COMBO_CCS,
                    "prise_type_chademo": Connector.CHADEMO,
                    "prise_type_ef": Connector.TYPE_EF,
                    "prise_type_autre": Connector.AUTRE,
                }
            ),
        ),
    ),
)

CHARGING_STATIONS = LayerDefinition(
    slug="bornes-de-recharge",
    model=ChargingStation,
    title=_("Bornes de recharge"),
    singular=_("Station de recharge"),
    noun=Noun(
        _("station de recharge"),
        _("stations de recharge"),
        _("station"),
        _("stations"),
        is_feminine=True,
    ),
    geometry=GeometryType.POINT,
    fields=fields_of(
        ChargingStation,
        _STATION_FIELDS,
        facets=[
            "commune",
            "nom_enseigne",
            "nom_operateur",
            "implantation_station",
            "condition_acces",
            "station_deux_roues",
        ],
        synonyms={"nbre_pdc": ("point de charge", "PDC")},
        value_synonyms={
            "condition_acces": {
                "Accès libre": ("ouvert à tous", "accessible à tous", "libre accès", "accès public"),
                "Accès réservé": ("accès restreint", "accès limité"),
            }
        },
        # The number of an electricity meter: it lets others ask for its consumption.
        protected=["num_pdl"],
    )
    + _COMPUTED_OF_STATION,
    synonyms=("borne électrique", "borne de charge", "point de recharge", "IRVE"),
    title_field="nom_station",
    address_field="adresse_station",
    summary=("nom_enseigne", "adresse_station", "nbre_pdc", "condition_acces", "horaires"),
    tile_fields=("nom_enseigne", "nbre_pdc"),
    style=Style(
        token="c-blue",  # noqa: S106  (the name of a colour)
        icon="maki:charging-station",
        labels=Labels("nom_station", zoom=15, priority="nbre_pdc"),
    ),
    metadata=Metadata(
        theme="mobilite",
        abstract=_(
            "Stations de recharge pour véhicules électriques et leurs points de recharge, selon le schéma "
            "national IRVE statique 2.3.1."
        ),
        keywords=("IRVE", "recharge", "véhicule électrique", "mobilité"),
        frequency="MONTHLY",
    ),
    relations=(
        Relation(
            name="points_de_charge",
            title=_("Points de recharge"),
            model=ChargePoint,
            link="station",
            fields=fields_of(
                ChargePoint,
                _POINT_FIELDS,
                units={"puissance_nominale": "kW"},
                synonyms=_WORDS_OF_POINT,
                value_synonyms={"accessibilite_pmr": _WORDS_OF_ACCESS},
            ),
            order_by=("id_pdc_itinerance", "id_pdc_local", "pk"),
        ),
    ),
    time_field="date_maj",
    official_file=OfficialFile(
        title=_("Fichier officiel IRVE (CSV, schéma 2.3.1)"),
        relation="points_de_charge",
        columns=ORDER,
    ),
    min_zoom=9,
)
