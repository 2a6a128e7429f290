"""The layers of this app: addresses, parcels, the road network, public easements."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from layers.definitions import (
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Noun,
    Text,
    field_of,
    fields_of,
)
from layers.styles.colours import CLASS
from layers.styles.definitions import Category, Labels, Style
from layers.styles.symbols import LAYER_ICON, Fill, Marker, Stroke, Symbol
from reference_data.models import (
    Address,
    Easement,
    Generator,
    LineGenerator,
    Parcel,
    PointGenerator,
    RoadSection,
    SurfaceGenerator,
)
from reference_data.vocabulary import EASEMENTS, Importance, TrafficDirection

# From this zoom on a street is some pixels away from the next one.
_STREETS = 12
# A circle of 500 m is some ten pixels wide.
_PERIMETERS = 10
# Addresses and parcels would cover everything before one sees a block of houses.
_HOUSES = 15


def _road(width: float, dash: tuple[float, ...] = ()) -> Symbol:
    """Return a line that widens as one comes nearer."""
    return (
        Stroke(width=width / 2, dash=dash, zooms=(0, 14)),
        Stroke(width=width, dash=dash, zooms=(14, 24)),
    )


_ROADS: tuple[tuple[Importance, float, Symbol], ...] = (
    (Importance.VILLES, 1.0, _road(7)),
    (Importance.DEPARTEMENTS, 1.0, _road(6)),
    (Importance.COMMUNES, 0.9, _road(5)),
    (Importance.QUARTIERS, 0.7, _road(4)),
    (Importance.DESSERTE, 0.55, _road(3)),
    (Importance.LOCALE, 0.55, _road(2, (4, 3))),
)

ROAD_SECTIONS = LayerDefinition(
    slug="troncons-de-route",
    model=RoadSection,
    title=_("Tronçons de route"),
    singular=_("Tronçon de route"),
    noun=Noun(_("tronçon de route"), _("tronçons de route"), _("tronçon"), _("tronçons")),
    geometry=GeometryType.LINE,
    fields=fields_of(
        RoadSection,
        [
            "nom_voie",
            "commune",
            "nature",
            "importance",
            "sens_de_circulation",
            "cpx_numero",
            "etat_de_l_objet",
            "nombre_de_voies",
            "largeur_de_chaussee",
            "vitesse_moyenne_vl",
            "urbain",
            "position_par_rapport_au_sol",
            "nom_voie_ban_gauche",
            "nom_voie_ban_droite",
            "insee_commune_gauche",
            "insee_commune_droite",
            "bornes_debut_gauche",
            "bornes_fin_gauche",
            "bornes_debut_droite",
            "bornes_fin_droite",
            "cleabs",
        ],
        units={"largeur_de_chaussee": "m", "vitesse_moyenne_vl": "km/h"},
        facets=["commune", "nature", "importance", "sens_de_circulation"],
        value_synonyms={
            "sens_de_circulation": {
                TrafficDirection.DIRECT: ("sens unique",),
                TrafficDirection.INVERSE: ("sens unique",),
            },
        },
    ),
    synonyms=("rue", "voie", "route", "voirie"),
    title_field="nom_voie",
    summary=("nature", "importance", "sens_de_circulation", "nombre_de_voies", "largeur_de_chaussee"),
    tile_fields=("nature",),
    style=Style(
        token="c-slate",  # noqa: S106  (the name of a colour)
        icon="road",
        field="importance",
        categories=tuple(
            Category(code.value, code.label, "c-slate", strength, symbol) for code, strength, symbol in _ROADS
        ),
        labels=Labels("nom_voie", zoom=15.5),
        rank=-1,
    ),
    metadata=Metadata(
        theme="mobilite",
        abstract=_(
            "Tronçons de voie entre deux carrefours, sous les noms de la BD TOPO de l’IGN : noms, nature, importance, "
            "sens, communes et numéros de chaque côté."
        ),
        keywords=("route", "voirie", "rue", "BD TOPO", "IGN"),
        frequency="QUARTERLY",
    ),
    min_zoom=_STREETS,
)

_ADDRESS_SYMBOL: Symbol = (
    Marker(size=5, stroke_width=1, zooms=(0, 16.5)),
    Marker(size=16, icon=LAYER_ICON, zooms=(16.5, 24)),
)

ADDRESSES = LayerDefinition(
    slug="adresses",
    model=Address,
    is_address=True,
    title=_("Adresses"),
    singular=_("Adresse"),
    noun=Noun(_("adresse"), _("adresses"), _("adresse"), _("adresses"), is_feminine=True),
    geometry=GeometryType.POINT,
    fields=(
        *fields_of(
            Address,
            [
                "adresse",
                "commune",
                "numero",
                "rep",
                "nom_voie",
                "code_postal",
                "code_insee",
                "nom_commune",
                "libelle_acheminement",
                "type_position",
                "nom_ld",
                "alias",
                "nom_afnor",
                "code_insee_ancienne_commune",
                "nom_ancienne_commune",
                "certification_commune",
                "source_position",
                "source_nom_voie",
                "cad_parcelles",
                "id_ban",
                "id_fantoir",
            ],
            facets=["commune", "code_postal", "type_position", "certification_commune"],
            additive={"numero": False},
        ),
        # The portal computes them from the position, as numbers.
        *(
            replace(field_of(Address, name, is_additive=False), type=FieldType.NUMBER)
            for name in ("x", "y", "lon", "lat")
        ),
    ),
    synonyms=("numéro de rue",),
    title_field="adresse",
    summary=("code_postal", "nom_commune", "type_position", "certification_commune", "cad_parcelles"),
    style=Style(
        token="c-cocoa",  # noqa: S106  (the name of a colour)
        icon="house",
        symbol=_ADDRESS_SYMBOL,
        labels=Labels("numero", size=11, zoom=17),
        rank=-1,
    ),
    metadata=Metadata(
        theme="territoire",
        abstract=_(
            "Adresses numérotées dans les colonnes de la Base adresse nationale : numéro, voie, commune, type de "
            "position, certification et parcelles."
        ),
        keywords=("adresse", "BAN", "géocodage"),
        frequency="WEEKLY",
    ),
    min_zoom=_HOUSES,
)

PARCELS = LayerDefinition(
    slug="parcelles",
    model=Parcel,
    title=_("Parcelles"),
    singular=_("Parcelle"),
    noun=Noun(_("parcelle"), _("parcelles"), _("parcelle"), _("parcelles"), is_feminine=True),
    geometry=GeometryType.MULTI_SURFACE,
    fields=fields_of(
        Parcel,
        [
            "reference",
            "commune",
            "section",
            "numero",
            "prefixe",
            "contenance",
            "arpente",
            "created",
            "updated",
            "code_insee",
            "idu",
        ],
        units={"contenance": "m²"},
        facets=["commune", "section", "arpente"],
    ),
    synonyms=("cadastre", "cadastral", "parcelle cadastrale"),
    title_field="reference",
    summary=("contenance", "idu", "arpente", "updated"),
    style=Style(
        token="c-plum",  # noqa: S106  (the name of a colour)
        icon="grid-3x3",
        symbol=(Fill(CLASS, opacity=0.04), Stroke(width=0.8)),
        labels=Labels("numero", size=11, zoom=16.5),
        rank=-2,
    ),
    metadata=Metadata(
        theme="territoire",
        abstract=_(
            "Parcelles cadastrales dans les colonnes du cadastre d’Etalab. La contenance est la surface légale ; celle "
            "du dessin peut différer."
        ),
        keywords=("cadastre", "parcelle", "foncier", "DGFiP"),
        frequency="QUARTERLY",
    ),
    min_zoom=_HOUSES,
)

# By the first letters of a category: what it protects.
_FAMILIES = {"A": "c-wine", "E": "c-navy", "I": "c-amber", "P": "c-violet", "T": "c-teal"}
_PERIMETER: Symbol = (Fill(CLASS, opacity=0.08), Stroke(width=1.5, dash=(6, 3)))

EASEMENT_PERIMETERS = LayerDefinition(
    slug="servitudes",
    model=Easement,
    title=_("Servitudes d’utilité publique"),
    singular=_("Servitude d’utilité publique"),
    noun=Noun(
        _("servitude d’utilité publique"),
        _("servitudes d’utilité publique"),
        _("servitude"),
        _("servitudes"),
        is_feminine=True,
    ),
    geometry=GeometryType.MULTI_SURFACE,
    fields=fields_of(
        Easement,
        [
            "nomass",
            "suptype",
            "commune",
            "typeass",
            "modegeoass",
            "paramcalc",
            "srcgeoass",
            "datesrcass",
            "idgen",
            "idass",
        ],
        units={"paramcalc": "m"},
        facets=["commune", "suptype", "modegeoass"],
        value_synonyms={
            "suptype": {
                "AC1": (
                    "périmètre de monument",
                    "périmètre d’un monument",
                    "périmètre de monument historique",
                    "abords de monument",
                    "abords d’un monument",
                ),
            },
        },
    ),
    synonyms=("SUP", "servitude", "périmètre", "périmètre de protection", "abords"),
    title_field="nomass",
    summary=("suptype", "typeass", "modegeoass", "paramcalc"),
    style=Style(
        token="c-wine",  # noqa: S106  (the name of a colour)
        icon="scale",
        field="suptype",
        symbol=_PERIMETER,
        categories=tuple(
            Category(code, title, _FAMILIES[code[0]], symbol=_PERIMETER) for code, title in EASEMENTS.items()
        ),
        rank=-1,
    ),
    metadata=Metadata(
        theme="urbanisme",
        abstract=_(
            "Assiettes des servitudes d’utilité publique selon le standard CNIG SUP : catégorie, nom et mode de "
            "construction, qui distingue un rayon de 500 m d’un périmètre décidé. Seul l’acte fait foi."
        ),
        keywords=("servitude", "SUP", "urbanisme", "monument historique", "CNIG"),
        frequency="AS_NEEDED",
    ),
    min_zoom=_PERIMETERS,
)


def _generators(
    slug: str,
    model: type[Generator],
    title: Text,
    geometry: GeometryType,
    icon: str,
    symbol: Symbol,
) -> LayerDefinition:
    """Describe what generates easements, of one geometry: their fields are the same."""
    return LayerDefinition(
        slug=slug,
        model=model,
        title=title,
        singular=_("Générateur de servitude"),
        noun=Noun(
            _("générateur de servitude"),
            _("générateurs de servitudes"),
            _("générateur"),
            _("générateurs"),
        ),
        geometry=geometry,
        fields=fields_of(
            model,
            [
                "nomgen",
                "suptype",
                "commune",
                "typegen",
                "modegenere",
                "srcgeogen",
                "datesrcgen",
                "idgen",
                "idsup",
            ],
            facets=["commune", "suptype", "typegen"],
        ),
        synonyms=("générateur de SUP",),
        title_field="nomgen",
        summary=("suptype", "typegen", "idsup"),
        style=Style(
            token="c-wine",  # noqa: S106  (the name of a colour)
            icon=icon,
            field="suptype",
            symbol=symbol,
            categories=tuple(
                Category(code, title, _FAMILIES[code[0]], symbol=symbol) for code, title in EASEMENTS.items()
            ),
            rank=-1,
        ),
        metadata=Metadata(
            theme="urbanisme",
            abstract=_(
                "Générateurs des servitudes d’utilité publique selon le standard CNIG SUP : le monument, la ligne ou "
                "le site qui crée la servitude. Seules les assiettes limitent l’usage des terrains."
            ),
            keywords=("servitude", "SUP", "urbanisme", "CNIG"),
            frequency="AS_NEEDED",
        ),
        min_zoom=_STREETS,
    )


POINT_GENERATORS = _generators(
    "servitudes-generateurs-pct",
    PointGenerator,
    _("Servitudes : générateurs ponctuels"),
    GeometryType.POINT,
    "gavel",
    (Marker(size=12, icon=LAYER_ICON),),
)
LINE_GENERATORS = _generators(
    "servitudes-generateurs-lin",
    LineGenerator,
    _("Servitudes : générateurs linéaires"),
    GeometryType.MULTI_LINE,
    "cable",
    (Stroke(width=2.5),),
)
SURFACE_GENERATORS = _generators(
    "servitudes-generateurs-surf",
    SurfaceGenerator,
    _("Servitudes : générateurs surfaciques"),
    GeometryType.MULTI_SURFACE,
    "scroll-text",
    (Fill(CLASS, opacity=0.2), Stroke(width=2)),
)
