"""The words by which a visitor may ask a layer: its name, fields and values, with what else these are called.

They are plain values, read once through the door (``explorer.question.queries``): the grammar reads no database.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.question.words import tokens
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
    """A value of a field, as the address writes it, and its label. ``is_there`` tells that some feature has it."""

    value: str
    label: str
    synonyms: tuple[str, ...] = ()
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field that the visitor may filter. ``values`` are those of a list, coded or met in the rows.

    ``is_listed`` tells that a condition names whole values of that list; ``is_year`` that its numbers are years.
    """

    name: str
    type: FieldType
    title: str
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    values: tuple[ValueWords, ...] = ()
    is_listed: bool = False
    is_year: bool = False

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
    def is_whole(self) -> bool:
        """Whether its numbers are whole."""
        return self.type is FieldType.INTEGER


@dataclass(frozen=True, slots=True)
class LayerWords:
    """A layer that a map may show. ``titles`` are (id, name) of its features where they are few enough to be known."""

    slug: str
    title: str
    singular: str
    fields: tuple[FieldWords, ...]
    synonyms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    is_surface: bool = False
    title_field: str = ""
    time_field: str = ""
    precision_field: str = ""
    titles: tuple[tuple[int, str], ...] = ()

    def field(self, name: str) -> FieldWords | None:
        """Return a field by name; None when the visitor has no such field."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Town:
    """A commune that the visitor sees."""

    code: str
    name: str
    postcodes: tuple[str, ...] = ()
