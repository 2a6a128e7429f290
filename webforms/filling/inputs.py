"""What people typed in a form, read by its document: typed values, or the reason why each is refused.

Names of inputs are ``q-<item>``, and ``q-<relation>-<number>-<item>`` in repeated parts. What a condition hides is not
read: it is neither required nor stored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from interface.forms import typed_number
from layers.definitions import GeometryType
from layers.errors import InvalidGeometry
from layers.parsing.geometry import parse_geometry
from layers.parsing.numbers import parse_integer
from layers.visitor import Visitor
from webforms import places
from webforms.documents import Choice, FormDocument, Item, Section, visible_items
from webforms.vocabulary import MAX_RECORDS, SHORT_TEXT_MAX, TEXT_MAX, ItemKind

if TYPE_CHECKING:
    Texts = MultiValueDict[str, Any]
    Files = MultiValueDict[str, UploadedFile[Any]]

YES, NO = "oui", "non"
_LARGEST = 1e15
# « 48,8123 2,2345 », « 48.8123, 2.2345 »: latitude, then longitude, as people read them on maps.
_POSITION = re.compile(r"\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")
_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)


@dataclass(slots=True)
class Reading:
    """An answer as it was read: ``faults`` are by name of input, ``photos`` by item."""

    values: dict[str, Any] = field(default_factory=dict)
    geometry: GEOSGeometry | None = None
    photos: list[tuple[Item, UploadedFile[Any]]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads answers to one document: ``choices`` are those of its items by name, ``geometry`` the type of the layer."""

    document: FormDocument
    choices: Mapping[str, tuple[Choice, ...]]
    geometry: GeometryType
    visitor: Visitor

    def read(self, data: Texts, files: Files) -> Reading:
        """Return what was sent."""
        reading = Reading()
        defaults = _LazyDefaults(self, data)
        for section in self.document.sections:
            if section.relation:
                self._read_records(section, data, reading)
                continue
            for item in visible_items(section, reading.values):
                if item.kind == ItemKind.PHOTO:
                    self._read_photos(item, files, reading)
                elif item.is_answered:
                    self._read_item(item, input_name(item), data, reading, reading.values, defaults)
        return reading

    def _read_records(self, section: Section, data: Texts, reading: Reading) -> None:
        records: list[dict[str, Any]] = []
        for number in range(record_count(section, data)):
            record: dict[str, Any] = {}
            faults: dict[str, str] = {}
            answers = _Joined(reading.values, record)
            for item in visible_items(section, answers):
                if item.is_answered and item.kind != ItemKind.PHOTO:
                    part = Reading(faults=faults)
                    self._read_item(item, input_name(item, section, number), data, part, record, None)
            if record:  # an empty block is none
                records.append(record)
                reading.faults |= faults
        if records:
            reading.values[section.relation] = records

    def _read_photos(self, item: Item, files: Files, reading: Reading) -> None:
        uploads = [each for each in files.getlist(input_name(item)) if each]
        if len(uploads) > item.max_files:
            reading.faults[input_name(item)] = _("Envoyez %d photos au plus.") % item.max_files
        elif item.required and not uploads:
            reading.faults[input_name(item)] = _("Ajoutez une photo.")
        else:
            reading.photos += [(item, upload) for upload in uploads]
            if uploads:
                reading.values[item.name] = len(uploads)

    def _read_item(
        self,
        item: Item,
        name: str,
        data: Texts,
        reading: Reading,
        values: dict[str, Any],
        defaults: _LazyDefaults | None,
    ) -> None:
        texts = [str(text).strip() for text in data.getlist(name)]
        texts = [text for text in texts if text]
        if not texts and item.place and defaults is not None:
            texts = defaults.texts(item)
        if not texts:
            if item.required:
                reading.faults[name] = _REQUIRED.get(item.kind, _answer_this)()
            return
        try:
            if any("\x00" in text for text in texts):
                raise ValidationError(_("Ce texte contient un caractère interdit."))
            if item.kind == ItemKind.POSITION:
                reading.geometry = self._geometry(item, texts[0])
                values[item.name] = _summary(reading.geometry)
            else:
                values[item.name] = self._value(item, texts)
        except ValidationError as error:
            reading.faults[name] = error.messages[0]
        except InvalidGeometry as error:
            reading.faults[name] = error.detail

    def _value(self, item: Item, texts: Sequence[str]) -> Any:
        if item.kind == ItemKind.CHOICES:
            codes = {code for code, _label in self.choices.get(item.name, ())}
            if not codes.issuperset(texts):
                raise ValidationError(_("Choisissez parmi les réponses proposées."))
            return list(dict.fromkeys(texts))
        if item.kind == ItemKind.CHOICE and texts[0] not in {
            c for c, _label in self.choices.get(item.name, ())
        }:
            raise ValidationError(_("Choisissez une des réponses proposées."))
        if item.kind == ItemKind.FEATURE:
            pk = parse_integer(texts[0])
            if pk is None or not places.feature_exists(self.visitor, item.layer, pk):
                raise ValidationError(_("Aucun objet n’a ce numéro : choisissez-le dans la liste."))
            return pk
        return _READERS.get(item.kind, _short)(item, texts[0])

    def _geometry(self, item: Item, text: str) -> GEOSGeometry:
        geometry = read_position(text, name=item.label)
        kind = self.geometry.value.upper()
        if kind and geometry.geom_type.upper() not in {kind, kind.removeprefix("MULTI")}:
            raise ValidationError(_WRONG_SHAPE[self.geometry.dimension]())
        return (
            places.snapped(self.visitor, item.layer, geometry, parameter=item.name)
            if item.layer
            else geometry
        )


class _LazyDefaults:
    """What the position gives, computed once, when an empty item asks for it."""

    def __init__(self, reader: AnswerReader, data: Texts) -> None:
        self._reader, self._data = reader, data
        self._values: dict[str, places.PlaceValue] | None = None

    def texts(self, item: Item) -> list[str]:
        """Return the text of an item, or none."""
        if self._values is None:
            self._values = self._computed()
        value = self._values.get(item.name)
        return [value.value] if value else []

    def _computed(self) -> dict[str, places.PlaceValue]:
        position = self._reader.document.position
        text = str(self._data.get(input_name(position), "")).strip() if position else ""
        if position is None or not text:
            return {}
        try:
            geometry = read_position(text, name=position.label)
        except (InvalidGeometry, ValidationError):  # the item of the position says so
            return {}
        return places.place_defaults(self._reader.visitor, self._reader.document, middle_of(geometry))


class _Joined(dict[str, Any]):
    """The answers of the form, and over them those of one record, which grows."""

    def __init__(self, answers: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        super().__init__(answers)
        self._record = record

    def get(self, key: str, default: Any = None) -> Any:
        """Return the answer of an item."""
        return self._record.get(key, super().get(key, default))


def input_name(item: Item, section: Section | None = None, number: int = 0) -> str:
    """Return the name of the input of an item."""
    if section is not None and section.relation:
        return f"q-{section.relation}-{number}-{item.name}"
    return f"q-{item.name}"


# What an address may fill a form with; people read it before they send it.
PREFILLED_KINDS = frozenset(
    {
        ItemKind.TEXT, ItemKind.LONG_TEXT, ItemKind.CHOICE, ItemKind.POSITION, ItemKind.INTEGER, ItemKind.NUMBER,
        ItemKind.DATE,
    }
)  # fmt: skip


def prefilled_names(document: FormDocument) -> tuple[str, ...]:
    """Return the names of the items that the address of a form may fill."""
    return tuple(item.name for item in document.single_items if item.kind in PREFILLED_KINDS)


def prefilled_texts(document: FormDocument, values: Mapping[str, str]) -> Texts:
    """Return the texts of a new page by name of input: those of an address over the defaults."""
    texts: Texts = MultiValueDict()
    for item in document.single_items:
        if text := values.get(item.name, item.default)[:TEXT_MAX]:
            texts[input_name(item)] = text
    return texts


def count_name(section: Section) -> str:
    """Return the name of the input that holds how many times a section is repeated."""
    return f"n-{section.relation}"


def record_count(section: Section, data: Texts) -> int:
    """Return how many times a section is repeated in what was sent."""
    return min(parse_integer(str(data.get(count_name(section), "1"))) or 0, MAX_RECORDS)


def read_position(text: str, *, name: str) -> GEOSGeometry:
    """Read a position as people write it, or GeoJSON or WKT (longitude first), in EPSG:4326.

    Raises:
        InvalidGeometry: it is none of them, or over the bounds of a geometry.
    """
    match = _POSITION.fullmatch(text)
    if match is None:
        return parse_geometry(text, parameter=name)
    latitude, longitude = (float(number.replace(",", ".")) for number in match.groups())
    return parse_geometry(f"POINT({longitude!r} {latitude!r})", parameter=name)


def middle_of(geometry: GEOSGeometry) -> Point:
    """Return the point that stands for a geometry: itself, or one on it."""
    return geometry if isinstance(geometry, Point) else geometry.point_on_surface


def _summary(geometry: GEOSGeometry) -> str:
    """Return what an answer says of its geometry beside it: the position of a point, else its type."""
    if isinstance(geometry, Point):
        return f"{geometry.y:.6f}, {geometry.x:.6f}"
    return str(geometry.geom_type)


def _answer_this() -> str:
    return _("Répondez à cette question.")


_REQUIRED: Mapping[str, Callable[[], str]] = {
    ItemKind.POSITION: lambda: _(
        "Indiquez l’endroit : touchez la carte, ou écrivez la latitude et la longitude."
    ),
    ItemKind.CHOICE: lambda: _("Choisissez une réponse."),
    ItemKind.CHOICES: lambda: _("Choisissez au moins une réponse."),
    ItemKind.BOOLEAN: lambda: _("Choisissez oui ou non."),
}
_WRONG_SHAPE: Mapping[int, Callable[[], str]] = {
    0: lambda: _("Indiquez un point."),
    1: lambda: _("Dessinez une ligne."),
    2: lambda: _("Dessinez une surface."),
}


def _short(item: Item, text: str) -> str:
    return _text(text, SHORT_TEXT_MAX)


def _long(item: Item, text: str) -> str:
    return _text(text.replace("\r\n", "\n"), TEXT_MAX)


def _text(text: str, most: int) -> str:
    if len(text) > most:
        raise ValidationError(
            _("Ce texte compte %(count)d caractères : %(max)d au plus.") % {"count": len(text), "max": most}
        )
    return text


def _integer(item: Item, text: str) -> int:
    digits = typed_number(text)
    if not _DIGITS.fullmatch(digits) or len(digits) > 16:
        raise ValidationError(_("Écrivez un nombre entier, comme 12."))
    value = int(digits)
    _check_bounds(item, value)
    return value


def _number(item: Item, text: str) -> float:
    try:
        value = float(typed_number(text))
    except ValueError:
        raise ValidationError(_("Écrivez un nombre, comme 12,5.")) from None
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise ValidationError(_("Ce nombre est trop grand."))
    _check_bounds(item, value)
    return value


def _check_bounds(item: Item, value: float) -> None:
    if item.minimum is not None and value < item.minimum:
        raise ValidationError(_("Le nombre est d’au moins %s.") % f"{item.minimum:g}".replace(".", ","))
    if item.maximum is not None and value > item.maximum:
        raise ValidationError(_("Le nombre est d’au plus %s.") % f"{item.maximum:g}".replace(".", ","))


def _boolean(item: Item, text: str) -> bool:
    if text not in {YES, NO}:
        raise ValidationError(_("Choisissez oui ou non."))
    return text == YES


def _date(item: Item, text: str) -> str:
    day, month, year = [*text.split("/"), "", ""][:3] if text.count("/") == 2 else ("", "", "")
    iso = f"{year}-{month:0>2}-{day:0>2}" if year else text
    try:
        value = parse_date(iso)
    except ValueError:
        value = None
    if value is None:
        raise ValidationError(_("Écrivez la date comme 31/12/2026."))
    return value.isoformat()


def _datetime(item: Item, text: str) -> str:
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is not None:
        raise ValidationError(_("Écrivez la date et l’heure comme 2026-12-31 18:00."))
    return value.isoformat(timespec="minutes")


_READERS: Mapping[str, Callable[[Item, str], Any]] = {
    ItemKind.LONG_TEXT: _long,
    ItemKind.INTEGER: _integer,
    ItemKind.NUMBER: _number,
    ItemKind.BOOLEAN: _boolean,
    ItemKind.DATE: _date,
    ItemKind.DATETIME: _datetime,
}
