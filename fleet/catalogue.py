"""The layer of this app: the vehicles of a fleet, with what they run and consume each month. It has no geometry."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleet.models import Vehicle, VehicleReading
from fleet.vocabulary import CritAir, VehicleState
from layers.definitions import (
    Computation,
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Periodic,
    Relation,
    fields_of,
)
from layers.sql.computed import largest
from layers.styles.definitions import Category, Style

_FIELDS = [
    "numero",
    "immatriculation",
    "genre",
    "categorie",
    "energie",
    "marque",
    "modele",
    "date_premiere_immatriculation",
    "annee_immatriculation",
    "norme_euro",
    "co2_g_km",
    "critair",
    "etiquette_energie",
    "direction",
    "site",
    "commune",
    "etat",
    "date_entree",
    "date_sortie",
    "mode",
    "remplace",
    "part_faibles",
    "quota_faibles",
    "part_tres_faibles",
    "quota_tres_faibles",
    "prochain_releve",
    "conso_litres",
    "conso_kwh",
    "conso_reference",
    "ecart_conso",
]
_UNITS = {
    "co2_g_km": "g/km",
    "part_faibles": "%",
    "quota_faibles": "%",
    "part_tres_faibles": "%",
    "quota_tres_faibles": "%",
    "conso_litres": "L/100 km",
    "conso_kwh": "kWh/100 km",
    "conso_reference": "/100 km",
    "ecart_conso": "%",
}
_COLOURS = {
    CritAir.ELECTRIC: "t-nature",
    CritAir.ONE: "t-people",
    CritAir.TWO: "t-amenities",
    CritAir.THREE: "t-waste",
    CritAir.FOUR: "t-urbanism",
    CritAir.FIVE: "t-territory",
    CritAir.UNCLASSED: "t-mobility",
}

VEHICLES = LayerDefinition(
    slug="flotte-vehicules",
    model=Vehicle,
    title=_("Flotte : véhicules"),
    singular=_("Véhicule"),
    geometry=GeometryType.NONE,
    fields=(
        *fields_of(
            Vehicle,
            _FIELDS,
            units=_UNITS,
            facets=["genre", "energie", "critair", "etiquette_energie", "direction", "etat", "mode"],
            protected=["immatriculation"],
        ),
        Field(
            "dernier_releve",
            FieldType.DATE,
            _("dernier mois relevé"),
            computed=Computation("releves", largest("mois")),
        ),
    ),
    title_field="numero",
    summary=("genre", "energie", "critair", "direction", "etat", "prochain_releve"),
    style=Style(
        token="c-forest",  # noqa: S106  (the name of a colour)
        icon="car",
        field="critair",
        categories=tuple(Category(code.value, code.label, token) for code, token in _COLOURS.items()),
    ),
    metadata=Metadata(
        theme="climat",
        abstract=_(
            "Véhicules de la collectivité : énergie, classe Crit’Air, étiquette énergie, affectation, et relevés de "
            "chaque mois. Les classes sont calculées par les règles officielles, tenues en tables datées."
        ),
        keywords=("véhicule", "flotte", "Crit’Air", "consommation", "énergie"),
        frequency="MONTHLY",
        is_open=False,
    ),
    relations=(
        Relation(
            name="releves",
            title=_("Relevés"),
            model=VehicleReading,
            link="vehicle",
            fields=fields_of(
                VehicleReading,
                ["mois", "kilometrage", "litres", "kwh", "kg_gaz", "cout_eur", "co2_kg", "saisi_le"],
                units={
                    "kilometrage": "km",
                    "litres": "L",
                    "kwh": "kWh",
                    "kg_gaz": "kg",
                    "cout_eur": "€",
                    "co2_kg": "kg",
                },
            ),
            order_by=("-mois", "pk"),
            periodic=Periodic(
                "mois",
                ("kilometrage", "litres", "kwh", "kg_gaz", "cout_eur"),
                required=~Q(etat=VehicleState.RETIRED),
                identifying_fields=("marque", "modele", "site"),
            ),
        ),
    ),
)
