"""The JSON Schema (draft 2020-12) of a document, built from the kinds of panels: editors complete from it.

It says what stands in one document. What depends on others (layers, fields, included dashboards) is checked apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dashboards.documents.document import COLUMNS
from dashboards.models import (
    ACTION_MAX,
    AXIS_MAX,
    DECIDED_BY_MAX,
    DECISION_MAX,
    PLAN_MAX,
    SLUG_MAX,
    SLUG_PATTERN,
    SUMMARY_MAX,
    TITLE_MAX,
)
from layers.definitions import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_PANELS, MAX_SECTIONS = 60, 40
MAX_ROWS, MIN_REFRESH = 12, 10
OPERATORS = (">", ">=", "<", "<=", "=", "!=")
FILTER_KINDS = ("values", "period", "commune")
# Words that follow a dashboard, or the list, in addresses.
RESERVED_PANELS = (
    "apercu", "bibliotheque", "brouillon", "champs", "champs-communs", "couches", "document", "dupliquer", "ecran",
    "favori", "filtres", "finalite", "html", "imprimer", "integrer", "lecteurs", "miniature", "modeles", "modifier",
    "pdf", "publier", "reglages", "retirer", "supprimer", "texte", "valeurs", "versions",
)  # fmt: skip
RESERVED_DASHBOARDS = ("bibliotheque", "favoris", "graphiques", "modeles", "nouveau", "schema")


class KindRules(Protocol):
    """What the schema must know of a kind of panel: a row of the table of kinds."""

    @property
    def name(self) -> str:
        """The word of ``kind``."""

    @property
    def title(self) -> Text:
        """Its name for people."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The JSON Schema of its options."""

    @property
    def needs_question(self) -> bool:
        """Whether it shows nothing without a question."""


def build_schema(kinds: Iterable[KindRules], *, address: str = "") -> dict[str, Any]:
    """Return the schema of a whole document for these kinds; ``address`` is where it is published."""
    definitions = {
        "include": _include(),
        "section": _section(),
        "question": question_schema(),
        "panel": panel_schema(kinds),
    }
    schema = _object({**_identity(), **_content()}, required=("slug", "title", "sections"))
    named = {"$id": address} if address else {}
    return {"$schema": DIALECT, **named, "title": _("Tableau de bord"), **schema, "$defs": definitions}


def _identity() -> dict[str, Any]:
    """Return the keys that say what a dashboard is, who makes and reads it."""
    return {
        "slug": _identifier(RESERVED_DASHBOARDS)
        | {"description": _("Nom dans l’adresse du tableau de bord.")},
        "title": _text(TITLE_MAX, _("Titre du tableau de bord."), least=1),
        "summary": _text(SUMMARY_MAX, _("Ce qu’on y lit, en une phrase.")),
        "theme": _text(SLUG_MAX, _("Identifiant d’un thème du catalogue.")),
        "producer": _text(150, _("Groupe qui le tient à jour.")),
        "audience": _audience(),
        "portal": _text(SLUG_MAX, _("Commune à laquelle ses données se limitent, par son nom de portail.")),
        "purpose": _purpose(),
    }


def _purpose() -> dict[str, Any]:
    purpose = _object(
        {
            "decision": _text(DECISION_MAX, _("La décision que le tableau de bord éclaire."), least=1),
            "by": _text(DECIDED_BY_MAX, _("Qui prend cette décision."), least=1),
            "plan": _text(PLAN_MAX, _("Code du plan qu’il suit."), least=1),
            "action": _text(ACTION_MAX, _("Code de l’action du plan."), least=1),
            "axis": _text(AXIS_MAX, _("Titre de l’axe du plan."), least=1),
        },
        required=("decision", "by"),
    )
    linked = {"action": ["plan"], "axis": ["plan"]}
    excluded = {"not": {"required": ["action", "axis"]}}
    return (
        purpose
        | excluded
        | {
            "dependentRequired": linked,
            "description": _(
                "À quoi sert le tableau de bord : quelle décision, de qui, et quelle action d’un plan."
            ),
        }
    )


def _content() -> dict[str, Any]:
    """Return the keys that say what it shows."""
    return {
        "refresh": {
            "type": "integer",
            "minimum": MIN_REFRESH,
            "maximum": 86_400,
            "description": _("Secondes entre deux mises à jour de la page ouverte ; absent : aucune."),
        },
        "filters": {
            "type": "array",
            "maxItems": 20,
            "items": _filter(),
            "description": _("Filtres de la page."),
        },
        "links": _links(),
        "sections": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_SECTIONS,
            "items": {
                "type": "object",
                "if": {"required": ["include"]},
                "then": {"$ref": "#/$defs/include"},
                "else": {"$ref": "#/$defs/section"},
            },
            "description": _("Sections, de haut en bas."),
        },
    }


def panel_schema(kinds: Iterable[KindRules]) -> dict[str, Any]:
    """Return the schema of a panel: its options follow from its kind."""
    table = tuple(kinds)
    properties = {
        "id": _identifier(RESERVED_PANELS) | {"description": _("Nom dans l’adresse du panneau.")},
        "kind": {
            "enum": [kind.name for kind in table],
            "description": " ; ".join(f"{kind.name} : {kind.title}" for kind in table),
        },
        "library": _identifier()
        | {"description": _("Panneau de bibliothèque dont celui-ci reprend ce qu’il ne dit pas.")},
        "title": _text(200, _("Ce qu’on voit, dit en une phrase.")),
        "subtitle": _text(300, _("Précision sous le titre : période, unité.")),
        "width": _integer(1, COLUMNS, _("Largeur, en colonnes d’une grille de 12.")),
        "height": _integer(1, MAX_ROWS, _("Hauteur, en rangs de la grille.")),
        "question": {"$ref": "#/$defs/question"},
        "options": {"type": "object", "description": _("Ce que lit ce genre de panneau seul.")},
        "notice": _notice(),
        "source": _text(300, _("Source dite sous le panneau, à la place de celle de la couche.")),
    }
    needs_kind = {"if": {"required": ["library"]}, "then": {}, "else": {"required": ["kind"]}}
    return _object(properties, required=("id",)) | {"allOf": [needs_kind, *(_rules(kind) for kind in table)]}


def library_panel_schema(kinds: Iterable[KindRules]) -> dict[str, Any]:
    """Return the schema of a library panel: a whole panel, named by its row, without a library panel of its own."""
    schema = panel_schema(kinds)
    properties = {
        name: value for name, value in schema["properties"].items() if name not in {"id", "library"}
    }
    return schema | {
        "$schema": DIALECT,
        "properties": properties,
        "required": ["kind", "title"],
        "$defs": {"question": question_schema()},
    }


def _rules(kind: KindRules) -> dict[str, Any]:
    """Return what follows from a kind: its options, and a question where it needs one and no library panel gives it."""
    then: dict[str, Any] = {"properties": {"options": written_words(kind.options)}}
    if kind.needs_question:
        then |= {"if": {"required": ["library"]}, "else": {"required": ["question"]}}
    return {"if": {"required": ["kind"], "properties": {"kind": {"const": kind.name}}}, "then": then}


def question_schema() -> dict[str, Any]:
    """Return the schema of a question."""
    return _object(
        {
            "layer": _text(63, _("Identifiant de la couche ou du jeu de données."), least=1),
            "relation": _text(63, _("Enregistrements liés de la couche, qui sont alors les lignes.")),
            "relation_filter": _text(5_000, _("Filtre CQL2 des enregistrements liés.")),
            "filter": _text(5_000, _("Filtre CQL2 des objets.")),
            "by": _names(4, _("Groupes : champ, commune, year:champ, width5:champ.")),
            "measures": _names(20, _("Mesures de chaque groupe : count, sum:champ, per_inhabitant:count.")),
            "series": _names(40, _("Colonnes de nombres d’une table large, une série chacune.")),
            "fields": _names(40, _("Champs d’un panneau qui montre des lignes.")),
            "sort": _names(4, _("Ordre, par des colonnes de la réponse ; - devant : décroissant.")),
            "empty": {"type": "boolean", "description": _("Montrer aussi les périodes sans rien.")},
            "limit": _integer(1, 10_000, _("Nombre de groupes ou de lignes, au plus.")),
        },
        required=("layer",),
    )


def _section() -> dict[str, Any]:
    return _object(
        {
            "id": _identifier() | {"description": _("Nom de la section, sa cible dans la page.")},
            "title": _text(200, _("Titre de la section.")),
            "text": _text(5_000, _("Texte d’introduction, en Markdown.")),
            "panels": {
                "type": "array",
                "maxItems": MAX_PANELS,
                "items": {"$ref": "#/$defs/panel"},
                "description": _("Panneaux, de gauche à droite puis de haut en bas."),
            },
        },
        required=("id", "title", "panels"),
    )


def _include() -> dict[str, Any]:
    return _object(
        {
            "include": _identifier()
            | {
                "description": _("Tableau de bord dont les sections paraissent ici, telles qu’il les publie.")
            },
            "section": _text(150, _("Une seule de ses sections ; absent : toutes.")),
        },
        required=("include",),
    )


def _audience() -> dict[str, Any]:
    readers = _object(
        {
            "groups": _names(50, _("Groupes qui le lisent.")),
            "persons": _names(50, _("Comptes qui le lisent, par leur nom.")),
        }
    )
    return {
        "description": _(
            "Qui le lit : « public », ou des groupes et des comptes ; absent : ceux qui le changent."
        ),
        "if": {"type": "string"},
        "then": {"const": "public"},
        "else": readers,
    }


def _filter() -> dict[str, Any]:
    described = _object(
        {
            "field": _text(63, _("Champ, sous ce nom ou sous ceux que « links » donne."), least=1),
            "title": _text(TITLE_MAX, _("Son nom sur la page.")),
            "kind": {"enum": list(FILTER_KINDS), "description": _("Valeurs à cocher, période ou communes.")},
        },
        required=("field",),
    )
    return {"if": {"type": "string"}, "then": _text(63, least=1), "else": described}


def _links() -> dict[str, Any]:
    names = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 40,
        "additionalProperties": _text(63, least=1),
    }
    return {
        "type": "object",
        "maxProperties": 20,
        "additionalProperties": names,
        "description": _(
            "Champ → { couche : nom qu’il y porte } ; couche.relation pour des enregistrements liés."
        ),
    }


def _notice() -> dict[str, Any]:
    return _object(
        {
            "operator": {"enum": list(OPERATORS)},
            "threshold": {"type": "number"},
            "text": _text(200, _("Phrase affichée ; {value} est la valeur."), least=1),
        },
        required=("operator", "threshold", "text"),
    ) | {"description": _("Phrase affichée quand la valeur passe un seuil.")}


def _object(properties: Mapping[str, Any], *, required: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _text(most: int, description: str = "", *, least: int = 0) -> dict[str, Any]:
    described = {"description": description} if description else {}
    return {"type": "string", "minLength": least, "maxLength": most, **described}


def _integer(least: int, most: int, description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def _names(most: int, description: str) -> dict[str, Any]:
    """Return the schema of some names: one as a text, or a list."""
    return {
        "type": ["string", "array"],
        "minLength": 1,
        "items": _text(300, least=1),
        "minItems": 1,
        "maxItems": most,
        "uniqueItems": True,
        "description": description,
    }


def _identifier(reserved: Iterable[str] = ()) -> dict[str, Any]:
    words = list(reserved)
    refused = {"not": {"enum": words}} if words else {}
    return {"type": "string", "pattern": SLUG_PATTERN, "maxLength": SLUG_MAX, **refused}


def written_words(part: Any) -> Any:
    """Return a part of a schema with its words as texts."""
    if isinstance(part, Mapping):
        return {name: written_words(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [written_words(value) for value in part]
    return str(part) if isinstance(part, Promise) else part
