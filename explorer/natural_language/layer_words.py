"""The words of a layer as plain values: its name, fields and values, with synonyms.

They are read by ``queries`` through ``layers.access``: the grammar reads no database.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.natural_language.tokens import tokens
from layers.definitions import FieldType

_KINDS = frozenset(
    [
        "type",
        "nature",
        "mode",
        "categorie",
        "genre",
        "espece",
        "essence",
        "famille",
        "objet",
        "sorte",
        "classe",
    ]
)


@dataclass(frozen=True, slots=True)
class ValueWords:
    """A value of a field, as in the address, and its label. ``is_there``: some feature has it."""

    value: str
    label: str
    synonyms: tuple[str, ...] = ()
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field that the visitor may filter. ``values`` are those of a list, coded or read in the rows.

    ``is_listed``: a condition names whole values of that list; ``is_year``: its numbers are years; ``is_additive``:
    the sum of its numbers means something.
    """

    name: str
    type: FieldType
    title: str
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    values: tuple[ValueWords, ...] = ()
    is_listed: bool = False
    is_year: bool = False
    is_additive: bool = False

    @property
    def is_boolean(self) -> bool:
        """Whether it answers yes or no."""
        return self.type is FieldType.BOOLEAN

    @property
    def is_kind(self) -> bool:
        """Whether its values are kinds of things, that may be named alone: « piste cyclable », « parc », « bus »."""
        return any(each.word in _KINDS for each in tokens(self.title))

    @property
    def is_dated(self) -> bool:
        """Whether it holds days, instants or years."""
        return self.is_year or self.type in {FieldType.DATE, FieldType.DATETIME}

    @property
    def is_number(self) -> bool:
        """Whether it holds amounts: numbers that are not years, and are not chosen from a list of labels."""
        return self.type in {FieldType.INTEGER, FieldType.NUMBER} and not self.is_year

    @property
    def is_integer(self) -> bool:
        """Whether its numbers are whole."""
        return self.type is FieldType.INTEGER


@dataclass(frozen=True, slots=True)
class RelationWords:
    """Records that belong to a feature: « équipements » of a playground."""

    name: str
    title: str
    fields: tuple[FieldWords, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerWords:
    """A layer that a map may show. ``titles`` are (id, name) of its features where they are few enough to be known.

    ``measure`` is that of its geometry (``layers.parsing.query``): an area, a length, or nothing. ``is_table``: its
    rows have no geometry; ``has_commune``: they are of communes.
    """

    slug: str
    title: str
    singular: str
    fields: tuple[FieldWords, ...]
    synonyms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    is_surface: bool = False
    measure: str = ""
    is_table: bool = False
    has_commune: bool = True
    title_field: str = ""
    time_field: str = ""
    precision_field: str = ""
    titles: tuple[tuple[int, str], ...] = ()
    relations: tuple[RelationWords, ...] = ()

    def field(self, name: str) -> FieldWords | None:
        """Return a field by name; None when the visitor has no such field."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Town:
    """A commune that the visitor sees."""

    code: str
    name: str
    postcodes: tuple[str, ...] = ()
