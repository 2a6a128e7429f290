"""The schema of a dataset as a frozen value: what its table is made of and what its files must respect.

It is stored as JSON in the vocabulary of Table Schema 1.0 where that has the word (``name``, ``type``, ``title``,
``description``, ``constraints.required|unique|minimum|maximum|pattern|enum``, ``primaryKey``); ours are ``unit``,
``facet``, ``protected``, ``synonyms``, ``additive``, ``column``, ``geometry``, ``srid``, ``commune``, ``titleField``,
``timeField``, ``enumLabels`` and ``enumColours`` (objects by value of the enumeration), ``default``, ``help``,
``condition`` (an object ``field``, ``op``, ``value``) and ``parent`` (an object ``layer``, ``field``, ``key``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from datasets.vocabulary import ColumnType, ConditionOperator, GeometryFamily, GeometryKind
from layers.definitions import is_record_date


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """When a form has a field: ``operator`` compares the value of ``field`` with ``value``, a text.

    ``EMPTY`` and ``FILLED`` have no value. The document writes it as forms write their rules: whether a value is
    missing is ``empty`` with true or false.
    """

    field: str
    operator: ConditionOperator
    value: str = ""

    @property
    def rule(self) -> tuple[str, str, str | bool]:
        """The field, the operator and the value of a rule of forms."""
        if self.operator.has_value:
            return self.field, self.operator.value, self.value
        return self.field, ConditionOperator.EMPTY.value, self.operator is ConditionOperator.EMPTY

    def to_json(self) -> dict[str, str | bool]:
        """Return the object of the schema document."""
        return dict(zip(("field", "op", "value"), self.rule, strict=True))

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> FieldCondition:
        """Read what ``to_json`` wrote."""
        operator, value = ConditionOperator(document["op"]), document.get("value", "")
        if operator is ConditionOperator.EMPTY:
            return cls(document["field"], operator if value is not False else ConditionOperator.FILLED)
        return cls(document["field"], operator, value)


@dataclass(frozen=True, slots=True)
class ParentLink:
    """The rows belong to features of another layer: ``field`` holds the ``key`` of the parent.

    ``layer`` is the slug of the parent layer, coded or not; ``key`` names one of its fields, empty for its id.
    """

    layer: str
    field: str
    key: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the object of the schema document."""
        return {"layer": self.layer, "field": self.field, "key": self.key}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ParentLink:
        """Read what ``to_json`` wrote."""
        return cls(document["layer"], document["field"], document.get("key", ""))


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A published field. ``name`` is what clients see (letters of any language, digits, ``_``); ``column`` is the
    database column, always plain ASCII made by us (``f1_nom``): no name a producer chose is ever an identifier in SQL.

    ``source`` is the title of the column in the producer's files. ``minimum`` and ``maximum`` are numbers, or ISO dates
    as text; ``pattern`` is a PostgreSQL-compatible regular expression that the whole value matches. ``synonyms`` are
    other words for the field. ``is_additive`` says whether its numbers are added up, None where unit and name tell;
    ``weight`` names the number that its means are weighted by.

    ``enum_labels`` and ``enum_colours`` (``#rrggbb``) go with the values of ``enum``, in their order, or are empty.
    ``default`` is the value of a new row, as text; ``help`` is said under its input; a form has the field where its
    ``condition`` holds.
    """

    name: str
    type: ColumnType
    column: str
    source: str
    title: str = ""
    description: str = ""
    unit: str = ""
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | str | None = None
    maximum: float | str | None = None
    is_required: bool = False
    is_unique: bool = False
    is_facet: bool = False
    is_protected: bool = False
    synonyms: tuple[str, ...] = ()
    is_additive: bool | None = None
    weight: str = ""
    enum_labels: tuple[str, ...] = ()
    enum_colours: tuple[str, ...] = ()
    default: str = ""
    help: str = ""
    condition: FieldCondition | None = None

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The values of the enumeration with their labels."""
        return tuple(zip(self.enum, self.enum_labels or self.enum, strict=True))

    def with_enum(self, codes: Iterable[str]) -> SchemaField:
        """Return the field with other values, each with the label and the colour that it had."""
        enum, labels, colours = tuple(codes), dict(self.choices), self.colours
        return replace(
            self,
            enum=enum,
            enum_labels=tuple(labels.get(code, code) for code in enum) if self.enum_labels else (),
            enum_colours=tuple(colours.get(code, "") for code in enum) if colours else (),
        )

    @property
    def colours(self) -> dict[str, str]:
        """The colours by value of the enumeration; none where no value has one."""
        return {code: colour for code, colour in zip(self.enum, self.enum_colours, strict=False) if colour}

    def to_json(self) -> dict[str, Any]:
        """Return the Table Schema descriptor of the field."""
        constraints: dict[str, Any] = {"required": self.is_required, "unique": self.is_unique}
        constraints |= {"enum": list(self.enum)} if self.enum else {}
        constraints |= {"pattern": self.pattern} if self.pattern else {}
        constraints |= {} if self.minimum is None else {"minimum": self.minimum}
        constraints |= {} if self.maximum is None else {"maximum": self.maximum}
        called: dict[str, Any] = {"synonyms": list(self.synonyms)} if self.synonyms else {}
        called |= {} if self.is_additive is None else {"additive": self.is_additive}
        called |= {"weight": self.weight} if self.weight else {}
        called |= {"enumLabels": dict(self.choices)} if self.enum_labels else {}
        called |= {"enumColours": self.colours} if self.colours else {}
        called |= {"default": self.default} if self.default else {}
        called |= {"help": self.help} if self.help else {}
        called |= {"condition": self.condition.to_json()} if self.condition else {}
        return called | {
            "name": self.name,
            "type": self.type.value,
            "column": self.column,
            "source": self.source,
            "title": self.title,
            "description": self.description,
            "unit": self.unit,
            "facet": self.is_facet,
            "protected": self.is_protected,
            "constraints": constraints,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> SchemaField:
        """Read a descriptor written by ``to_json``."""
        constraints = document.get("constraints", {})
        enum = tuple(constraints.get("enum", ()))
        labels, colours = document.get("enumLabels"), document.get("enumColours")
        condition = document.get("condition")
        return cls(
            name=document["name"],
            type=ColumnType(document["type"]),
            column=document["column"],
            source=document["source"],
            title=document.get("title", ""),
            description=document.get("description", ""),
            unit=document.get("unit", ""),
            enum=enum,
            pattern=constraints.get("pattern", ""),
            minimum=constraints.get("minimum"),
            maximum=constraints.get("maximum"),
            is_required=constraints.get("required", False),
            is_unique=constraints.get("unique", False),
            is_facet=document.get("facet", False),
            is_protected=document.get("protected", False),
            synonyms=tuple(document.get("synonyms", ())),
            is_additive=document.get("additive"),
            weight=document.get("weight", ""),
            enum_labels=tuple(labels.get(code, code) for code in enum) if labels else (),
            enum_colours=tuple(colours.get(code, "") for code in enum) if colours else (),
            default=document.get("default", ""),
            help=document.get("help", ""),
            condition=FieldCondition.from_json(condition) if condition else None,
        )


@dataclass(frozen=True, slots=True)
class DatasetSchema:
    """Fields, geometry, key and commune column of a dataset.

    ``key`` names the fields that identify a row from one delivery to the next; empty: rows are identified by their
    content and a changed row is one removed and one added, but for a position that moves by a metre at most
    (``loading.sql.matching``). ``commune`` names the field that holds the INSEE code or the
    commune's name, for datasets without geometry. ``time_field`` names the one that dates the rows; empty: the only
    date there is, if there is one, those that say when a row was written apart. ``precision_field`` names the number of
    the probable error of a position, in metres. ``parent`` is the layer that the rows belong to.
    """

    fields: tuple[SchemaField, ...]
    geometry: GeometryKind = GeometryKind.NONE
    key: tuple[str, ...] = ()
    commune: str = ""
    title_field: str = ""
    time_field: str = ""
    precision_field: str = ""
    published_schema: str = ""
    parent: ParentLink | None = None
    by_name: Mapping[str, SchemaField] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields and refuse names that point nowhere."""
        by_name = {item.name: item for item in self.fields}
        object.__setattr__(self, "by_name", by_name)
        roles = {*self.key, self.commune, self.title_field, self.time_field, self.precision_field}
        roles |= {item.condition.field for item in self.fields if item.condition}
        roles |= {self.parent.field} if self.parent else set()
        missing = roles - {"", *by_name}
        if missing or len(by_name) < len(self.fields):
            raise ValueError(f"schema names fields it does not have, or twice: {sorted(missing)}")

    def narrowed(self, only: str) -> DatasetSchema:
        """Return the schema with a geometry of the family taken alone; itself when all are, or when it has none."""
        if not only or self.geometry is GeometryKind.NONE:
            return self
        return replace(self, geometry=GeometryFamily(only).nearest(self.geometry))

    def dated_by(self) -> str:
        """Return the name of the field that dates the rows, empty when it is undecided."""
        dated = [item.name for item in self.fields if item.type in {ColumnType.DATE, ColumnType.DATETIME}]
        if self.time_field in dated:
            return self.time_field
        events = [name for name in dated if not is_record_date(name)]
        return next((names[0] for names in (events, dated) if len(names) == 1), "")

    def to_json(self) -> dict[str, Any]:
        """Return the Table Schema descriptor."""
        chosen = {"timeField": self.time_field, "precisionField": self.precision_field}
        parent = {"parent": self.parent.to_json()} if self.parent else {}
        return (
            {name: value for name, value in chosen.items() if value}
            | parent
            | {
                "fields": [item.to_json() for item in self.fields],
                "primaryKey": list(self.key),
                "geometry": self.geometry.value,
                "commune": self.commune,
                "titleField": self.title_field,
                "knownSchema": self.published_schema,
            }
        )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> DatasetSchema:
        """Read a descriptor written by ``to_json``."""
        return cls(
            fields=tuple(SchemaField.from_json(item) for item in document["fields"]),
            geometry=GeometryKind(document.get("geometry", "")),
            key=tuple(document.get("primaryKey", ())),
            commune=document.get("commune", ""),
            title_field=document.get("titleField", ""),
            time_field=document.get("timeField", ""),
            precision_field=document.get("precisionField", ""),
            published_schema=document.get("knownSchema", ""),
            parent=ParentLink.from_json(document["parent"]) if document.get("parent") else None,
        )


def linked_fields(
    fields: Iterable[SchemaField], renamed: Mapping[str, str] | None = None
) -> tuple[SchemaField, ...]:
    """Return fields whose conditions name fields among them: under their new names, the others dropped."""
    remaining, new_names = tuple(fields), renamed or {}
    names = {item.name for item in remaining}

    def linked(item: SchemaField) -> SchemaField:
        if item.condition is None:
            return item
        name = new_names.get(item.condition.field, item.condition.field)
        return replace(item, condition=replace(item.condition, field=name) if name in names else None)

    return tuple(map(linked, remaining))


PLAIN_POSITIONS = frozenset({"lonlat", "latlon", "lonlat_text", "dms"})
"""Kinds of recipes that make points of two numbers."""


@dataclass(frozen=True, slots=True)
class GeometryRecipe:
    """How a delivery's rows get their geometry, in SQL, from the raw columns.

    ``kind`` is ``none``, ``wkb`` (the reader gives it), ``wkt``, ``geojson``, ``lonlat`` (two columns x, y in ``srid``:
    longitude and latitude, or easting and northing) or ``latlon`` (one column "lat, lon") or ``lonlat_text`` (one
    column "[lon, lat]") or ``dms`` (degrees, minutes and seconds, in one column or in two, x first). ``columns``
    are positions in the raw row. Coordinates go from ``srid`` to EPSG:4326; ``swaps_xy`` exchanges x and y before, of
    shapes written latitude first. ``only`` is the one family (``GeometryFamily``) taken of a file that mixes several;
    empty: all, and rows of another family than the schema's are errors.
    """

    kind: str = "none"
    columns: tuple[int, ...] = ()
    srid: int = 4326
    keeps_z: bool = False
    only: str = ""
    swaps_xy: bool = False


HEIGHTS = "z"
"""The code of the finding that shapes have heights, which are left out unless somebody keeps them."""
RENAMED = "renamed"
"""The code of the finding that a column succeeds one of another title, whose values it has."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a delivery: ``line`` is 1-based (0: the whole file), ``field`` its title in the file."""

    severity: str
    code: str
    reason: str
    line: int = 0
    field: str = ""
    value: str = ""
