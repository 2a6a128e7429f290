"""Text search without case or accents: conditions over published fields, and the text of the search index.

The index answers which features have words, never what they say: rows are read through a scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, Value

from layers.definitions import Field
from layers.sql.functions import Folded, LikeEvery, Lines, Patterns, Unaccented

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
WHERE layer_id = ANY(%(layers)s::bigint[]) AND (title ^@ %(text)s OR words @@ layers_search_query(%(words)s, ''))
"""
# The parts are written once, in ``parts``, and not for each of many words.
_ONCE = "WITH seen AS (SELECT %(vocabulary)s::bigint[] AS parts) "
_VOCABULARY_ONCE = "index_id + 0 = ANY((SELECT parts FROM seen)::bigint[])"
# Patterns are written out, those of several words one after the other: indexes answer to those that the planner knows.
_BEGINS = """
SELECT {number}, layers_search_links(%({word})s)
       OR EXISTS (SELECT FROM layers_searchword WHERE {seen} AND word LIKE %({pattern})s)
"""
# Terms are few, and each is then looked for in what is read: the limit keeps the planner from reading all of it.
_LIKE = """
SELECT {number},
       ARRAY(SELECT term.word FROM (SELECT DISTINCT word FROM layers_searchterm WHERE word LIKE %({pattern})s{is_open})
             AS term, LATERAL ({held}) AS held ORDER BY term.word LIMIT 30),
       ARRAY(SELECT term.word FROM (SELECT DISTINCT word FROM layers_searchterm WHERE word %% %({word})s{is_open})
             AS term, LATERAL ({held}) AS held ORDER BY similarity(term.word, %({word})s) DESC, term.word LIMIT 30)
"""
_INDEXED = "SELECT FROM layers_searchword WHERE word = term.word AND {seen} LIMIT 1"


class IndexEntry(NamedTuple):
    """A feature of an indexed part that answers: ``rank`` is ``EXACT`` to ``TEXT``, ``length`` that of its title."""

    part: int
    pk: int
    rank: int
    length: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word in the index: whether it begins some word, those that hold it and resemble it if not."""

    word: str
    is_indexed: bool
    holding: tuple[str, ...] = ()
    resembling: tuple[str, ...] = ()


# The planner would weigh each of hundreds of parts, and read all of one rather than the words: the sum hides them.
_PARTS = "index_id + 0 = ANY(%(parts)s::int[])"
_VOCABULARY = "index_id + 0 = ANY(%(vocabulary)s::bigint[])"


@dataclass(frozen=True)
class IndexReading:
    """The part of the index to read: ``parts`` (of the layers of ``commune``, empty for all), the words of ``layers``.

    ``is_public``: only the tables of open layers, so that the time of a search reveals nothing of the rest.
    """

    parts: Sequence[int]
    layers: Sequence[int]
    commune: str = ""
    is_public: bool = True

    @property
    def rows(self) -> str:
        """The SQL of a condition on entries."""
        placed = " AND (commune IS NULL OR commune = %(commune)s)" if self.commune else ""
        return f"{_PARTS}{self.is_open}{placed}"

    @property
    def vocabulary(self) -> str:
        """The SQL of a condition on words."""
        return f"{_VOCABULARY}{self.is_open}"

    @property
    def is_open(self) -> str:
        """The SQL of a condition that restricts a query to the tables of open layers, for the public."""
        return " AND is_open" if self.is_public else ""

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The bound values of these conditions: hundreds of numbers, written once as arrays of PostgreSQL."""
        return {
            "parts": _array(self.parts),
            "layers": _array(self.layers),
            "commune": self.commune,
            "vocabulary": _array([*self.parts, *(-layer for layer in self.layers)]),
        }


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def has_words(fields: Sequence[Field], words: Sequence[str]) -> Q:
    """Match rows of which each word is in some field, whatever the case and the accents.

    Wildcards are plain characters. The texts of a row are folded together, each on its line: words have no line break.
    """
    if not words:
        return Q()
    if not fields:
        return Q(pk__in=[])
    texts = Unaccented(Folded(Lines(*(F(field.source) for field in fields))))
    return Q(LikeEvery(texts, Patterns(Value(list(words)))))


def features_with(
    reading: IndexReading, text: str, words: Sequence[str], *, named: int, most: int
) -> list[IndexEntry]:
    """Return features that have every word, by the beginning of a word or its stem; some are given twice.

    ``text`` is the whole question, folded; without ``words`` their titles hold it as it is. A word may be followed by
    bars and other lexemes that stand for it. ``most`` bounds them all, ``named`` those whose title begins as ``text``.
    """
    pattern = connection.ops.prep_for_like_query(text)
    statement = (_FEATURES if words else _LITERAL).format(seen=reading.rows)
    parameters: dict[str, Any] = {
        "text": text,
        "prefix": f"{pattern}%",
        "within": f"%{pattern}%",
        "words": list(words),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**reading.values, **parameters, "named": named, "most": most})
        return list(map(IndexEntry._make, cursor.fetchall()))


def layers_with(reading: IndexReading, text: str, words: Sequence[str]) -> dict[int, int]:
    """Return the rank of the layers whose title, abstract, theme or keywords have every word, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_LAYERS, {**reading.values, "text": text, "words": list(words)})
        return dict(cursor.fetchall())


def spellings(reading: IndexReading, words: Sequence[str]) -> list[Spelling]:
    """Look words up in the index, in their order."""
    begins = _BEGINS.replace("{seen}", f"{_VOCABULARY_ONCE}{reading.is_open}")
    begins_word = {word: matches for word, matches in _by_word(begins, reading, words, "{}%", once=_ONCE)}
    indexed_words = _INDEXED.format(seen=reading.vocabulary)
    like = _LIKE.replace("{held}", indexed_words).replace("{is_open}", reading.is_open)
    unknown = [word for word in words if not begins_word[word]]
    near = {
        word: Spelling(word, False, tuple(holding), tuple(resembling))
        for word, holding, resembling in _by_word(like, reading, unknown, "%{}%")
    }
    return [near.get(word) or Spelling(word, is_indexed=True) for word in words]


def _by_word(
    statement: str, reading: IndexReading, words: Iterable[str], pattern: str, *, once: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Run a statement for each word and its pattern, together, after ``once``; yield the word with each answer."""
    listed = list(dict.fromkeys(words))
    parameters: dict[str, Any] = dict(reading.values)
    for number, word in enumerate(listed):
        parameters[f"word{number}"] = word
        parameters[f"pattern{number}"] = pattern.format(connection.ops.prep_for_like_query(word))
    statements = (
        statement.format(number=number, word=f"word{number}", pattern=f"pattern{number}")
        for number in range(len(listed))
    )
    if listed:
        with connection.cursor() as cursor:
            cursor.execute(once + " UNION ALL ".join(statements), parameters)
            yield from ((listed[number], *rows) for number, *rows in cursor.fetchall())
