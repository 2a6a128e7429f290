"""A layer made without a file, and its public form: defects of street furniture that residents report to a town."""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, uuid5

from django.contrib.gis.geos import Point

from datasets.definitions import DatasetSchema, SchemaField
from datasets.vocabulary import ColumnType, GeometryKind
from gisportal.demo.datasets.town_layers import create_town_layer
from gisportal.demo.sample_rows import read_territory, seeded_random
from layers import access
from layers.digests import stable_digest
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.models import Answer, Form
from webforms.vocabulary import Audience

DEFECTS = "defauts-mobilier-urbain"
TITLE = "Défauts de mobilier urbain"
_COMMUNE = "92048"
_STRING = ColumnType.STRING
SCHEMA = DatasetSchema(
    fields=(
        SchemaField(
            "mobilier", _STRING, "f1_mobilier", "Mobilier", title="Mobilier",
            enum=("banc", "corbeille", "lampadaire", "panneau", "potelet", "autre"),
            enum_labels=("Banc", "Corbeille", "Lampadaire", "Panneau", "Potelet", "Autre"),
            is_required=True, is_facet=True,
        ),
        SchemaField(
            "defaut", _STRING, "f2_defaut", "Défaut", title="Défaut",
            enum=("casse", "sale", "eteint", "absent", "dangereux"),
            enum_labels=("Cassé", "Sale", "Éteint", "Absent", "Dangereux"),
            enum_colours=("#d95f02", "#7570b3", "#666666", "#1b9e77", "#b30000"),
            is_required=True, is_facet=True,
        ),
        SchemaField("precision", _STRING, "f3_precision", "Précision", title="Précision"),
        SchemaField("rue", _STRING, "f4_rue", "Rue", title="Rue"),
        SchemaField("vu_le", ColumnType.DATE, "f5_vu_le", "Vu le", title="Vu le"),
    ),
    geometry=GeometryKind.POINT,
    key=(),
    title_field="mobilier",
)  # fmt: skip
FORM = {
    "sections": [
        {
            "title": "Où est-ce ?",
            "items": [
                {"name": "position", "kind": "position", "label": "L’endroit", "required": True},
                {
                    "name": "rue", "kind": "text", "label": "La rue", "field": "rue", "place": "street",
                    "help": "Le nom de la voie, ou l’adresse la plus proche.",
                },
            ],
        },
        {
            "title": "Que se passe-t-il ?",
            "items": [
                {"name": "mobilier", "kind": "choice", "label": "Quel mobilier", "field": "mobilier", "required": True},
                {"name": "defaut", "kind": "choice", "label": "Quel défaut", "field": "defaut", "required": True},
                {
                    "name": "attention", "kind": "note",
                    "label": "S’il y a un danger immédiat, appelez d’abord le 112.",
                    "condition": {"field": "defaut", "op": "=", "value": "dangereux"},
                },
                {
                    "name": "precision", "kind": "long_text", "label": "Ce que vous voyez", "field": "precision",
                    "required": True,
                    "condition": {
                        "any": [
                            {"field": "mobilier", "op": "=", "value": "autre"},
                            {"field": "defaut", "op": "in", "value": ["casse", "dangereux"]},
                        ]
                    },
                },
                {"name": "vu_le", "kind": "date", "label": "Vu le", "field": "vu_le"},
                {"name": "photo", "kind": "photo", "label": "Une photo", "max_files": 2},
            ],
        },
    ]
}  # fmt: skip
_ROWS = (
    ("banc", "casse", "Une latte manque."),
    ("lampadaire", "eteint", None),
    ("corbeille", "sale", None),
    ("potelet", "absent", None),
    ("panneau", "casse", "Le panneau est plié."),
)
_WAITING = (
    ("banc", "dangereux", "Des vis dépassent de l’assise."),
    ("corbeille", "casse", "Le couvercle est arraché."),
    ("autre", "sale", "Une affiche couvre le plan de quartier."),
)


def load_street_furniture(*, anchor: dt.date) -> None:
    """Make the layer, its rows, its form and answers that wait, where they are missing."""
    scope = create_town_layer(
        slug=DEFECTS,
        title=TITLE,
        abstract="Défauts inventés, signalés par un formulaire public et acceptés par la ville de Meudon.",
        schema=SCHEMA,
        nouns=("défaut", "défauts"),
    )
    if scope is None:
        return
    territory, rng = read_territory(), seeded_random(DEFECTS)
    for number, (furniture, defect, detail) in enumerate(_ROWS):
        values = {
            "mobilier": furniture,
            "defaut": defect,
            "precision": detail,
            "vu_le": anchor - dt.timedelta(days=3 * number + 2),
        }
        create_feature(scope=scope, draft=FeatureInput(values, territory.point_in(_COMMUNE, rng)))
    form = create_form(
        scope=access.scope(scope.visitor, DEFECTS),
        title="Signaler un défaut de mobilier urbain",
        audience=Audience.PUBLIC,
        document=read_document(FORM),
        intro="Un banc cassé, un lampadaire éteint, un potelet absent à Meudon ? Dites-le en une minute, sans compte.",
        thanks="Les services de la ville lisent chaque signalement dans la semaine.",
    )
    publish_form(form=form, visitor=scope.visitor)
    form.refresh_from_db()
    for furniture, defect, detail in _WAITING:
        _store_answer(form, territory.point_in(_COMMUNE, rng), furniture, defect, detail)


def _store_answer(form: Form, point: Point, furniture: str, defect: str, detail: str) -> None:
    values = {
        "position": f"{point.y:.6f}, {point.x:.6f}",
        "mobilier": furniture,
        "defaut": defect,
        "precision": detail,
    }
    assert form.published is not None  # it was published just before
    Answer.objects.create(
        key=uuid5(NAMESPACE_URL, f"{DEFECTS}/{detail}"),
        version=form.published,
        values=values,
        geom=point,
        digest=stable_digest(values),
    )
