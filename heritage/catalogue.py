"""The layers of this app: heritage buildings and remarkable trees."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto
from heritage.vocabulary import BuildingProtection
from layers.definitions import (
    Computation,
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Noun,
    Relation,
    fields_of,
)
from layers.sql.computed import record_count
from layers.styles.definitions import Category, Labels, Style
from layers.styles.symbols import point_symbol

# The strongest protections in the full colour of the layer, then fading; what is no monument has a shape of its own.
_PROTECTION_LOOKS: tuple[tuple[BuildingProtection, float, str], ...] = (
    (BuildingProtection.CLASSE_MH, 1, "circle"),
    (BuildingProtection.INSCRIT_MH, 0.8, "circle"),
    (BuildingProtection.MH_A_VERIFIER, 0.6, "circle"),
    (BuildingProtection.SITE_CLASSE, 1, "square"),
    (BuildingProtection.LABEL_ACR, 0.8, "hexagon"),
    (BuildingProtection.L151_19, 0.8, "pentagon"),
    (BuildingProtection.A_VERIFIER, 0.4, "circle"),
    (BuildingProtection.NON_PROTEGE, 0.25, "circle"),
)

_PHOTO_FIELDS = ["legende", "credit", "date_prise_vue", "width", "height"]

BUILDINGS = LayerDefinition(
    slug="batiments-patrimoniaux",
    model=HeritageBuilding,
    title=_("Bâtiments patrimoniaux"),
    singular=_("Bâtiment patrimonial"),
    noun=Noun(
        _("bâtiment patrimonial"),
        _("bâtiments patrimoniaux"),
        _("bâtiment"),
        _("bâtiments"),
    ),
    geometry=GeometryType.POINT,
    fields=(
        *fields_of(
            HeritageBuilding,
            [
                "denomination",
                "commune",
                "adresse",
                "datation",
                "siecle",
                "auteur",
                "interet",
                "protection",
                "date_protection",
                "detail_protection",
                "ref_merimee",
                "code_plui",
                "precision_position",
                "source",
                "confiance",
                "etat_inventaire",
                "position_verifiee_le",
                "merimee_verifiee_le",
                "protection_verifiee_le",
            ],
            units={"precision_position": "m"},
            facets=[
                "commune",
                "protection",
                "siecle",
                "interet",
                "code_plui",
                "confiance",
                "etat_inventaire",
            ],
            value_synonyms={
                "protection": {
                    BuildingProtection.CLASSE_MH: ("monument historique", "protégé"),
                    BuildingProtection.INSCRIT_MH: ("monument historique", "protégé"),
                    BuildingProtection.MH_A_VERIFIER: ("monument historique", "protégé"),
                    BuildingProtection.SITE_CLASSE: ("protégé",),
                    BuildingProtection.L151_19: ("protégé",),
                }
            },
        ),
        Field(
            "nombre_photos",
            FieldType.INTEGER,
            _("nombre de photos"),
            computed=Computation("photos", record_count),
        ),
    ),
    synonyms=("bâtiment", "monument", "édifice", "bâtiment remarquable", "bâtiment historique"),
    title_field="denomination",
    address_field="adresse",
    precision_field="precision_position",
    summary=("protection", "datation", "auteur", "adresse", "precision_position"),
    style=Style(
        token="c-wine",  # noqa: S106  (the name of a colour)
        icon="maki:museum",
        field="protection",
        categories=tuple(
            Category(code.value, code.label, "c-wine", strength, point_symbol(shape))
            for code, strength, shape in _PROTECTION_LOOKS
        ),
        labels=Labels("denomination", zoom=14.5),
    ),
    metadata=Metadata(
        theme="urbanisme",
        abstract=_(
            "Bâtiments et sites d’intérêt patrimonial : datation, auteur, protection, référence Mérimée quand elle "
            "a été vérifiée, et précision de la position de chacun."
        ),
        keywords=("patrimoine", "monument historique", "architecture", "Mérimée", "L151-19"),
        frequency="AS_NEEDED",
    ),
    relations=(
        Relation(
            name="photos",
            title=_("Photos"),
            model=BuildingPhoto,
            link="building",
            fields=fields_of(BuildingPhoto, _PHOTO_FIELDS),
            is_gallery=True,
        ),
    ),
    time_field="date_protection",
    min_zoom=9,
)

TREES = LayerDefinition(
    slug="arbres-remarquables",
    model=RemarkableTree,
    title=_("Arbres remarquables"),
    singular=_("Arbre remarquable"),
    noun=Noun(
        _("arbre remarquable"),
        _("arbres remarquables"),
        _("arbre"),
        _("arbres"),
    ),
    geometry=GeometryType.POINT,
    fields=fields_of(
        RemarkableTree,
        [
            "nom_vernaculaire",
            "commune",
            "adresse",
            "genre",
            "espece",
            "famille",
            "cultivar_variete",
            "hauteur",
            "circonference",
            "diametre_couronne",
            "stade_developpement",
            "date_plantation",
            "date_releve",
            "critere",
            "remarquable",
            "protege",
            "protection",
            "statut_foncier",
            "etat_sanitaire",
            "date_dernier_diagnostic",
            "matricule",
            "precision_position",
            "source",
        ],
        units={"hauteur": "m", "circonference": "cm", "diametre_couronne": "m", "precision_position": "m"},
        facets=["commune", "genre", "critere", "protection", "protege", "statut_foncier"],
        synonyms={
            "hauteur": ("haut",),
            "diametre_couronne": ("envergure",),
            "circonference": ("tour de tronc",),
        },
        # A poor diagnosis starts rumours before the works are decided: the green spaces service reads it.
        protected=["etat_sanitaire", "date_dernier_diagnostic"],
    ),
    synonyms=("arbre",),
    title_field="nom_vernaculaire",
    address_field="adresse",
    precision_field="precision_position",
    summary=("genre", "espece", "hauteur", "circonference", "critere", "adresse"),
    tile_fields=("genre",),
    style=Style(
        token="c-leaf",  # noqa: S106  (the name of a colour)
        icon="maki:park",
        labels=Labels("nom_vernaculaire", zoom=14, priority="hauteur"),
    ),
    metadata=Metadata(
        theme="nature",
        abstract=_(
            "Arbres remarquables par leurs dimensions, leur âge, leur rareté, leur histoire ou leur place dans le "
            "paysage, sous les noms du schéma des arbres urbains (schema-arbre 0.3.1)."
        ),
        keywords=("arbre", "arbre remarquable", "nature en ville", "paysage"),
        frequency="ANNUAL",
    ),
    relations=(
        Relation(
            name="photos",
            title=_("Photos"),
            model=TreePhoto,
            link="tree",
            fields=fields_of(TreePhoto, _PHOTO_FIELDS),
            is_gallery=True,
        ),
    ),
    time_field="date_releve",
    min_zoom=9,
)
