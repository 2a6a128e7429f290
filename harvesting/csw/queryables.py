"""Properties of a record that requests filter and sort by: OGC 07-006r1, table 6, and the ISO profile, OGC 07-045, 7.2.

A name is read in any case and with any of its usual prefixes: ``apiso:type``, ``dc:type`` and ``Type`` are one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from layers.errors import InvalidFilter
from metadata import uris
from metadata.iso19139 import hierarchy_level
from metadata.records import Record
from metadata.vocabulary import HvdCategory, InspireTheme

Value = str | float | dt.datetime | dt.date


class Kind(Enum):
    """How values compare. ``FULL_TEXT`` is compared without accents nor case, ``BOX`` by the operator BBOX alone."""

    TEXT = "text"
    FULL_TEXT = "full text"
    NUMBER = "number"
    DATE = "date"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on the portal that is asked; ``origin`` is its scheme and host."""

    record: Record
    origin: str

    @property
    def address(self) -> str:
        """The address that identifies the dataset in every protocol."""
        return self.origin + self.record.path


@dataclass(frozen=True, slots=True)
class Queryable:
    """``name`` is that of the standard, ``values`` those of a record: none where it has none."""

    name: str
    kind: Kind
    values: Callable[[Entry], Iterable[Value]]


def subjects(record: Record) -> list[str]:
    """Return the theme, the keywords and the categories of a record, each once."""
    inspire = InspireTheme(record.inspire_theme).label if record.inspire_theme in InspireTheme.values else ""
    high_value = HvdCategory(record.hvd_category).label if record.hvd_category in HvdCategory.values else ""
    words = (record.theme_title, *record.keywords, str(inspire), str(high_value))
    return list(dict.fromkeys(word for word in words if word))


def organisations(record: Record) -> list[str]:
    """Return the bodies and services that answer for a record."""
    return [name for name in (record.producer, record.publisher, record.contact_name) if name]


def formats(record: Record) -> list[str]:
    """Return the media types of the files of a record, each once."""
    return list(dict.fromkeys(each.media_type for each in record.distributions if not each.is_service))


def _identifiers(entry: Entry) -> Iterable[str]:
    return entry.record.dataset_id, entry.address


def _full_text(entry: Entry) -> Iterable[str]:
    record = entry.record
    texts = (
        record.title, record.title_en, record.abstract, record.abstract_en, *subjects(record),
        *record.keywords_en, *organisations(record), record.source, record.lineage, record.quality,
        record.dataset_id,
    )  # fmt: skip
    return ("\n".join(text for text in texts if text),)


def _text(read: Callable[[Record], str]) -> Callable[[Entry], Iterable[str]]:
    return lambda entry: [text] if (text := read(entry.record)) else []


def _value(read: Callable[[Record], Value | None]) -> Callable[[Entry], Iterable[Value]]:
    return lambda entry: [] if (value := read(entry.record)) is None else [value]


_modified = _value(lambda record: record.modified or record.issued)
_subjects: Callable[[Entry], Iterable[str]] = lambda entry: subjects(entry.record)  # noqa: E731 (a table's entry)
_licence = _text(lambda record: uris.licence_uri(record.licence) or record.licence)
# By the prefix of the standard that names them first; all of core are in the ISO profile too.
CORE = (
    Queryable("dc:identifier", Kind.TEXT, _identifiers),
    Queryable("dc:title", Kind.TEXT, _text(lambda record: record.title)),
    Queryable("dc:type", Kind.TEXT, _text(hierarchy_level)),
    Queryable("dc:subject", Kind.TEXT, _subjects),
    Queryable("dc:format", Kind.TEXT, lambda entry: formats(entry.record)),
    Queryable("dc:language", Kind.TEXT, _text(lambda record: uris.iso_language(record.language))),
    Queryable("dc:creator", Kind.TEXT, _text(lambda record: record.producer)),
    Queryable("dc:publisher", Kind.TEXT, _text(lambda record: record.publisher)),
    Queryable("dc:rights", Kind.TEXT, _licence),
    Queryable("dc:source", Kind.TEXT, _text(lambda record: record.source)),
    Queryable("dct:abstract", Kind.TEXT, _text(lambda record: record.abstract)),
    Queryable("dct:modified", Kind.DATE, _modified),
    Queryable("csw:AnyText", Kind.FULL_TEXT, _full_text),
    Queryable("ows:BoundingBox", Kind.BOX, lambda entry: ()),
)
ISO = (
    Queryable("apiso:RevisionDate", Kind.DATE, _modified),
    Queryable("apiso:PublicationDate", Kind.DATE, _value(lambda record: record.issued)),
    Queryable("apiso:CreationDate", Kind.DATE, _value(lambda record: record.created)),
    Queryable("apiso:ResourceIdentifier", Kind.TEXT, lambda entry: [entry.address]),
    Queryable("apiso:OrganisationName", Kind.TEXT, lambda entry: organisations(entry.record)),
    Queryable("apiso:ResourceLanguage", Kind.TEXT, _text(lambda record: uris.iso_language(record.language))),
    Queryable("apiso:TopicCategory", Kind.TEXT, _text(lambda record: record.topic_category)),
    Queryable("apiso:Lineage", Kind.TEXT, _text(lambda record: record.lineage)),
    Queryable(
        "apiso:TempExtent_begin",
        Kind.DATE,
        _value(lambda record: record.period[0] if record.period else None),
    ),
    Queryable(
        "apiso:TempExtent_end", Kind.DATE, _value(lambda record: record.period[1] if record.period else None)
    ),
    Queryable("apiso:DistanceValue", Kind.NUMBER, _value(lambda record: record.resolution_m)),
    Queryable("apiso:ConditionApplyingToAccessAndUse", Kind.TEXT, _licence),
)
_BY_NAME: Mapping[str, Queryable] = {
    each.name.partition(":")[2].casefold(): each for each in (*CORE, *ISO)
} | {"date": ISO[0]}
_PREFIXES = frozenset({"", "csw", "dc", "dct", "dcterms", "ows", "apiso", "gmd"})


def queryable(text: str, *, parameter: str) -> Queryable:
    """Return the property of a name.

    Raises:
        InvalidFilter: there is none.
    """
    prefix, _mark, name = text.strip().rpartition(":")
    each = _BY_NAME.get(name.casefold()) if prefix.casefold() in _PREFIXES else None
    if each is None:
        raise InvalidFilter(
            _("Les fiches n’ont pas de propriété « %(name)s ». Propriétés : %(names)s.")
            % {"name": text.strip()[:80], "names": ", ".join(each.name for each in (*CORE, *ISO))},
            parameter=parameter,
        )
    return each
