"""Text search without case or accents: conditions over published fields, and what the index of the search holds.

The index answers which features have words, never what they say: rows are read through a scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.lookups import Contains

from layers.definitions import Field
from layers.sql.functions import Folded, Unaccented

# Ranks of an answer, the best first: its name is what was typed, begins so, has all the words; another text has them.
EXACT, PREFIX, TITLE, TEXT = range(4)

# What a name says in full or at its beginning is looked for apart: common words stop at the first rows they meet.
_FEATURES = """
WITH found AS (
    (SELECT index_id, id, title, words FROM layers_searchentry
     WHERE title = %(text)s AND {seen} LIMIT %(named)s)
    UNION ALL
    (SELECT index_id, id, title, words FROM layers_searchentry
     WHERE title LIKE %(prefix)s AND title ^@ %(text)s AND {seen} LIMIT %(named)s)
    UNION ALL
    (SELECT index_id, id, title, words FROM layers_searchentry
     WHERE words @@ layers_search_query(%(words)s, '') AND {seen} LIMIT %(most)s)
)
SELECT index_id, id, CASE
    WHEN title = %(text)s THEN 0
    WHEN title ^@ %(text)s THEN 1
    WHEN words @@ layers_search_query(%(words)s, 'AB') THEN 2
    ELSE 3 END, length(title)
FROM found
"""
_LITERAL = """
SELECT index_id, id, CASE WHEN title = %(text)s THEN 0 WHEN title ^@ %(text)s THEN 1 ELSE 2 END, length(title)
FROM layers_searchentry WHERE title LIKE %(within)s AND {seen} LIMIT %(most)s
"""
_LAYERS = """
SELECT layer_id, CASE
    WHEN title = %(text)s THEN 0
    WHEN title ^@ %(text)s THEN 1
    WHEN words @@ layers_search_query(%(words)s, 'AB') THEN 2
    ELSE 3 END
FROM layers_searchlayer
WHERE layer_id = ANY(%(layers)s) AND (title ^@ %(text)s OR words @@ layers_search_query(%(words)s, ''))
"""
# Patterns are written out: the index of trigrams answers to those that the planner knows.
_BEGINS = """
SELECT layers_search_links(%(word)s) OR EXISTS (SELECT FROM layers_searchword WHERE {seen} AND word LIKE %(prefix)s)
"""
_LIKE = """
SELECT ARRAY(SELECT DISTINCT word FROM layers_searchword WHERE {seen} AND word LIKE %(within)s ORDER BY word LIMIT 30),
       ARRAY(SELECT word FROM layers_searchword WHERE {seen} AND word %% %(word)s
             GROUP BY word ORDER BY similarity(word, %(word)s) DESC, word LIMIT 30)
"""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A feature of an indexed part that answers: ``rank`` is ``EXACT`` to ``TEXT``, ``length`` that of its title."""

    part: int
    pk: int
    rank: int
    length: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """What the index knows of a word: whether it begins some word, those that hold it and resemble it if not."""

    word: str
    is_known: bool
    holding: tuple[str, ...] = ()
    resembling: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReading:
    """Where one reads the index: ``parts`` (of the layers of ``commune``, empty for all), the words of ``layers``.

    ``is_public`` keeps to the tables of what is open to everybody: how long a search takes tells nothing of the rest.
    """

    parts: Sequence[int]
    layers: Sequence[int]
    commune: str = ""
    is_public: bool = True

    @property
    def rows(self) -> str:
        """The SQL of a condition on entries."""
        placed = " AND (commune IS NULL OR commune = %(commune)s)" if self.commune else ""
        return f"index_id = ANY(%(parts)s){self._open}{placed}"

    @property
    def vocabulary(self) -> str:
        """The SQL of a condition on words."""
        return f"index_id = ANY(%(vocabulary)s){self._open}"

    @property
    def _open(self) -> str:
        return " AND is_open" if self.is_public else ""

    @property
    def values(self) -> dict[str, Any]:
        """What these conditions bind."""
        return {
            "parts": list(self.parts),
            "layers": list(self.layers),
            "commune": self.commune,
            "vocabulary": [*self.parts, *(-layer for layer in self.layers)],
        }


def resembles(field: Field, word: str) -> Q:
    """Match rows whose text holds ``word``, whatever the case and the accents; wildcards in it are plain characters."""
    return Q(Contains(Unaccented(Folded(F(field.source))), Unaccented(Folded(Value(word)))))


def features_with(
    reading: IndexReading, text: str, words: Sequence[str], *, named: int, most: int
) -> list[IndexEntry]:
    """Return features that have every word, by the beginning of a word or its stem; some are given twice.

    ``text`` is the whole question, folded; without ``words`` their titles hold it as it is. A word may be followed by
    bars and other lexemes that stand for it. ``most`` bounds them all, ``named`` those whose title begins as ``text``.
    """
    pattern = connection.ops.prep_for_like_query(text)
    statement = (_FEATURES if words else _LITERAL).format(seen=reading.rows)
    asked: dict[str, Any] = {
        "text": text,
        "prefix": f"{pattern}%",
        "within": f"%{pattern}%",
        "words": list(words),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**reading.values, **asked, "named": named, "most": most})
        return [IndexEntry(*row) for row in cursor.fetchall()]


def layers_with(reading: IndexReading, text: str, words: Sequence[str]) -> dict[int, int]:
    """Return the rank of the layers whose title, abstract, theme or keywords have every word, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_LAYERS, {**reading.values, "text": text, "words": list(words)})
        return dict(cursor.fetchall())


def spellings(reading: IndexReading, words: Sequence[str]) -> list[Spelling]:
    """Return what the index knows of words, in their order."""
    return [_spelling(reading, word) for word in words]


def _spelling(reading: IndexReading, word: str) -> Spelling:
    pattern = connection.ops.prep_for_like_query(word)
    asked = {**reading.values, "word": word, "prefix": f"{pattern}%", "within": f"%{pattern}%"}
    with connection.cursor() as cursor:
        cursor.execute(_BEGINS.format(seen=reading.vocabulary), asked)
        if cursor.fetchone()[0]:
            return Spelling(word, is_known=True)
        cursor.execute(_LIKE.format(seen=reading.vocabulary), asked)
        holding, resembling = cursor.fetchone()
    return Spelling(word, False, tuple(holding), tuple(resembling))
