"""Plain tables in JSON: a list of objects, alone or as the only list of objects of a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from datasets.errors import EmptyFile, UnreadableFile
from datasets.readers.partial_answers import json_total, note_partial
from datasets.readers.source import MAX_JSON_BYTES, RawRow, ReadOptions, Source
from datasets.readers.texts import number_text

_AXES = (("lon", "lat"), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"))


class JsonSource(Source):
    """A table in JSON, read whole: files of this kind are small, larger ones are refused."""

    format = "json"

    def __init__(self, file: BinaryIO, name: str, options: ReadOptions) -> None:
        super().__init__(name, options)
        file.seek(0)
        content = file.read(MAX_JSON_BYTES + 1)
        if len(content) > MAX_JSON_BYTES:
            raise UnreadableFile(_("Ce fichier JSON est trop volumineux : déposez un CSV ou du GeoJSON."))
        records, total = _records(content)
        self._records = list(map(_flat, records))
        self._keys = list(dict.fromkeys(title for record in self._records for title in record))
        self.take_titles(list(map(self._sound, self._keys)))
        note_partial(self, len(self._records), total)
        self.hints = (None,) * len(self.titles)

    def rows(self) -> Iterator[RawRow]:
        """Read the objects; the number of a row is its rank in the list."""
        for number, record in enumerate(self._records, start=1):
            texts = (_text(record.get(key)) for key in self._keys)
            yield number, [text and self._sound(text) for text in texts], None

    def _sound(self, text: str) -> str:
        """Return a text whose halves of characters, which JSON may escape, are U+FFFD; reported once."""
        try:
            text.encode()
        except UnicodeEncodeError:
            self.note(
                "lost_letters",
                _("Des caractères ont été perdus avant l’envoi (« � ») : la source est à corriger."),
            )
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text


def _records(content: bytes) -> tuple[list[dict[str, Any]], int | None]:
    """Return the objects of the document, and their declared number.

    Raises ``UnreadableFile`` when it is not JSON or holds no single list of objects, ``EmptyFile`` when that is
    empty.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        document = _lines(content) if line > 1 else None
        if document is None:
            raise UnreadableFile(
                _("Ce fichier n’est pas du JSON correct (ligne %d).") % line, line=line
            ) from error
    lists = (
        [document]
        if isinstance(document, list)
        else [part for part in document.values() if isinstance(part, list)]
    )
    tables = [part for part in lists if all(isinstance(record, dict) for record in part)]
    if len(tables) != 1:
        raise UnreadableFile(_("Ce fichier JSON n’est ni du GeoJSON, ni une liste d’objets."))
    if not tables[0]:
        raise EmptyFile(_("La liste du fichier JSON est vide."))
    records: list[dict[str, Any]] = tables[0]
    return records, json_total(document) if isinstance(document, dict) else None


def _lines(content: bytes) -> list[Any] | None:
    """Return the objects of a file that has one a line; None for another file.

    Raises ``UnreadableFile`` for a line that is not JSON, under two lines that are.
    """
    records: list[Any] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            if len(records) < 2:
                return None
            message = _("Ce fichier n’est pas du JSON correct (ligne %d).")
            raise UnreadableFile(message % number, line=number) from error
    return records


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without nesting: the members of ``fields`` (Opendatasoft, Airtable), those of a lone feature."""
    inner = record.get("fields")
    if record.get("type") == "Feature" and isinstance(record.get("properties"), dict):
        properties: dict[str, Any] = record["properties"]
        return {"geometry": record.get("geometry")} | properties
    if not isinstance(inner, dict) or record.keys() & inner.keys():
        return record
    return {name: value for name, value in record.items() if name != "fields"} | inner


def _position(value: dict[str, Any]) -> str | None:
    """Return a ``geo_point_2d`` as « latitude, longitude », the geometry of a ``geo_shape``; None for other objects."""
    for longitude, latitude in _AXES:
        pair = value.get(longitude), value.get(latitude)
        if len(value) == 2 and all(isinstance(part, int | float) for part in pair):
            return f"{number_text(float(value[latitude]))}, {number_text(float(value[longitude]))}"
    if value.get("type") == "Feature" and "geometry" in value:
        geometry = value["geometry"]
        return json.dumps(geometry, ensure_ascii=False) if geometry else ""
    return None


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, dict) and (position := _position(value)) is not None:
        return position or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value.replace("\0", "") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
