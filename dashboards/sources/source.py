"""What a question may be about: a layer or related records of it, and their fields by what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from interface import wording
from interface.conditions import is_coded
from interface.territory import COMMUNE_FIELD
from layers.access import Scope
from layers.aggregates.plan import FEATURE, groupable_fields, groupable_record_fields
from layers.definitions import ID, Field, FieldType, Relation
from layers.errors import UnknownProperty

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
# Parts of names of fields that tell apart, and say nothing of a group: identifiers, addresses, links.
_SINGULAR = frozenset(
    {
        "id",
        "url",
        "siren",
        "siret",
        "code",
        "ref",
        "num",
        "numero",
        "adresse",
        "telephone",
        "contact",
        "matricule",
    }
)
_STATES = frozenset({"etat", "statut", "state", "status"})


class FieldRole(Enum):
    """What a field is for: the value names the word and the pictogram that makers see."""

    COMMUNE = "place"
    CODES = "codes"
    FLAG = "flag"
    DATE = "date"
    YEAR = "year"
    NUMBER = "number"
    TEXT = "text"


ICONS: Mapping[FieldRole, str] = {
    FieldRole.COMMUNE: "map-pin",
    FieldRole.CODES: "list",
    FieldRole.FLAG: "check",
    FieldRole.DATE: "calendar",
    FieldRole.YEAR: "calendar",
    FieldRole.NUMBER: "hash",
    FieldRole.TEXT: "type",
}


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field under the ``name`` that questions give it (``feature.nom`` for that of the feature of a record)."""

    name: str
    field: Field
    role: FieldRole

    @property
    def title(self) -> str:
        """Its name for people, its first letter upper case."""
        text = str(self.field.title)
        return text[:1].upper() + text[1:]

    @property
    def icon(self) -> str:
        """The pictogram of its role."""
        return ICONS[self.role]

    @property
    def is_of_feature(self) -> bool:
        """Whether it is a field of the feature that a record belongs to."""
        return self.name.startswith(FEATURE)

    @property
    def is_telling(self) -> bool:
        """Whether groups by it say something: no identifier, no address."""
        parts = set(self.field.name.lower().replace(".", "_").split("_"))
        return bool(self.field.choices) or self.field.is_facet or not parts & _SINGULAR

    @property
    def is_state(self) -> bool:
        """Whether its name is that of a state: what one follows first, before a kind."""
        return not _STATES.isdisjoint(self.field.name.lower().split("_"))


@dataclass(frozen=True, slots=True)
class PanelSource:
    """A layer that a visitor reads, or related records of it: ``fields`` by the names that questions give them.

    A field that the visitor does not read is not there.
    """

    scope: Scope
    relation: Relation | None
    fields: Mapping[str, SourceField]

    @property
    def relation_name(self) -> str:
        """The name of the related records; empty for the features."""
        return self.relation.name if self.relation else ""

    @property
    def title(self) -> str:
        """What the rows are, in the plural: « Aires de jeux », « Contrôles »."""
        return str(self.relation.title) if self.relation else self.scope.layer.title

    @property
    def things(self) -> str:
        """What a sentence calls the rows, in the plural: « zones du PLUi »; their title where the layer has no noun."""
        noun = None if self.relation else self.scope.definition.noun
        return str(noun.many) if noun else self.title

    @property
    def own(self) -> tuple[SourceField, ...]:
        """The fields of the rows themselves, as the layer orders them: those of records, else those of features."""
        return tuple(field for field in self.fields.values() if not field.is_of_feature)

    @property
    def listed(self) -> tuple[str, ...]:
        """The names of the fields that a list of rows may show: those of the rows themselves."""
        own_names = (
            {each.name for each in self.relation.fields} if self.relation else {*self.scope.filterable}
        )
        return tuple(name for name in self.fields if name in own_names)

    def of_role(self, *roles: FieldRole, is_telling: bool = False) -> list[SourceField]:
        """Return the fields for something, those of the rows first; ``is_telling`` leaves identifiers out."""
        fields = [each for each in self.fields.values() if each.role in roles]
        fields.sort(key=lambda each: each.is_of_feature)
        return [each for each in fields if each.is_telling or not is_telling]

    def named(self, name: str, parameter: str) -> SourceField:
        """Return a field by the name that questions give it.

        Raises:
            UnknownProperty: the visitor has none of that name.
        """
        if name not in self.fields:
            raise UnknownProperty(name[:63], parameter=parameter)
        return self.fields[name]

    @property
    def commune(self) -> SourceField | None:
        """The commune of the rows, when they have one."""
        return self.fields.get(COMMUNE_FIELD) or next(iter(self.of_role(FieldRole.COMMUNE)), None)

    @property
    def dates(self) -> list[SourceField]:
        """The dates, the one that the layer or its records are known by first."""
        main_names = {self.scope.definition.time_field if self.relation is None else self.relation.dated_by}
        fields = self.of_role(FieldRole.DATE)
        return sorted(fields, key=lambda each: each.name not in main_names)

    @property
    def codes(self) -> list[SourceField]:
        """The fields whose values make groups: the one that the map is drawn by, then the state, before the others."""
        style = self.scope.style.field if self.relation is None else ""
        fields = self.of_role(FieldRole.CODES, FieldRole.FLAG, is_telling=True)
        return sorted(
            fields, key=lambda each: (each.name != style, each.role is FieldRole.FLAG, not each.is_state)
        )

    @property
    def numbers(self) -> list[SourceField]:
        """The numbers to add up or average; the precision of a position is not one."""
        precision = self.scope.definition.precision_field
        return [
            each for each in self.of_role(FieldRole.NUMBER, is_telling=True) if each.field.name != precision
        ]

    @property
    def has_geometry(self) -> bool:
        """Whether a map can draw the rows."""
        return self.relation is None and self.scope.definition.geometry.is_located


def panel_source(scope: Scope, relation: str = "") -> PanelSource:
    """Return what a question about a layer, or related records of it, may name.

    Raises:
        UnknownProperty: a relation that the visitor does not have.
    """
    match = next((each for each in scope.relations if each.name == relation), None)
    if relation and match is None:
        raise UnknownProperty(relation[:63], parameter="relation")
    fields = _of_records(scope, match) if match else groupable_fields(scope)
    named = {
        name: SourceField(name, field, role_of(field))
        for name, field in fields.items()
        if field.name != ID.name
    }
    return PanelSource(scope, match, named)


def related_source(source: PanelSource, relation: str) -> PanelSource:
    """Return a source as the records of a relation; as the features without one."""
    return source if relation == source.relation_name else panel_source(source.scope, relation)


def _of_records(scope: Scope, relation: Relation) -> dict[str, Field]:
    """Return the fields of records first, then those of their features but for what both have under one name."""
    fields = groupable_record_fields(scope, relation)
    own = {field.name for field in relation.fields}
    first = {name: field for name, field in fields.items() if name in own or name == COMMUNE_FIELD}
    of_features = {name: field for name, field in fields.items() if name.startswith(FEATURE)}
    return first | {name: field for name, field in of_features.items() if name != FEATURE + ID.name}


def role_of(field: Field) -> FieldRole:
    """Return what a field is for."""
    if field.name.removeprefix(FEATURE) == COMMUNE_FIELD:
        return FieldRole.COMMUNE
    if field.type is FieldType.BOOLEAN:
        return FieldRole.FLAG
    if is_coded(field) or field.type is FieldType.TEXTS:
        return FieldRole.CODES
    if field.type in _DATES:
        return FieldRole.DATE
    if field.type in _NUMBERS:
        return FieldRole.YEAR if wording.is_year(field) else FieldRole.NUMBER
    return FieldRole.TEXT


def role_words(role: FieldRole) -> str:
    """Say what the values of a field are."""
    return {
        FieldRole.COMMUNE: _("commune"),
        FieldRole.CODES: _("liste de valeurs"),
        FieldRole.FLAG: _("oui ou non"),
        FieldRole.DATE: _("date"),
        FieldRole.YEAR: _("année"),
        FieldRole.NUMBER: _("nombre"),
        FieldRole.TEXT: _("texte"),
    }[role]
