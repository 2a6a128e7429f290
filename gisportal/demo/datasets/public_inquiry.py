"""The remarks of the public inquiry on a modification of the PLUi: a layer and a form made without code.

Anybody writes a remark on the map during the inquiry; the planning service publishes it without name, then the
commissioner's opinion and the authority's answer are written beside it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.text import slugify

from datasets.definitions import DatasetSchema, SchemaField
from datasets.publication.moderation import set_moderated
from datasets.schemas.services import create_layer
from datasets.vocabulary import ColumnType, GeometryKind
from gisportal.demo.datasets.definitions import INVENTED
from gisportal.demo.plui import SIREN
from gisportal.demo.rights import COMMISSIONER, DIG, PLANNING
from gisportal.demo.sample_rows import Territory, read_territory, seeded_random
from layers import access
from layers.digests import stable_digest
from layers.models import Grant, Layer, Theme
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature
from layers.visitor import system_visitor
from layers.vocabulary import Gender, Visibility
from planning.models import PublicInquiry
from plui.models import PlanVersion
from plui.vocabulary import PlanState
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.models import Answer, Form
from webforms.vocabulary import Audience

REMARKS = "observations-enquete"
TITLE = "Observations de l’enquête publique"
DAYS_BEFORE, DAYS_AFTER = 12, 20
"""Days of the inquiry before and after the first load; French law asks for thirty at least in all."""
_STRING = ColumnType.STRING
_SUBJECTS = {
    "zone": "Le classement en zone",
    "prescription": "Une prescription (arbre, façade, bâtiment…)",
    "emplacement_reserve": "Un emplacement réservé",
    "reglement": "Le règlement écrit",
    "autre": "Autre chose",
}
_PIECES = {
    "rapport": "Rapport de présentation",
    "padd": "Projet d’aménagement et de développement durables (PADD)",
    "reglement_ecrit": "Règlement écrit",
    "reglement_graphique": "Plan de zonage",
    "oap": "Orientations d’aménagement (OAP)",
    "annexes": "Annexes",
}
_OPINIONS = {"favorable": "Favorable", "reserve": "Favorable avec réserve", "defavorable": "Défavorable"}
_STATES = {
    "recue": "Reçue",
    "en_examen": "En cours d’examen",
    "retenue": "Retenue",
    "retenue_en_partie": "Retenue en partie",
    "non_retenue": "Non retenue",
}
_COLOURS = ("#7570b3", "#1f78b4", "#1b7837", "#d95f02", "#a6761d")
ANSWER_FIELDS = ("avis_commissaire", "motif_commissaire", "reponse_collectivite", "etat")


def _listed(name: str, number: int, title: str, values: Mapping[str, str], **more: Any) -> SchemaField:
    return SchemaField(
        name, _STRING, f"f{number}_{name}", title, title=title, enum=tuple(values),
        enum_labels=tuple(values.values()), is_facet=True, **more,
    )  # fmt: skip


SCHEMA = DatasetSchema(
    fields=(
        SchemaField("titre", _STRING, "f1_titre", "En quelques mots", title="En quelques mots", is_required=True),
        _listed("sujet", 2, "Sujet", _SUBJECTS, is_required=True, enum_colours=_COLOURS),
        _listed("piece", 3, "Pièce du dossier", _PIECES),
        SchemaField(
            "observation", _STRING, "f4_observation", "Observation", title="Observation", is_required=True,
        ),
        SchemaField("date_depot", ColumnType.DATE, "f5_date_depot", "Déposée le", title="Déposée le"),
        _listed("avis_commissaire", 6, "Avis du commissaire enquêteur", _OPINIONS),
        SchemaField(
            "motif_commissaire", _STRING, "f7_motif_commissaire", "Motif de l’avis", title="Motif de l’avis",
        ),
        SchemaField(
            "reponse_collectivite", _STRING, "f8_reponse_collectivite", "Réponse de la collectivité",
            title="Réponse de la collectivité",
        ),
        _listed("etat", 9, "Suite donnée", _STATES, default="recue"),
        SchemaField("changement", _STRING, "f10_changement", "Changement", title="Changement du projet"),
        SchemaField("parcelle", _STRING, "f11_parcelle", "Parcelle", title="Parcelle"),
    ),
    geometry=GeometryKind.POINT,
    title_field="titre",
    time_field="date_depot",
)  # fmt: skip
# Name and contact have no field here: they stay with the answer, which only who decides of it reads.
FORM: Mapping[str, Any] = {
    "sections": [
        {
            "title": "De quoi parlez-vous ?",
            "items": [
                {
                    "name": "position", "kind": "position", "label": "Montrez l’endroit",
                    "help": "Vide pour une observation sur tout le projet.",
                },
                {
                    "name": "changement", "kind": "text", "label": "Le changement du projet", "field": "changement",
                    "help": "Son numéro sur la page de l’enquête, d’où un lien remplit ce champ.",
                },
                {"name": "parcelle", "kind": "text", "label": "La parcelle", "field": "parcelle"},
                {"name": "sujet", "kind": "choice", "label": "Le sujet", "field": "sujet", "required": True},
                {"name": "piece", "kind": "choice", "label": "La pièce du dossier", "field": "piece"},
            ],
        },
        {
            "title": "Votre observation",
            "items": [
                {"name": "titre", "kind": "text", "label": "En quelques mots", "field": "titre", "required": True},
                {
                    "name": "observation", "kind": "long_text", "label": "Votre observation",
                    "field": "observation", "required": True,
                    "help": "Elle sera publiée telle quelle : n’y écrivez ni nom, ni téléphone.",
                },
                {
                    "name": "reserve", "kind": "note",
                    "label": "Un emplacement réservé donne un droit au propriétaire : mettre la collectivité en "
                    "demeure d’acheter le terrain (code de l’urbanisme, L230-1).",
                    "condition": {"field": "sujet", "op": "=", "value": "emplacement_reserve"},
                },
                {"name": "depot", "kind": "today", "label": "Déposée le", "field": "date_depot"},
                {"name": "photo", "kind": "photo", "label": "Une photo ou un croquis"},
            ],
        },
        {
            "title": "Vous",
            "items": [
                {
                    "name": "nom", "kind": "text", "label": "Votre nom",
                    "help": "Lu par le service et le commissaire enquêteur seuls, jamais publié.",
                },
                {
                    "name": "contact", "kind": "text", "label": "Courriel ou téléphone",
                    "help": "Pour vous répondre. Jamais publié.",
                },
            ],
        },
    ]
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleRemark:
    """A remark of a commune: days after the inquiry began, subject, piece, and what was answered."""

    title: str
    commune: str
    day: int
    subject: str
    piece: str
    text: str
    opinion: str = ""
    state: str = "recue"
    answer: str = ""


SAMPLES = (
    SampleRemark(
        "Trois étages de trop", "92048", 1, "zone", "reglement_graphique",
        "La rue est faite de maisons : une zone d’habitat collectif y autorise des immeubles.",
        "favorable", "retenue", "Le classement est revu pour les parcelles du côté impair.",
    ),
    SampleRemark(
        "Un cèdre oublié", "92048", 2, "prescription", "reglement_graphique",
        "Le cèdre du fond de l’allée n’est pas protégé, alors que ceux de l’entrée le sont.",
        "favorable", "retenue", "L’arbre est ajouté aux éléments de paysage.",
    ),
    SampleRemark(
        "Élargissement de la rue", "92012", 3, "emplacement_reserve", "reglement_graphique",
        "L’emplacement réservé prend le jardin d’une école sur quatre mètres.",
        "reserve", "retenue_en_partie", "La largeur est réduite devant l’école.",
    ),
    SampleRemark(
        "Clôtures ajourées", "92072", 4, "reglement", "reglement_ecrit",
        "Les clôtures pleines empêchent les hérissons de passer.",
        "favorable", "en_examen",
    ),
    SampleRemark(
        "Parking du marché", "92040", 5, "zone", "reglement_graphique",
        "Le parking du marché serait mieux en espace vert.", "defavorable", "non_retenue",
        "Le parking sert au marché et aux commerces : il reste.",
    ),
    SampleRemark(
        "Hauteur près de la gare", "92075", 6, "reglement", "oap",
        "L’orientation dit quatre étages et le règlement cinq.", "", "en_examen",
    ),
    SampleRemark(
        "Villa de 1890", "92077", 7, "prescription", "reglement_graphique",
        "Cette villa mérite d’être protégée comme ses voisines.",
    ),
    SampleRemark(
        "Sentier fermé", "92022", 8, "autre", "annexes", "Le sentier rural est fermé par une grille depuis l’été.",
    ),
    SampleRemark(
        "Lisière de la forêt", "92047", 9, "zone", "rapport",
        "La bande de cinquante mètres le long de la forêt n’est pas expliquée.",
    ),
)  # fmt: skip
_WAITING = (
    ("Stationnement des vélos", "92012", "reglement", "Une place de vélo par logement ne suffit pas."),
    (
        "Mur en meulière",
        "92048",
        "prescription",
        "Le mur en meulière de l’impasse disparaît morceau par morceau.",
    ),
)


@transaction.atomic
def load_remarks(*, anchor: dt.date) -> None:
    """Make the layer, its rights and rows, the form with its days, and the answers that wait, where they are missing.

    ``anchor`` is the day of the first load, which days are counted from.
    """
    groups = {group.name: group for group in Group.objects.filter(name__in=[DIG, PLANNING])}
    if len(groups) < 2 or Layer.objects.filter(slug=REMARKS).exists():
        return
    visitor = system_visitor()
    made = create_layer(
        slug=REMARKS,
        title=TITLE,
        theme=Theme.objects.get(slug="urbanisme"),
        schema=SCHEMA,
        visitor=visitor,
        abstract="Observations inventées sur un projet de modification du PLUi : publiées sans nom par l’urbanisme, "
        "avec l’avis du commissaire enquêteur et la réponse de la collectivité.",
        visibility=Visibility.OPEN,
        producer=groups[PLANNING],
    )
    layer = made.dataset.layer
    layer.noun, layer.noun_plural, layer.noun_gender = "observation", "observations", Gender.FEMININE
    layer.source, layer.is_sample = INVENTED, True
    layer.synonyms = {"": ["enquête publique", "remarques", "avis"]}
    layer.save()
    set_moderated(dataset=made.dataset, visitor=visitor, is_moderated=True)
    everything = {
        "can_download": True,
        "can_add": True,
        "can_change": True,
        "can_delete": True,
        "can_approve": True,
    }
    for group in groups.values():
        Grant.objects.create(layer=layer, group=group, **everything)
    territory, rng, first = read_territory(), seeded_random(REMARKS), anchor - dt.timedelta(days=DAYS_BEFORE)
    scope = access.scope(visitor, REMARKS)
    for sample in SAMPLES:
        create_feature(
            scope=scope,
            draft=FeatureInput(_values(sample, first), territory.point_in(sample.commune, rng)),
        )
    _load_form(anchor, territory, rng)


def _values(sample: SampleRemark, first: dt.date) -> dict[str, Any]:
    return {
        "titre": sample.title,
        "sujet": sample.subject,
        "piece": sample.piece,
        "observation": sample.text,
        "date_depot": first + dt.timedelta(days=sample.day),
        "avis_commissaire": sample.opinion or None,
        "motif_commissaire": None,
        "reponse_collectivite": sample.answer or None,
        "etat": sample.state,
        "changement": None,
        "parcelle": None,
    }


def _load_form(anchor: dt.date, territory: Territory, rng: random.Random) -> None:
    """Publish the form between the days of the inquiry, and store what came by it."""
    visitor = system_visitor()
    form = create_form(
        scope=access.scope(visitor, REMARKS),
        title=TITLE,
        audience=Audience.PUBLIC,
        document=read_document(FORM),
        intro="Donnez votre avis sur le projet de modification du PLUi : montrez un endroit, dites votre observation.",
        thanks="Le service publie les observations sans nom, après les avoir lues. Elles sont toutes remises au "
        "commissaire enquêteur.",
    )
    form.opens_on = anchor - dt.timedelta(days=DAYS_BEFORE)
    form.closes_on = anchor + dt.timedelta(days=DAYS_AFTER)
    form.save(update_fields=["opens_on", "closes_on"])
    publish_form(form=form, visitor=visitor)
    form.refresh_from_db()
    for title, commune, subject, text in _WAITING:
        values = {
            "titre": title,
            "sujet": subject,
            "observation": text,
            "nom": "Camille Exemple",
            "contact": "camille@example.org",
        }
        _store_answer(form, values, territory.point_in(commune, rng))


def _store_answer(form: Form, values: dict[str, Any], position: Any) -> None:
    assert form.published is not None  # it was published just before
    Answer.objects.create(
        key=uuid5(NAMESPACE_URL, f"{REMARKS}/{values['titre']}"),
        version=form.published,
        values=values,
        geom=position,
        digest=stable_digest(values),
    )


def load_inquiry(*, anchor: dt.date) -> None:
    """Put the sample project to inquiry, with the form of remarks, unless an inquiry is there."""
    version = PlanVersion.objects.filter(partition=SIREN, state=PlanState.STAGED).order_by("pk").first()
    form = Form.objects.filter(layer__slug=REMARKS, layer__is_sample=True).order_by("pk").first()
    if version is None or form is None or PublicInquiry.objects.exists():
        return
    PublicInquiry.objects.create(
        slug=slugify(version.title)[:70],
        version=version,
        notice="Exemple d’enquête publique : le dossier est inventé, et rien de ce qu’il dit n’a d’effet.",
        commissioner="Claude Exemple",
        opens_on=form.opens_on or anchor - dt.timedelta(days=DAYS_BEFORE),
        closes_on=form.closes_on or anchor + dt.timedelta(days=DAYS_AFTER),
        form=form,
        readers=Group.objects.filter(name=COMMISSIONER).first(),
    )
