"""The lines of a list of parcels, from a text that is pasted or a table that is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface.http.media_types import JSON
from interface.text import fold
from layers.errors import InvalidFile, InvalidParameter, MissingParameter, UnsupportedMediaType
from layers.parsing import single_values
from planning.geocoding.references import parcel_identifier

MAX_PARCELS = 1_000
MAX_ADDRESSES = 200
"""Lines that are no identifier of fourteen characters nor a cadastral reference: each is compared with every street."""
MAX_CHARACTERS = 120_000
LINES, FILE, FORMAT, SECTION = "lieux", "fichier", "format", "section"
MAX_INLINE = 200
"""Parcels whose sheets are answered at once; the worker writes those of more."""
PLACES, GEOMETRY = "parcels", "geometry"
# Columns of a table by what they say, in the order in which they are written one after the other.
_IDENTIFIERS = ("idu", "identifiant", "id_parcelle", "parcelle", "parcelles", "lieu")
_REFERENCE = (("prefixe",), ("section",), ("numero", "numero_parcelle", "num_parcelle"))
_WRITTEN_REFERENCES = ("reference", "reference_cadastrale", "ref_cadastrale")
_ADDRESSES = ("adresse", "address", "adresse_complete")
_TOWNS = (("code_postal", "cp"), ("commune", "nom_commune", "ville", "code_insee", "insee"))


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line that holds something; ``number`` begins at 1."""

    number: int
    text: str


def list_lines(text: str) -> list[ListLine]:
    """Return the lines of a text that hold something.

    Raises:
        InvalidParameter: the text has too many characters or lines.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidParameter(
            _("La liste compte %(size)d caractères ; le maximum est %(max)d.")
            % {"size": len(text), "max": MAX_CHARACTERS},
            parameter=LINES,
        )
    numbered = enumerate(text.replace("\x00", " ").splitlines(), start=1)
    lines = [ListLine(number, " ".join(line.split())) for number, line in numbered if line.strip()]
    if len(lines) > MAX_PARCELS:
        raise InvalidParameter(
            _("La liste compte %(size)d lignes ; le maximum est %(max)d.")
            % {"size": len(lines), "max": MAX_PARCELS},
            parameter=LINES,
        )
    return lines


def table_text(table: Sequence[tuple[int, Sequence[str]]]) -> str:
    """Return the text of a table (number and cells of each line): the place of each line, at its own line.

    Raises:
        InvalidFile: it has several columns, and none has the title of a place.
    """
    (_number, head), *rows = table
    columns = _columns([fold(each).strip().replace(" ", "_") for each in head])
    if columns is None:
        if max(len(cells) for _line, cells in table) > 1:
            raise InvalidFile(
                _(
                    "Aucune colonne ne s’appelle « parcelle », « référence » ou « adresse » : "
                    "donnez ce titre à celle qui dit les lieux."
                ),
                parameter=FILE,
            )
        rows, columns = list(table), [0]
    places = {number: _joined(cells, columns) for number, cells in rows}
    last = max(places, default=0)
    return "\n".join(places.get(number, "") for number in range(1, last + 1))


def _columns(titles: Sequence[str]) -> list[int] | None:
    """Return the columns that together say a place, by their titles; None where no title does."""
    index: Mapping[str, int] = {title: number for number, title in reversed(list(enumerate(titles)))}

    def first(names: Iterable[str]) -> list[int]:
        return [index[name] for name in names if name in index][:1]

    if identifiers := first(_IDENTIFIERS):
        return identifiers
    towns = [column for names in _TOWNS for column in first(names)]
    if references := first(_WRITTEN_REFERENCES):
        return [*first(_TOWNS[1]), *references]
    parts = [column for names in _REFERENCE for column in first(names)]
    if "section" in index and len(parts) > 1:
        return [*first(_TOWNS[1]), *parts]
    addresses = first(_ADDRESSES)
    return [*addresses, *towns] if addresses else None


def _joined(cells: Sequence[str], columns: Sequence[int]) -> str:
    texts = (cells[column] for column in columns if column < len(cells))
    return " ".join(" ".join(text.split()) for text in texts if text.strip())


@dataclass(frozen=True, slots=True)
class SentPlaces:
    """What the body of a request names: lines of identifiers (number from 1), or a geometry as GeoJSON text."""

    lines: Sequence[ListLine] = ()
    geometry: str = ""


def sent_places(content_type: str, body: bytes) -> SentPlaces:
    """Read ``{"parcels": ["92048000AB0123", …]}`` or ``{"geometry": {…}}`` (RFC 7946, longitude first).

    Raises:
        UnsupportedMediaType: it is not said to be JSON.
        InvalidParameter, MissingParameter, UnknownParameter: it is no such object; the error names the member.
    """
    if content_type != JSON:
        raise UnsupportedMediaType(
            _("Corps attendu : %(accepted)s ; reçu « %(type)s ».")
            % {"accepted": JSON, "type": content_type[:60]},
            parameter="Content-Type",
        )
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InvalidParameter(_("Le corps n’est pas un objet JSON."), parameter="body")
    single_values({name: [""] for name in content}, allowed=(PLACES, GEOMETRY))
    if len(content) > 1:
        raise InvalidParameter(_("Un seul lieu à la fois."), parameter=GEOMETRY)
    if GEOMETRY in content:
        return SentPlaces(geometry=json.dumps(_member(content, GEOMETRY, dict)))
    if PLACES not in content:
        raise MissingParameter(_("« %s » manque, ou n’a pas le type attendu.") % PLACES, parameter=PLACES)
    texts = _member(content, PLACES, list)
    if len(texts) > MAX_PARCELS:
        raise InvalidParameter(
            _("La liste compte %(size)d lignes ; le maximum est %(max)d.")
            % {"size": len(texts), "max": MAX_PARCELS},
            parameter=PLACES,
        )
    return SentPlaces([_identifier_line(number, each) for number, each in enumerate(texts, start=1)])


def _member(content: Mapping[str, Any], name: str, kind: type) -> Any:
    value = content[name]
    if not isinstance(value, kind) or not value:
        raise InvalidParameter(_("« %s » manque, ou n’a pas le type attendu.") % name, parameter=name)
    return value


def _identifier_line(number: int, text: object) -> ListLine:
    identifier = parcel_identifier(text) if isinstance(text, str) else ""
    if not identifier:
        raise InvalidParameter(
            _("« %s » n’est pas un identifiant de parcelle.") % str(text)[:40],
            parameter=f"{PLACES}[{number - 1}]",
        )
    return ListLine(number, identifier)
