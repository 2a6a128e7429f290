"""CQL2 filters (OGC 21-065r2): text or JSON becomes an ``Expression`` of checked nodes.

The ``cql2`` package parses the text; bounds are checked before it, and everything it lets through is checked after it
(its own validation refuses a bare boolean property and accepts a self-crossing polygon). ``layers.sql.filters`` turns
the expression into SQL against the fields a visitor may filter on.

``cql-text`` is the draft of CQL2 that GDAL (3.10 to 3.12) writes: it is rewritten into CQL2 text, and values that it
types otherwise (0 and 1 beside a boolean, dates cut after their ``T``) are read beside their property, by the compiler.
Empty arrays, ``()``, are in the standard and not in ``cql2`` 0.6: they hold a null character while it reads the text.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

import cql2
from django.utils.translation import gettext as _

from layers.crs import CRS84, Crs
from layers.errors import InvalidFilter, InvalidParameter
from layers.parsing.cql2 import bounds
from layers.parsing.cql2.nodes import Node
from layers.parsing.cql2.parser import Reader

__all__ = ["LANGUAGES", "Expression", "check_language", "parse_filter", "text_to_json"]

TEXT, JSON, DRAFT = "cql2-text", "cql2-json", "cql-text"
LANGUAGES = (TEXT, JSON, DRAFT)
_POSITION = re.compile(r"--> (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked filter: ``crs`` is the CRS of its geometry literals, ``parameter`` where the client wrote it.

    ``is_draft`` reads values as the draft of CQL2 types them. ``day`` is that of the request, where the filter counts
    days from it: what is cached under such a filter lasts as long.
    """

    tree: Node
    crs: Crs
    parameter: str
    is_draft: bool = False
    day: dt.date | None = None

    def identify(self, text: str) -> str:
        """Return a text that identifies the filter that it was read from: with the day where it depends on it."""
        return text if self.day is None else f"{text} [{self.day}]"


def parse_filter(text: str, *, lang: str = TEXT, crs: Crs = CRS84, parameter: str = "filter") -> Expression:
    """Read a filter in one of ``LANGUAGES``; geometry literals are in ``crs`` and its axis order.

    Raises:
        InvalidParameter: an unknown ``lang``.
        InvalidFilter: not CQL2, or a part of CQL2 that is not served.
        InvalidGeometry: a literal that is not valid, not finite or out of the range of ``crs``.
        FilterTooComplex: over the bounds of ``bounds`` and ``parser``.
    """
    check_language(lang, parameter=f"{parameter}-lang")
    bounds.check_size(text, parameter=parameter)
    value = _from_json(text, parameter) if lang == JSON else _from_text(text, parameter, lang == DRAFT)
    reader = Reader(crs, parameter)
    return Expression(reader.read(value), crs, parameter, lang == DRAFT, reader.day)


def check_language(lang: str, *, parameter: str) -> None:
    """Refuse the name of a language that is not served.

    Raises:
        InvalidParameter: not one of ``LANGUAGES``.
    """
    if lang not in LANGUAGES:
        raise InvalidParameter(
            _("filter-lang attend cql2-text, cql2-json ou cql-text ; reçu « %s ».") % lang[:40],
            parameter=parameter,
        )


def text_to_json(text: str, *, parameter: str) -> object:
    """Return the CQL2-JSON of a text, ``ILIKE`` of the draft included, its names and functions unchecked.

    Raises:
        InvalidFilter: not CQL2 text.
        FilterTooComplex: over the bounds of ``bounds``.
    """
    bounds.check_size(text, parameter=parameter)
    return _from_text(text, parameter, is_draft=True)


def _from_text(text: str, parameter: str, is_draft: bool) -> object:
    bounds.check_text(text, parameter=parameter)
    text = marked(standard_text(text) if is_draft else text)
    try:
        value: object = cql2.parse_text(text).to_json()
    except Exception as error:  # cql2 0.6 raises a bare Exception, not its ParseError, on faulty WKT
        if type(error) not in {cql2.ParseError, Exception}:
            raise
        raise InvalidFilter(_explained(text, str(error)), parameter=parameter) from None
    return emptied(value)


def _from_json(text: str, parameter: str) -> object:
    bounds.check_json(text, parameter=parameter)
    try:
        value: object = json.loads(text)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        raise InvalidFilter(
            _("JSON illisible au caractère %(place)d : « %(excerpt)s ».")
            % {"place": position + 1, "excerpt": text[position : position + 30]},
            parameter=parameter,
        ) from None
    return value


def _explained(text: str, message: str) -> str:
    """Say where the parser stopped, quoting the client's own text rather than the parser's grammar."""
    match = _POSITION.search(message)
    if match is None:
        return _("Le filtre n’est pas une expression CQL2.")
    line, column = int(match[1]), int(match[2])
    lines = text.split("\n")
    excerpt = unmarked(lines[line - 1][column - 1 :])[:30] if line <= len(lines) else ""
    column = len(unmarked(lines[line - 1][: column - 1])) + 1 if line <= len(lines) else column
    if not excerpt.strip():
        return _("Le filtre s’arrête trop tôt, au caractère %(column)d de la ligne %(line)d.") % {
            "column": column,
            "line": line,
        }
    return _(
        "Le filtre ne se lit pas à partir du caractère %(column)d de la ligne %(line)d : « %(excerpt)s »."
    ) % {
        "column": column,
        "line": line,
        "excerpt": excerpt,
    }


_ILIKE = re.compile(
    r"""(?P<text>'(?:[^']|'')*+')
      | (?P<name>"(?:[^"]|"")*+"|(?<![\w.:])\w[\w.:]*+)\s++ILIKE\s++(?P<pattern>'(?:[^']|'')*+')""",
    re.VERBOSE | re.IGNORECASE,
)
_SHORT = re.compile(r"(\d{4}-\d{2}-\d{2})T(?:(\d{2})(:\d{2})?Z)?", re.ASCII)


def standard_text(text: str) -> str:
    """Return the filter in the words of CQL2 text."""
    return _ILIKE.sub(_like, text)


def standard_date(text: str) -> str:
    """Return a date or an instant in full when the draft cut it short: ``2024-05-31T``, ``2024-05-31T08Z``."""
    match = _SHORT.fullmatch(text)
    if match is None:
        return text
    day, hour, minute = match.groups()
    return f"{day}T{hour}{minute or ':00'}:00Z" if hour else day


def _like(match: re.Match[str]) -> str:
    if match["text"] is not None:
        return match["text"]
    return f"CASEI({match['name']}) LIKE CASEI({match['pattern']})"


_MARK = "'\x00'"
_MARKED = ["\x00"]
_EMPTY = re.compile(
    r"""(?P<kept>'(?:[^']|'')*+' | "(?:[^"]|"")*+")
      | (?P<before>[(,]\s*+\()(?P<after>\s*+\))""",
    re.VERBOSE,
)


def marked(text: str) -> str:
    """Return the text with a mark in each pair of parentheses that is an argument and holds nothing."""
    return _EMPTY.sub(lambda match: match["kept"] or f"{match['before']}{_MARK}{match['after']}", text)


def unmarked(text: str) -> str:
    """Return a text, or a part of one, as the client wrote it."""
    return text.replace(_MARK, "")


def emptied(value: object) -> object:
    """Return what the parser gave, with the marked arrays empty."""
    if value == _MARKED:
        return []
    if isinstance(value, list):
        return [emptied(item) for item in value]
    if isinstance(value, dict):
        return {key: emptied(item) for key, item in value.items()}
    return value
