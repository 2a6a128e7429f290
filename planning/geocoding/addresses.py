"""Postal addresses as people write them, matched to streets: abbreviations, accents, order, slips of typing.

A text is read into a number, a suffix and words; streets are compared by their words. What is near but not sure is
offered, never chosen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interface.text import edit_distance, fold

_ABBREVIATIONS: Mapping[str, str] = {
    "r": "rue",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "pl": "place",
    "plc": "place",
    "all": "allee",
    "imp": "impasse",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "sq": "square",
    "rte": "route",
    "pass": "passage",
    "qu": "quai",
    "crs": "cours",
    "fg": "faubourg",
    "fbg": "faubourg",
    "res": "residence",
    "rpt": "rond point",
    "sent": "sentier",
    "sen": "sentier",
    "vla": "villa",
    "esp": "esplanade",
    "st": "saint",
    "ste": "sainte",
    "gal": "general",
    "gl": "general",
    "gen": "general",
    "mal": "marechal",
    "marech": "marechal",
    "col": "colonel",
    "cdt": "commandant",
    "cne": "capitaine",
    "cap": "capitaine",
    "lt": "lieutenant",
    "dr": "docteur",
    "doct": "docteur",
    "pdt": "president",
    "pt": "president",
    "pr": "professeur",
    "prof": "professeur",
    "mgr": "monseigneur",
    "nd": "notre dame",
}
_LITTLE = frozenset({"de", "du", "des", "la", "le", "les", "l", "d", "a", "au", "aux", "et", "en", "sur"})
KINDS = frozenset(
    {
        "allee",
        "avenue",
        "boulevard",
        "carrefour",
        "chemin",
        "cite",
        "clos",
        "cour",
        "cours",
        "esplanade",
        "faubourg",
        "hameau",
        "impasse",
        "mail",
        "parvis",
        "passage",
        "place",
        "pont",
        "promenade",
        "quai",
        "residence",
        "rond",
        "route",
        "rue",
        "ruelle",
        "sente",
        "sentier",
        "square",
        "villa",
        "voie",
    }
)
_SUFFIXES: Mapping[str, str] = {"b": "bis", "t": "ter", "q": "quater"}
_OPENING = re.compile(
    r"\s*(?:n[°o]?\s*)?(?P<number>\d{1,4})\s*"
    r"(?:[-/]\s*\d{1,4}\b\s*)?(?P<suffix>bis|ter|quater|quinquies|[a-zA-Z])?(?=$|[\s,.])[\s,.]*",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b(\d{5})\b")
_NOISE = re.compile(r"\b(?:cedex(?:\s+\d+)?|bp\s*\d+)\b|,\s*france\s*$")
_SURE, _NEAR = 0.83, 0.5
MAX_NEAR = 8


@dataclass(frozen=True, slots=True)
class Street:
    """A street of the addresses: its name, its commune, by INSEE code and name, and the post codes of its houses."""

    name: str
    code_insee: str
    commune: str
    postcodes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """An address as somebody wrote it; ``number`` is None without one, ``suffix`` is empty, « bis » or a letter."""

    number: int | None
    suffix: str
    words: tuple[str, ...]
    postcode: str = ""


def read_address(text: str) -> WrittenAddress:
    """Read the number, the suffix, the post code and the words of a text: « 12B, r. de la Rép. 92190 Meudon »."""
    plain = _NOISE.sub(" ", fold(text))
    postcode = ""
    if match := _POSTCODE.search(plain):
        postcode, plain = match[1], f"{plain[: match.start()]} {plain[match.end() :]}"
    opening = _OPENING.match(plain)
    if opening is None:
        return WrittenAddress(None, "", address_words(plain), postcode)
    suffix, rest = opening["suffix"] or "", plain[opening.end() :]
    if suffix == "r":  # « 12 r de la Paix »: a street more often than a house
        suffix, rest = "", f"r {rest}"
    return WrittenAddress(
        int(opening["number"]), _SUFFIXES.get(suffix, suffix), address_words(rest), postcode
    )


def address_words(text: str) -> tuple[str, ...]:
    """Return the words of a name of street or commune, folded, in full, without articles."""
    words = (_ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z0-9]+", fold(text)))
    return tuple(word for each in words for word in each.split() if word not in _LITTLE)


@dataclass(frozen=True, slots=True)
class _IndexedStreet:
    street: Street
    kind: frozenset[str]
    name: tuple[str, ...]
    commune: tuple[str, ...]


@dataclass(slots=True)
class StreetIndex:
    """Streets by their words, for comparisons in memory: some thousands of streets take about ten milliseconds."""

    streets: Sequence[_IndexedStreet]
    communes: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, streets: Iterable[Street]) -> StreetIndex:
        """Index streets."""
        indexed = []
        for street in streets:
            words = address_words(street.name)
            kind = frozenset(words[:1]) & KINDS
            indexed.append(
                _IndexedStreet(
                    street,
                    kind,
                    words[1:] if kind and len(words) > 1 else words,
                    address_words(street.commune),
                )
            )
        return cls(indexed, frozenset(word for each in indexed for word in each.commune))

    def matches(self, written: WrittenAddress) -> tuple[list[Street], list[Street]]:
        """Return the streets that an address means, the best alone where one is, and those that are near.

        Several of the first are one name in several communes.
        """
        scores: dict[float, list[Street]] = defaultdict(list)
        for each in self.streets:
            if (score := self._score(each, written)) >= _NEAR:
                scores[round(score, 3)].append(each.street)
        if not scores:
            return [], []
        best = max(scores)
        sure = scores[best] if best >= _SURE else []
        ordered = [street for score in sorted(scores, reverse=True) for street in scores[score]]
        return sure, [street for street in ordered if street not in sure][:MAX_NEAR]

    def _score(self, each: _IndexedStreet, written: WrittenAddress) -> float:
        """Return how much of the two names is the same, from 0 to 1; the commune and the kind of street weigh less."""
        words = list(written.words)
        if not words or not each.name:
            return 0.0
        town = sum(_take(word, words, each.name) for word in each.commune) / max(1, len(each.commune))
        names_other_town = not town and self._names_a_town(words, each)
        kinds = {_kind_of(word, each.kind) for word in words[:1]} - {""}
        rest = words[1:] if kinds and len(words) > 1 else words
        matched = _common(each.name, rest)
        score = 2 * matched / (len(each.name) + len(rest)) if rest else 0.0
        if matched and len(each.name) > 1 and rest and rest[-1] == each.name[-1]:
            score += 0.04  # « rue Hugo » for « rue Victor Hugo »: the last word is the name
        if kinds and each.kind and kinds != each.kind:
            score -= 0.2
        if written.postcode and each.street.postcodes and written.postcode not in each.street.postcodes:
            score -= 0.15
        return score - (0.3 if names_other_town else 0.0) + 0.02 * town

    def _names_a_town(self, words: Sequence[str], each: _IndexedStreet) -> bool:
        """Whether the text ends with the name of a commune that is not that of the street."""
        tail = words[-1] if words else ""
        return tail in self.communes and tail not in each.commune and tail not in each.name


def _kind_of(word: str, kind: frozenset[str]) -> str:
    """Return the kind of street that a first word is, a slip of typing of that of the street included."""
    if word in KINDS:
        return word
    return next((each for each in kind if len(word) > 3 and edit_distance(word, each, 2) <= 2), "")


def _take(word: str, words: list[str], name: Sequence[str]) -> float:
    """Take the word of a commune out of the words of a text, from its end, unless the street needs it."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] == word and words.count(word) > name.count(word):
            del words[index]
            return 1.0
        if (
            len(word) > 4
            and words[index][:1] == word[:1]
            and words[index] not in name
            and edit_distance(words[index], word, 2) <= (1 if len(word) < 7 else 2)
        ):
            del words[index]
            return 0.9
    return 0.0


def _common(name: Sequence[str], words: Sequence[str]) -> float:
    """Return how many words two names share: an initial or a slip of typing counts a little less."""
    left, total = list(words), 0.0
    for word in name:
        likeness, index = max(
            ((_likeness(word, other), at) for at, other in enumerate(left)), default=(0.0, 0)
        )
        if likeness:
            total += likeness
            del left[index]
    return total


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if other == word[: len(other)]:
        if len(other) == 1:
            return 0.8  # an initial
        return 0.9 if len(other) >= 3 else 0.0
    if len(word) < 4 or len(other) < 4 or word[:1] != other[:1]:
        return 0.0
    most = 1 if len(word) < 8 else 2
    return 0.88 if edit_distance(word, other, most) <= most else 0.0
