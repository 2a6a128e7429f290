"""A layer made without a file that many write: the events of the territory, moderated, with a form and its link."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import shapely
from django.contrib.auth.models import Group
from django.db import transaction

from datasets.definitions import DatasetSchema, FieldCondition, SchemaField
from datasets.publication.moderation import set_moderated
from datasets.schemas.services import create_layer
from datasets.vocabulary import ColumnType, ConditionOperator, GeometryKind
from gisportal.accounts.credentials import visitor_of_account
from gisportal.accounts.models import User
from gisportal.demo.datasets.definitions import INVENTED
from gisportal.demo.rights import (
    DIG,
    NATURE_HOUSE,
    ROADS,
    SOEE,
    TOWN_GROUPS,
    TOWNS,
    rows_of_communes,
)
from gisportal.demo.sample_rows import Territory, read_territory, seeded_random, to_geos
from layers import access
from layers.digests import stable_digest
from layers.models import Grant, Layer, ProtectedField, Theme
from layers.parsing.feature import FeatureInput
from layers.services.features import create_feature
from layers.visitor import Visitor, system_visitor
from layers.vocabulary import Gender, Visibility
from moderation.services import perform
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.links.services import create_form_link
from webforms.models import Answer, Form, FormLink
from webforms.vocabulary import Audience

EVENTS = "manifestations"
TITLE = "Manifestations"
CONTACT = "contact"
MARGIN_M = 50
LINK = "Associations du territoire"
_LINK_DAYS = 180
_NATURE = "nature"
_STRING, _HOUR = ColumnType.STRING, r"([01][0-9]|2[0-3]):[0-5][0-9]"
_METRE = 1 / 90_000  # of a degree, about: the size of an invented outline
SCHEMA = DatasetSchema(
    fields=(
        SchemaField("titre", _STRING, "f1_titre", "Titre", title="Titre", is_required=True),
        SchemaField(
            "type", _STRING, "f2_type", "Type", title="Type",
            enum=("fete", "marche", "sport", "culture", _NATURE, "ceremonie", "autre"),
            enum_labels=(
                "Fête", "Marché ou brocante", "Sport", "Culture", "Sortie nature", "Cérémonie", "Autre",
            ),
            enum_colours=("#d95f02", "#a6761d", "#1f78b4", "#7570b3", "#1b7837", "#666666", "#999999"),
            is_required=True, is_facet=True,
        ),
        SchemaField(
            "date_debut", ColumnType.DATE, "f3_date_debut", "Premier jour", title="Premier jour", is_required=True,
        ),
        SchemaField(
            "date_fin", ColumnType.DATE, "f4_date_fin", "Dernier jour", title="Dernier jour", is_required=True,
        ),
        SchemaField(
            "heure_debut", _STRING, "f5_heure_debut", "De", title="De", pattern=_HOUR, help="Par exemple 09:30.",
        ),
        SchemaField(
            "heure_fin", _STRING, "f6_heure_fin", "À", title="À", pattern=_HOUR, help="Par exemple 18:00.",
        ),
        SchemaField("lieu", _STRING, "f7_lieu", "Lieu", title="Lieu", help="La rue, la place ou le parc."),
        SchemaField(
            "organisateur", _STRING, "f8_organisateur", "Organisateur", title="Organisateur", is_required=True,
        ),
        SchemaField(
            CONTACT, _STRING, "f9_contact", "Contact de l’organisateur", title="Contact de l’organisateur",
            is_protected=True, help="N’est jamais public.",
        ),
        SchemaField(
            "public_attendu", ColumnType.INTEGER, "f10_public_attendu", "Public attendu", title="Public attendu",
            unit="personnes", minimum=0.0, maximum=200_000.0,
        ),
        SchemaField(
            "rues_fermees", ColumnType.BOOLEAN, "f11_rues_fermees", "Rues fermées", title="Rues fermées",
            is_facet=True,
        ),
        SchemaField(
            "fermeture", _STRING, "f12_fermeture", "Quelles rues, quand", title="Quelles rues, quand",
            condition=FieldCondition("rues_fermees", ConditionOperator.EQUAL, "true"),
        ),
        SchemaField(
            "lien", _STRING, "f13_lien", "Page de l’événement", title="Page de l’événement",
            pattern=r"https?://[^\s]+",
        ),
    ),
    geometry=GeometryKind.SURFACE,
    title_field="titre",
    time_field="date_debut",
)  # fmt: skip
# The contact has no field here: it stays with the answer, which only who decides of it reads.
FORM: Mapping[str, Any] = {
    "sections": [
        {
            "title": "Votre événement",
            "items": [
                {"name": "titre", "kind": "text", "label": "Son nom", "field": "titre", "required": True},
                {"name": "type", "kind": "choice", "label": "Ce que c’est", "field": "type", "required": True},
                {
                    "name": "organisateur", "kind": "text", "label": "Qui l’organise", "field": "organisateur",
                    "required": True,
                },
                {
                    "name": CONTACT, "kind": "text", "label": "Téléphone ou courriel pour vous joindre",
                    "required": True,
                    "help": "Seuls les services qui examinent votre demande le lisent.",
                },
            ],
        },
        {
            "title": "Quand ?",
            "items": [
                {
                    "name": "date_debut", "kind": "date", "label": "Premier jour", "field": "date_debut",
                    "required": True,
                },
                {
                    "name": "date_fin", "kind": "date", "label": "Dernier jour", "field": "date_fin",
                    "required": True,
                },
                {
                    "name": "heure_debut", "kind": "text", "label": "De", "field": "heure_debut",
                    "help": "Par exemple 09:30.",
                },
                {
                    "name": "heure_fin", "kind": "text", "label": "À", "field": "heure_fin",
                    "help": "Par exemple 18:00.",
                },
            ],
        },
        {
            "title": "Où ?",
            "items": [
                {"name": "position", "kind": "position", "label": "Dessinez l’emprise", "required": True},
                {
                    "name": "lieu", "kind": "text", "label": "La rue, la place ou le parc", "field": "lieu",
                    "place": "street",
                },
            ],
        },
        {
            "title": "Ce qu’il faut prévoir",
            "items": [
                {
                    "name": "public_attendu", "kind": "integer", "label": "Public attendu, en personnes",
                    "field": "public_attendu", "minimum": 0, "maximum": 200_000,
                },
                {
                    "name": "securite", "kind": "note",
                    "label": "Pour un grand rassemblement, voyez la mairie avant d’en faire la publicité.",
                    "condition": {"field": "public_attendu", "op": ">=", "value": 1500},
                },
                {
                    "name": "rues_fermees", "kind": "boolean", "label": "Faut-il fermer des rues",
                    "field": "rues_fermees",
                },
                {
                    "name": "fermeture", "kind": "long_text", "label": "Quelles rues, de quand à quand",
                    "field": "fermeture", "required": True,
                    "condition": {"field": "rues_fermees", "op": "=", "value": True},
                },
                {"name": "lien", "kind": "text", "label": "Adresse de sa page", "field": "lien", "help": "https://…"},
                {"name": "photo", "kind": "photo", "label": "Une affiche ou une photo"},
            ],
        },
    ]
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """An event of a commune: days from the anchor when it begins, how many it lasts, and who writes it.

    ``at`` is its longitude and latitude, None for anywhere in the commune.
    """

    title: str
    kind: str
    commune: str
    begins: int
    author: str
    days: int = 1
    hours: tuple[str, str] = ("10:00", "18:00")
    organiser: str = "Ville d’exemple"
    public: int = 200
    closed: str = ""
    step: str = ""
    reason: str = ""
    at: tuple[float, float] | None = None


# The middle of the sample street where the works TX-078 are, which last until then.
_WORKS = (2.22291, 48.80069)
_TOWN_EVENTS = (
    SampleEvent(
        "Brocante de la place", "marche", "92012", 12, "agent-boulogne", public=3000,
        closed="La place et ses abords, de 5 h à 20 h.",
    ),
    SampleEvent(
        "Course des quais", "sport", "92012", 40, "agent-boulogne", hours=("08:30", "12:00"), public=1800,
        closed="Les quais, de 7 h à 13 h.",
    ),
    SampleEvent("Fête des vergers", "fete", "92022", 20, "agent-chaville", days=2),
    SampleEvent("Concert au kiosque", "culture", "92040", 3, "agent-issy", hours=("18:00", "20:00"), public=400),
    SampleEvent(
        "Marché des créateurs", "marche", "92040", 26, "agent-issy", days=2, public=1200,
        closed="La rue du marché.",
    ),
    SampleEvent("Fête du village", "fete", "92047", 33, "agent-marnes"),
    SampleEvent("Cross des collèges", "sport", "92048", -12, "agent-meudon", hours=("09:00", "12:30"), public=600),
    SampleEvent("Forum des associations", "autre", "92048", 9, "agent-meudon", public=2500, at=_WORKS),
    SampleEvent(
        "Repas de quartier", "fete", "92048", -1, "agent-meudon", days=3, public=150,
        closed="La rue, de 11 h à 18 h.",
    ),
    SampleEvent(
        "Cérémonie du souvenir", "ceremonie", "92072", 6, "agent-sevres", hours=("11:00", "11:45"),
        public=120,
    ),
    SampleEvent("Nuit de la céramique", "culture", "92072", 47, "agent-sevres", hours=("19:00", "23:30"), public=900),
    SampleEvent(
        "Vide-grenier des écoles", "marche", "92075", 19, "agent-vanves", public=1500,
        closed="Deux rues, de 6 h à 19 h.",
    ),
    SampleEvent("Fête des étangs", "fete", "92077", 54, "agent-ville-d-avray", days=2, public=700),
)  # fmt: skip
# The nature house is trusted with its own kind: what it writes is public at once.
_NATURE_EVENTS = (
    SampleEvent("Sortie champignons", _NATURE, "92022", 5, "agent-nature", organiser=NATURE_HOUSE, public=20),
    SampleEvent("Atelier compost", _NATURE, "92040", 16, "agent-nature", organiser=NATURE_HOUSE, public=15),
    SampleEvent(
        "Balade des arbres remarquables", _NATURE, "92048", 30, "agent-nature", organiser=NATURE_HOUSE,
        public=25,
    ),
)  # fmt: skip
# A partner proposes: a draft, one that waits, one that was accepted, one that was refused.
_PARTNER_EVENTS = (
    SampleEvent("Salon des jeunes entreprises", "autre", "92012", 60, "soee", organiser=SOEE, public=800),
    SampleEvent("Visite d’ateliers", "culture", "92072", 23, "soee", organiser=SOEE, public=60, step="submit"),
    SampleEvent("Rencontres de l’emploi", "autre", "92040", 15, "soee", organiser=SOEE, public=500, step="publish"),
    SampleEvent(
        "Soirée des partenaires", "autre", "92048", 9, "soee", organiser=SOEE, step="refuse",
        reason="La place est déjà prise ce jour-là par le forum des associations.",
    ),
)  # fmt: skip
SAMPLES = (*_TOWN_EVENTS, *_NATURE_EVENTS, *_PARTNER_EVENTS)
_MODERATOR = "geomaticien"
_WAITING = (
    ("Tournoi de pétanque", "sport", "92048", 37, "Club d’exemple", 80),
    ("Loto de la chorale", "culture", "92048", 44, "Chorale d’exemple", 120),
)


@transaction.atomic
def load_events(*, anchor: dt.date) -> None:
    """Make the layer, who writes it, its rows, its form, the link and the answers that wait, where they are missing.

    ``anchor`` is the day of the first load, which days are counted from.
    """
    groups = {
        group.name: group for group in Group.objects.filter(name__in=[*TOWNS, DIG, NATURE_HOUSE, ROADS, SOEE])
    }
    if len(groups) < len(TOWNS) + 4 or Layer.objects.filter(slug=EVENTS).exists():
        return
    visitor = system_visitor()
    made = create_layer(
        slug=EVENTS,
        title=TITLE,
        theme=Theme.objects.get(slug="equipements"),
        schema=SCHEMA,
        visitor=visitor,
        abstract="Événements inventés : les villes les écrivent, des partenaires et des associations les proposent.",
        visibility=Visibility.OPEN,
        producer=groups[DIG],
    )
    layer = made.dataset.layer
    layer.noun, layer.noun_plural, layer.noun_gender = "manifestation", "manifestations", Gender.FEMININE
    layer.source, layer.is_sample = INVENTED, True
    layer.synonyms = {"": ["événements", "fêtes", "agenda"]}
    layer.save()
    set_moderated(dataset=made.dataset, visitor=visitor, is_moderated=True)
    _load_rights(layer, groups)
    territory, rng = read_territory(), seeded_random(EVENTS)
    for sample in SAMPLES:
        _write(sample, anchor, territory, rng)
    _load_form(anchor, territory, rng)


def _load_rights(layer: Layer, groups: Mapping[str, Group]) -> None:
    """Say who writes: towns in their communes, a partner its own rows, a trusted group its kind, roads two fields."""
    everything = {
        "can_download": True,
        "can_add": True,
        "can_change": True,
        "can_delete": True,
        "can_approve": True,
    }
    Grant.objects.create(layer=layer, group=groups[DIG], **everything)
    for town in TOWNS:
        codes = [code for code, group in TOWN_GROUPS.items() if group == town]
        rows = rows_of_communes(codes)
        Grant.objects.create(layer=layer, group=groups[town], rows=rows, margin_m=MARGIN_M, **everything)
    own = {"can_download": True, "can_add": True, "can_change_own": True, "can_delete": True}
    Grant.objects.create(layer=layer, group=groups[SOEE], **own)
    trusted = own | {"rows": f"type = '{_NATURE}'", "can_approve": True}
    Grant.objects.create(layer=layer, group=groups[NATURE_HOUSE], **trusted)
    Grant.objects.create(
        layer=layer, group=groups[ROADS], can_change=True, written_fields=["rues_fermees", "fermeture"]
    )
    protected, _is_new = ProtectedField.objects.get_or_create(layer=layer, name=CONTACT)
    protected.groups.set([groups[name] for name in (DIG, ROADS, *TOWNS)])


def _writer(username: str) -> Visitor:
    """Return the account that writes a sample, the portal itself where it is gone."""
    account = User.objects.filter(username=username).values_list("pk", flat=True).first()
    return replace(visitor_of_account(account, ""), may_write=True) if account else system_visitor()


def _write(sample: SampleEvent, anchor: dt.date, territory: Territory, rng: random.Random) -> None:
    """Write an event as its author does, and take its step where it has one."""
    scope = access.scope(_writer(sample.author), EVENTS)
    begin = anchor + dt.timedelta(days=sample.begins)
    values = {
        "titre": sample.title,
        "type": sample.kind,
        "date_debut": begin,
        "date_fin": begin + dt.timedelta(days=sample.days - 1),
        "heure_debut": sample.hours[0],
        "heure_fin": sample.hours[1],
        "lieu": f"Lieu d’exemple, {territory.names[sample.commune]}",
        "organisateur": sample.organiser,
        "public_attendu": sample.public,
        "rues_fermees": bool(sample.closed),
        "fermeture": sample.closed or None,
    }
    row = create_feature(
        scope=scope, draft=FeatureInput(values, _outline(sample.commune, territory, rng, sample.at))
    )
    if not sample.step or scope.visitor.is_administrator:
        return
    perform(scope=scope, pk=row.pk, name="submit")
    if sample.step != "submit":
        moderator = access.scope(_writer(_MODERATOR), EVENTS)
        perform(scope=moderator, pk=row.pk, name=sample.step, reason=sample.reason)


def _outline(
    commune: str, territory: Territory, rng: random.Random, at: tuple[float, float] | None = None
) -> Any:
    """Return the outline of an event, a rectangle of 40 to 120 m around a point, or well inside a commune."""
    inside = replace(territory, shapes={commune: territory.shapes[commune].buffer(-120 * _METRE)})
    x, y = at or inside.point_in(commune, rng).coords
    width, height = (rng.randrange(40, 120, 10) * _METRE / 2 for _side in range(2))
    box = shapely.box(x - width, y - height, x + width, y + height)
    return to_geos(shapely.set_precision(box, 1e-6))


def _load_form(anchor: dt.date, territory: Territory, rng: random.Random) -> None:
    """Publish the form, make its link, and store what associations sent by it."""
    visitor = system_visitor()
    form = create_form(
        scope=access.scope(visitor, EVENTS),
        title="Annoncer une manifestation",
        audience=Audience.ACCOUNTS,
        document=read_document(FORM),
        intro="Une fête, un tournoi, une brocante ? Dites quand, où et qui vient : la mairie vous répond.",
        thanks="La mairie lit votre annonce et vous joint au contact donné.",
    )
    publish_form(form=form, visitor=visitor)
    form.refresh_from_db()
    author = User.objects.filter(username="administrateur").values_list("pk", flat=True).first()
    link, _token = create_form_link(
        form=form, author_id=author, title=LINK, last_day=anchor + dt.timedelta(days=_LINK_DAYS)
    )
    for title, kind, commune, begins, organiser, public in _WAITING:
        day = (anchor + dt.timedelta(days=begins)).isoformat()
        values = {
            "titre": title,
            "type": kind,
            "organisateur": organiser,
            CONTACT: "contact@example.org",
            "date_debut": day,
            "date_fin": day,
            "heure_debut": "14:00",
            "heure_fin": "18:00",
            "lieu": f"Lieu d’exemple, {territory.names[commune]}",
            "public_attendu": public,
            "rues_fermees": False,
        }
        _store_answer(form, link, values, _outline(commune, territory, rng))


def _store_answer(form: Form, link: FormLink, values: dict[str, Any], outline: Any) -> None:
    assert form.published is not None  # it was published just before
    Answer.objects.create(
        key=uuid5(NAMESPACE_URL, f"{EVENTS}/{values['titre']}"),
        version=form.published,
        link=link,
        values=values,
        geom=outline,
        digest=stable_digest(values),
    )
