"""The layer of this app: sites of road works, with their phases, effects and orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.definitions import GeometryType, LayerDefinition, Metadata, Noun, Relation, Status, fields_of
from layers.moderation import Actor, Moderation, RowState, Transition
from layers.styles.definitions import Category, Labels, Style
from layers.styles.symbols import Stroke
from roadworks.models import Effect, Order, Phase, RoadWorks, SitePhoto
from roadworks.vocabulary import SiteState, SiteStatus, Traffic, WorkNature

SLUG = "travaux-voirie"
_FIELDS = [
    "identifiant",
    "objet",
    "description",
    "voie",
    "nature",
    "maitre_ouvrage",
    "entreprise",
    "contact",
    "date_debut",
    "date_fin",
    "fin_reelle",
    "debut_confirme",
    "fin_confirmee",
    "est_urgent",
    "refait_chaussee",
    "niveau_perturbation",
    "impact_circulation",
    "deviation",
    "statut",
    "etat",
    "commune",
]
_PUBLIC = {SiteState.PUBLISHED, SiteState.SUSPENDED, SiteState.EXTENDED, SiteState.FINISHED}
_FINAL = {SiteState.FINISHED, SiteState.CANCELLED, SiteState.REFUSED}
_ONLINE = (SiteState.PUBLISHED.value, SiteState.EXTENDED.value)

MODERATION = Moderation(
    state_path="etat",
    author_path="auteur_id",
    urgent_path="est_urgent",
    states=tuple(
        RowState(state.value, state.label, is_public=state in _PUBLIC, is_final=state in _FINAL)
        for state in SiteState
    ),
    transitions=(
        Transition("submit", _("Soumettre"), ("draft",), "submitted", Actor.AUTHOR),
        Transition("take-back", _("Reprendre"), ("submitted",), "draft", Actor.AUTHOR),
        Transition("publish", _("Publier"), ("draft", "submitted", "suspended"), "published"),
        Transition("send-back", _("Renvoyer"), ("submitted",), "draft", needs_reason=True),
        Transition("refuse", _("Refuser"), ("submitted",), "refused", needs_reason=True),
        Transition("suspend", _("Suspendre"), _ONLINE, "suspended", Actor.EITHER, needs_reason=True),
        Transition("extend", _("Prolonger"), (*_ONLINE, "suspended"), "extended", Actor.EITHER, needs_reason=True),
        Transition("finish", _("Terminer"), (*_ONLINE, "suspended"), "finished", Actor.EITHER),
        Transition("cancel", _("Annuler"), ("draft", "submitted", *_ONLINE, "suspended"), "cancelled", Actor.EITHER,
                   needs_reason=True),
    ),
    initial="draft",
    trusted="published",
)  # fmt: skip


def _status(status: SiteStatus, stroke: Stroke, strength: float = 1.0) -> Category:
    """Return the class of a status."""
    return Category(status.value, status.label, "c-rust", strength, (stroke,))


ROAD_WORKS = LayerDefinition(
    slug=SLUG,
    model=RoadWorks,
    title=_("Travaux sur la voirie"),
    singular=_("Chantier"),
    geometry=GeometryType.MULTI_LINE,
    fields=fields_of(
        RoadWorks,
        _FIELDS,
        facets=[
            *("nature", "maitre_ouvrage", "niveau_perturbation", "impact_circulation", "statut", "commune"),
        ],
        protected=["contact", "etat"],
        synonyms={
            "date_debut": ("commencer", "démarrer"),
            "date_fin": ("terminé", "fini", "achevé"),
        },
        value_synonyms={
            "impact_circulation": {
                Traffic.CLOSED: (
                    *(
                        "route barrée",
                        "rue barrée",
                        "rue fermée",
                        "route fermée",
                        "route coupée",
                        "rue coupée",
                    ),
                    *("fermeture de rue", "rue bloquée", "barré"),
                ),
                Traffic.NARROWED: ("circulation réduite",),
            },
            "nature": {WorkNature.TELECOM: ("télécommunications",)},
            "statut": {
                SiteStatus.SUSPENDED: ("interrompu", "en pause"),
                SiteStatus.TO_COME: ("pas commencé", "futur"),
            },
        },
    ),
    synonyms=("travaux", "chantier"),
    title_field="objet",
    summary=("voie", "nature", "date_debut", "date_fin", "impact_circulation"),
    time_field="date_debut",
    style=Style(
        token="c-rust",  # noqa: S106  (the name of a colour)
        icon="maki:construction",
        field="statut",
        # The stroke tells the status, the colour the layer.
        categories=(
            _status(SiteStatus.TO_COME, Stroke(width=3.5, dash=(2.5, 1.5))),
            _status(SiteStatus.ACTIVE, Stroke(width=4.5)),
            _status(SiteStatus.SUSPENDED, Stroke(width=3.5, dash=(0.2, 1.6))),
            _status(SiteStatus.EXTENDED, Stroke(width=4.5), strength=0.7),
            _status(SiteStatus.FINISHED, Stroke(width=2.5), strength=0.35),
        ),
        labels=Labels("objet", zoom=15),
    ),
    metadata=Metadata(
        theme="mobilite",
        abstract=_(
            "Chantiers passés, en cours et à venir, avec leurs phases, ce qu’ils gênent et leur déviation, sous les "
            "mots des jeux « chantiers perturbants » et « infos travaux ». Chaque ville déclare les siens."
        ),
        keywords=("travaux", "chantier", "voirie", "circulation"),
        frequency="DAILY",
    ),
    noun=Noun(_("chantier"), _("chantiers"), _("chantier"), _("chantiers")),
    status=Status(
        field="statut",
        words=(
            (SiteStatus.TO_COME.value, SiteStatus.TO_COME.label, "good"),
            (SiteStatus.ACTIVE.value, SiteStatus.ACTIVE.label, "warn"),
            (SiteStatus.SUSPENDED.value, SiteStatus.SUSPENDED.label, "warn"),
            (SiteStatus.EXTENDED.value, SiteStatus.EXTENDED.label, "bad"),
            (SiteStatus.FINISHED.value, SiteStatus.FINISHED.label, "good"),
        ),
    ),
    moderation=MODERATION,
    yields_to_datasets=True,
    relations=(
        Relation(
            name="phases",
            title=_("Phases"),
            model=Phase,
            link="chantier",
            fields=fields_of(
                Phase,
                ["numero", "titre", "date_debut", "date_fin", "heure_debut", "heure_fin", "sauf_feries"],
            ),
            order_by=("numero", "pk"),
        ),
        Relation(
            name="effets",
            title=_("Ce que le chantier gêne"),
            model=Effect,
            link="chantier",
            fields=fields_of(Effect, ["mode", "impact", "sens"]),
        ),
        Relation(
            name="arretes",
            title=_("Arrêtés"),
            model=Order,
            link="chantier",
            fields=fields_of(Order, ["numero", "autorite", "date"]),
            is_protected=True,
        ),
        Relation(
            name="photos",
            title=_("Photos"),
            model=SitePhoto,
            link="chantier",
            fields=fields_of(SitePhoto, ["legende", "credit", "date_prise_vue", "width", "height"]),
            is_gallery=True,
            is_protected=True,
        ),
    ),
)
