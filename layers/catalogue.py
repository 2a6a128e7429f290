"""The kernel's own layer: the communes of the territory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.definitions import GeometryType, LayerDefinition, Metadata, Noun, fields_of
from layers.models import Commune
from layers.styles.definitions import Style

COMMUNES = LayerDefinition(
    slug="communes",
    model=Commune,
    title=_("Communes"),
    singular=_("Commune"),
    noun=Noun(
        _("commune"),
        _("communes"),
        _("commune"),
        _("communes"),
        is_feminine=True,
    ),
    geometry=GeometryType.MULTI_SURFACE,
    fields=fields_of(
        Commune,
        ["code", "nom", "siren", "codes_postaux", "population", "population_totale", "population_annee"],
        units={"population": "hab.", "population_totale": "hab."},
    ),
    title_field="nom",
    summary=("code", "codes_postaux", "population", "population_annee"),
    tile_fields=("code",),
    style=Style(token="c-slate", icon="map"),  # noqa: S106  (the name of a colour)
    metadata=Metadata(
        theme="territoire",
        abstract=_(
            "Limites des communes du territoire et leur population légale. Les limites sont simplifiées : elles "
            "situent, elles ne bornent pas."
        ),
        keywords=("commune", "limite administrative", "population", "INSEE"),
        frequency="ANNUAL",
        source=_(
            "Limites : IGN Admin Express COG 2018, d’après gregoiredavid/france-geojson, Licence Ouverte. "
            "Populations légales : INSEE."
        ),
    ),
    min_zoom=6,
)
