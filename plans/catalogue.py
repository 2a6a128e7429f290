"""The layers of this app: indicators with their measures, and actions. Neither has a geometry."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from layers.definitions import (
    Computation,
    Field,
    FieldType,
    GeometryType,
    LayerDefinition,
    Metadata,
    Periodic,
    Relation,
    field_of,
    fields_of,
)
from layers.sql.computed import record_count, total
from layers.styles.definitions import Category, Style
from plans.models import (
    Action,
    ActionNote,
    ActionStep,
    BudgetLine,
    Indicator,
    LinkedIndicator,
    Measure,
    Milestone,
    Plan,
)
from plans.vocabulary import ActionState, Cadence, IndicatorState

_INDICATOR_FIELDS = [
    "titre",
    "code",
    "plan",
    "axe",
    "sous_axe",
    "parent",
    "secteur",
    "polluant",
    "unite",
    "decimales",
    "sens",
    "etat",
    "annee_reference",
    "valeur_reference",
    "annee_mesure",
    "valeur_mesure",
    "valeur_attendue",
    "ecart",
    "ecart_relatif",
    "annee_cible",
    "valeur_cible",
    "projection",
    "ecart_projete",
    "frequence",
    "source",
    "perimetre",
    "methode",
    "commentaire",
    "pilote",
]
_ACTION_FIELDS = [
    "titre",
    "code",
    "plan",
    "axe",
    "sous_axe",
    "etat",
    "priorite",
    "avancement",
    "pilote",
    "elu_referent",
    "partenaires",
    "debut",
    "fin",
    "description",
]
# Values of indicators, each in its unit: nobody adds them up.
_VALUES = (
    "valeur_reference",
    "valeur_mesure",
    "valeur_attendue",
    "ecart",
    "valeur_cible",
    "projection",
    "ecart_projete",
)
_STATE_STRENGTHS = {
    IndicatorState.REACHED: 1.0,
    IndicatorState.ON_TRACK: 0.85,
    IndicatorState.BEHIND: 0.65,
    IndicatorState.OFF_COURSE: 0.5,
    IndicatorState.NO_DATA: 0.25,
    IndicatorState.NOT_DUE: 0.15,
}
_TOKEN = "c-teal"  # noqa: S105  (the name of a colour)

INDICATORS = LayerDefinition(
    slug="plans-indicateurs",
    model=Indicator,
    title=_("Plans : indicateurs"),
    singular=_("Indicateur"),
    geometry=GeometryType.NONE,
    fields=(
        *fields_of(
            Indicator,
            _INDICATOR_FIELDS,
            units={"ecart_relatif": "%"},
            facets=["plan", "axe", "etat", "secteur", "polluant", "pilote"],
            additive=dict.fromkeys(_VALUES, False),
        ),
        # The thresholds of the plan: whoever reads a state reads what it was computed by.
        field_of(Plan, "tolerance", path="plan__tolerance", unit="%"),
        field_of(Plan, "derive", path="plan__derive", unit="%"),
        field_of(Plan, "anciennete", path="plan__anciennete"),
    ),
    title_field="titre",
    summary=("etat", "valeur_mesure", "annee_mesure", "valeur_attendue", "valeur_cible", "unite"),
    style=Style(
        token=_TOKEN,
        icon="trending-up",
        field="etat",
        categories=tuple(
            Category(state.value, state.label, _TOKEN, strength)
            for state, strength in _STATE_STRENGTHS.items()
        ),
    ),
    metadata=Metadata(
        theme="climat",
        abstract=_(
            "Indicateurs des plans suivis (climat, prévention des déchets…) : référence, trajectoire, mesures de "
            "chaque année, état calculé par une règle affichée."
        ),
        keywords=("plan", "indicateur", "PCAET", "trajectoire", "objectif"),
        frequency="ANNUAL",
    ),
    relations=(
        Relation(
            name="mesures",
            title=_("Mesures"),
            model=Measure,
            link="indicator",
            fields=fields_of(Measure, ["annee", "valeur", "commune", "source", "provisoire", "commentaire"]),
            order_by=("annee", "pk"),
            year_field="annee",
            value_field="valeur",
            periodic=Periodic(
                "annee",
                ("valeur",),
                apart=("commune", "source"),
                expected="valeur_attendue",
                unit="unite",
                identifying_fields=("sous_axe",),
                cadence="frequence",
                years=((Cadence.BIENNIAL.value, 2), (Cadence.TRIENNIAL.value, 3)),
                since="annee_reference",
            ),
        ),
        Relation(
            name="jalons",
            title=_("Trajectoire"),
            model=Milestone,
            link="indicator",
            fields=fields_of(Milestone, ["annee", "valeur", "nature", "commentaire"]),
            order_by=("annee", "pk"),
            year_field="annee",
            value_field="valeur",
        ),
    ),
)

ACTIONS = LayerDefinition(
    slug="plans-actions",
    model=Action,
    title=_("Plans : actions"),
    singular=_("Action"),
    geometry=GeometryType.NONE,
    fields=(
        *fields_of(
            Action,
            _ACTION_FIELDS,
            units={"avancement": "%"},
            facets=["plan", "axe", "etat", "priorite", "pilote"],
        ),
        Field(
            "budget_prevu",
            FieldType.NUMBER,
            _("budget prévu"),
            unit="€",
            computed=Computation("budget", total("prevu")),
        ),
        Field(
            "budget_depense",
            FieldType.NUMBER,
            _("budget dépensé"),
            unit="€",
            computed=Computation("budget", total("depense")),
        ),
        Field(
            "nombre_commentaires",
            FieldType.INTEGER,
            _("nombre de commentaires"),
            computed=Computation("notes", record_count),
        ),
    ),
    title_field="titre",
    summary=("etat", "avancement", "pilote", "fin", "priorite"),
    style=Style(
        token=_TOKEN,
        icon="list-checks",
        field="etat",
        categories=tuple(
            Category(state.value, state.label, _TOKEN, 1 - index * 0.1)
            for index, state in enumerate(ActionState)
        ),
    ),
    metadata=Metadata(
        theme="climat",
        abstract=_("Actions des plans suivis : pilote, partenaires, calendrier, avancement, budget, étapes."),
        keywords=("plan", "action", "PCAET", "budget"),
        frequency="QUARTERLY",
    ),
    relations=(
        Relation(
            name="etapes",
            title=_("Étapes"),
            model=ActionStep,
            link="action",
            fields=fields_of(ActionStep, ["titre", "faite", "rang"]),
            order_by=("rang", "pk"),
        ),
        Relation(
            name="indicateurs",
            title=_("Indicateurs liés"),
            model=LinkedIndicator,
            link="action",
            fields=(
                replace(field_of(LinkedIndicator, "indicator"), name="indicateur"),
                Field("titre", FieldType.TEXT, _("titre"), path="indicator__titre"),
            ),
        ),
        Relation(
            name="budget",
            title=_("Budget"),
            model=BudgetLine,
            link="action",
            fields=fields_of(
                BudgetLine,
                ["annee", "nature", "financeur", "prevu", "depense"],
                units={"prevu": "€", "depense": "€"},
            ),
            order_by=("annee", "nature", "pk"),
            is_protected=True,
        ),
        Relation(
            name="notes",
            title=_("Commentaires"),
            model=ActionNote,
            link="action",
            fields=fields_of(ActionNote, ["date", "auteur", "texte"]),
            order_by=("-date", "-pk"),
            time_field="date",
            is_protected=True,
        ),
    ),
)
