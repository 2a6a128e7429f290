"""Postal addresses as people write them, matched to streets: abbreviations, accents, order, slips of typing.

A text is read into a number, a suffix and words; streets are compared by their words. What is near but not sure is
offered, never chosen. Titles of people weigh little (« rue Leclerc », « rue du Général Leclerc » for the Maréchal); a
name without its first name is sure where the commune has one such street.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from interface.text import edit_distance, fold

_ABBREVIATIONS: Mapping[str, str] = {
    "r": "rue",
    "ru": "rue",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "bvd": "boulevard",
    "blv": "boulevard",
    "boulv": "boulevard",
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
    "mar": "marechal",
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
    "gde": "grande",
    "gd": "grand",
    "grd": "grand",
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
_TITLES = frozenset(
    {
        "general", "marechal", "colonel", "commandant", "capitaine", "lieutenant", "sergent", "amiral", "president",
        "docteur", "professeur", "monseigneur", "abbe", "cardinal", "pere",
    }
)  # fmt: skip
# First names of people whom streets call by their title.
_FIRST_NAMES: Mapping[str, frozenset[str]] = {
    "gaulle": frozenset({"charles"}),
    "roosevelt": frozenset({"franklin", "delano"}),
    "leclerc": frozenset({"philippe"}),
    "foch": frozenset({"ferdinand"}),
    "joffre": frozenset({"joseph"}),
    "gallieni": frozenset({"joseph"}),
    "juin": frozenset({"alphonse"}),
    "koenig": frozenset({"pierre"}),
    "kennedy": frozenset({"john", "fitzgerald"}),
    "wilson": frozenset({"woodrow"}),
}
# Kinds of ways that people write for one another.
_ALIKE = (frozenset({"sente", "sentier", "ruelle"}), frozenset({"rue", "grande"}))
_MONTHS = frozenset(
    {
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
        "decembre",
    }
)  # fmt: skip
# What begins a part of an address that is inside, or before, its building.
_BUILDING = re.compile(
    r"\s*(?:imm(?:euble)?|bat(?:iment)?|res(?:idence)?|app?t|appartement|etage|esc(?:alier)?|porte|hall|entree|lot|chez|"
    r"c/o|mairie|hotel de ville|tour)\b"
)
_SUFFIXES: Mapping[str, str] = {"b": "bis", "t": "ter", "q": "quater"}
_OPENING = re.compile(
    r"\s*(?:n[°o]?\s*)?(?P<number>\d{1,4})\s*"
    r"(?:(?:[-/&]|et\b|a(?=\s+\d))\s*\d{1,4}\b\s*)?(?P<suffix>bis|ter|quater|quinquies|[a-zA-Z])?(?=$|[\s,.])[\s,.]*",
    re.IGNORECASE,
)
_SUFFIX = r"(?P<suffix>bis|ter|quater|quinquies|[a-z])?"
_POSTCODE = re.compile(r"\b(\d{5})\b")
# The code of a CEDEX is that of a post office, not of the street.
_CEDEX = re.compile(r"\b(?:\d{5}\b(?=.*\bcedex\b)|cedex(?:\s+\d{1,2}\b)?|bp\s*\d+\b)|,\s*france\s*$")
_THOUSANDS = re.compile(r"^(\s*\d)\s(\d{3})(?=\s+[a-z])")
_WAYS = "|".join(
    sorted(KINDS | {each for each, word in _ABBREVIATIONS.items() if word in KINDS}, key=len)[::-1]
)
_BEFORE_WAY = re.compile(rf"\b(?P<number>\d{{1,4}})\s*{_SUFFIX}[\s,.]+(?=(?:{_WAYS}|gde|grande)\b)")
_AFTER_NAME = re.compile(rf"(?:\bn[°o]?\s*)?(?<![\w'])(?P<number>\d{{1,4}})\s*{_SUFFIX}(?=$|[\s,.)])")
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
    """An address as somebody wrote it; ``number`` is None without one, ``suffix`` is empty, « bis » or a letter.

    ``before`` are the words before the number: a building, a person, or the commune.
    """

    number: int | None
    suffix: str
    words: tuple[str, ...]
    postcode: str = ""
    before: tuple[str, ...] = ()


def read_address(text: str) -> WrittenAddress:
    """Read the number, the suffix, the post code and the words of a text: « 12B, r. de la Rép. 92190 Meudon ».

    The number may be after the name, or after a building, a floor or a person, which are left out.
    """
    plain = _THOUSANDS.sub(r"\1\2", _CEDEX.sub(" ", fold(text)))
    postcode = ""
    if match := _POSTCODE.search(plain):
        postcode, plain = match[1], f"{plain[: match.start()]} {plain[match.end() :]}"
    plain = _street_parts(plain)
    opening = _OPENING.match(plain)
    if opening is not None:
        suffix, rest = opening["suffix"] or "", plain[opening.end() :]
        if suffix == "r":  # « 12 r de la Paix »: a street more often than a house
            suffix, rest = "", f"r {rest}"
        return _written(opening["number"], suffix, rest, "", postcode)
    if match := _BEFORE_WAY.search(plain):
        return _written(
            match["number"], match["suffix"], plain[match.end() :], plain[: match.start()], postcode
        )
    for match in _AFTER_NAME.finditer(plain):
        before, after = plain[: match.start()], plain[match.end() :]
        around = {*address_words(before)[-1:], *address_words(after)[:1]}
        if before.strip() and not around & _MONTHS:  # « rue du 8 Mai 1945 »
            return _written(match["number"], match["suffix"], f"{before} {after}", "", postcode)
    return WrittenAddress(None, "", address_words(plain), postcode)


def _written(number: str, suffix: str | None, words: str, before: str, postcode: str) -> WrittenAddress:
    return WrittenAddress(
        int(number),
        _SUFFIXES.get(suffix or "", suffix or ""),
        address_words(words),
        postcode,
        address_words(before),
    )


def _street_parts(plain: str) -> str:
    """Leave out the parts between commas that are about a building, where another one is left."""
    parts = plain.split(",")
    left = [part for part in parts if not (_BUILDING.match(part) and not _BEFORE_WAY.search(part))]
    return ",".join(left) if any(address_words(part) for part in left) else plain


def address_words(text: str) -> tuple[str, ...]:
    """Return the words of a name of street or commune, folded, in full, without articles.

    Once the kind of street is known, « R. » is the initial of a name.
    """
    words: list[str] = []
    for word in re.findall(r"[a-z0-9]+", fold(text)):
        is_initial = len(word) == 1 and bool(words) and words[0] in KINDS
        full = word if is_initial else _ABBREVIATIONS.get(word, word)
        words += [each for each in full.split() if each not in _LITTLE]
    return tuple(words)


@dataclass(frozen=True, slots=True)
class _IndexedStreet:
    street: Street
    kind: frozenset[str]
    name: tuple[str, ...]
    commune: tuple[str, ...]
    joined: str


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How much of a text and a street is the same, from 0 to 1.

    ``is_located``: the text names the commune or a post code of the street. ``is_part``: all that it says of the name
    is in the name, title and first name left out.
    """

    score: float
    is_located: bool = False
    is_part: bool = False


@dataclass(slots=True)
class StreetIndex:
    """Streets by their words, for comparisons in memory: some thousands of streets take some milliseconds."""

    streets: Sequence[_IndexedStreet]
    communes: frozenset[str] = field(default=frozenset())
    by_word: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_letter: Mapping[str, Sequence[str]] = field(default_factory=dict)

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
                    re.sub(r"[^a-z]", "", fold(street.commune)),
                )
            )
        by_word: dict[str, list[int]] = defaultdict(list)
        by_letter: dict[str, list[str]] = defaultdict(list)
        for number, each in enumerate(indexed):
            for word in set(each.name):
                by_word[word].append(number)
        for word in by_word:
            by_letter[word[0]].append(word)
        communes = frozenset(word for each in indexed for word in each.commune)
        return cls(indexed, communes, by_word, by_letter)

    def matches(self, written: WrittenAddress) -> tuple[list[Street], list[Street]]:
        """Return the streets that an address means, the best alone where one is, and those that are near.

        Several of the first are one name in several communes.
        """
        words = self._ordered(written)
        scores: dict[float, list[Street]] = defaultdict(list)
        parts: list[Street] = []
        for each in self._alike(words):
            likeness = self._likeness(each, words, written.postcode)
            if likeness.score >= _NEAR:
                scores[round(likeness.score, 3)].append(each.street)
                if likeness.is_part and likeness.is_located:
                    parts.append(each.street)
        if not scores:
            return [], []
        best = max(scores)
        sure = scores[best] if best >= _SURE else []
        if not sure and len(parts) == 1:
            sure = parts
        ordered = [street for score in sorted(scores, reverse=True) for street in scores[score]]
        return sure, [street for street in ordered if street not in sure][:MAX_NEAR]

    def _alike(self, words: Iterable[str]) -> list[_IndexedStreet]:
        """Return the streets that share a word with a text, slips of typing included: no other one is near."""
        names = {name for word in words for name in self.by_letter.get(word[0], ()) if _likeness(name, word)}
        names |= {word.removeprefix(article) for word in words for article in _ELIDED} & self.by_word.keys()
        return [
            self.streets[number] for number in sorted({at for name in names for at in self.by_word[name]})
        ]

    def _ordered(self, written: WrittenAddress) -> list[str]:
        """Return the words of an address with the commune at their end: « Meudon, 31 rue de la République »."""
        words = list(written.words)
        while len(words) > 2 and words[0] in self.communes and words[0] not in KINDS and _has_way(words[1:]):
            words.append(words.pop(0))
        return [*words, *(word for word in written.before if word in self.communes)]

    def _likeness(self, each: _IndexedStreet, written: Sequence[str], postcode: str) -> _Likeness:
        """Compare a text with a street; the commune and the kind of street weigh less than the name."""
        words = list(written)
        if not words or not each.name:
            return _Likeness(0.0)
        town = _take_town(words, each)
        names_other_town = not town and self._names_a_town(words, each)
        kinds = {_kind_of(word, each.kind) for word in words[:1]} - {""}
        rest = words[1:] if kinds and len(words) > 1 else words
        rest = _without_first_name(rest, each.name)
        matched = _common(each.name, rest)
        total = sum(map(_weight, each.name))
        # « avenue du Général, Meudon » is not the avenue de Meudon.
        total += len(rest) if each.name[-1] in self.communes else sum(map(_weight, rest))
        score = 2 * sum(likeness * weight for likeness, weight in matched) / total if rest else 0.0
        if matched and len(each.name) > 1 and rest and rest[-1] == each.name[-1]:
            score += 0.04  # « rue Hugo » for « rue Victor Hugo »: the last word is the name
        is_other_kind = bool(kinds and each.kind and kinds != each.kind)
        if is_other_kind:
            score -= 0.03 if any(kinds | each.kind <= alike for alike in _ALIKE) else 0.2
        is_other_code = bool(postcode and each.street.postcodes and postcode not in each.street.postcodes)
        if is_other_code and not town:
            score -= 0.15
        names = [word for word in rest if word not in _TITLES and len(word) > 2]
        is_alike = len(matched) == len(rest) and all(likeness > _ALMOST for likeness, _weight in matched)
        # « rue Hugo » names somebody, « rue Victor » does not.
        has_surname = each.name[0] in _TITLES or any(
            _likeness(each.name[-1], word) > _ALMOST for word in names
        )
        is_part = bool(names) and is_alike and has_surname and not is_other_kind
        is_located = bool(town) or bool(postcode and not is_other_code)
        score += 0.02 * town - (0.3 if names_other_town else 0.0)
        return _Likeness(score, is_located and not names_other_town, is_part)

    def _names_a_town(self, words: Sequence[str], each: _IndexedStreet) -> bool:
        """Whether the text ends with the name of a commune that is not that of the street."""
        tail = words[-1] if words else ""
        return tail in self.communes and tail not in each.commune and tail not in each.name


def _has_way(words: Iterable[str]) -> bool:
    return any(word in KINDS for word in words)


def _weight(word: str) -> float:
    return 0.2 if word in _TITLES else 1.0


def _without_first_name(words: list[str], name: Sequence[str]) -> list[str]:
    """Leave out the first name of somebody whom the street calls by a title."""
    if not _TITLES.intersection(name):
        return words
    first_names = {first for word in words for first in _FIRST_NAMES.get(word, ())} - set(name)
    return [word for word in words if word not in first_names]


def _kind_of(word: str, kind: frozenset[str]) -> str:
    """Return the kind of street that a first word is, a slip of typing of that of the street included."""
    if word in KINDS:
        return word
    if "rue" in kind and 1 < len(word) < 5 and edit_distance(word, "rue", 1) <= 1:
        return "rue"
    return next((each for each in kind if len(word) > 3 and edit_distance(word, each, 2) <= 2), "")


def _take_town(words: list[str], each: _IndexedStreet) -> float:
    """Take the commune of a street out of the words of a text, with what follows it: « Meudon la Forêt ».

    Returns:
        How much of its name is there, from 0 to 1.
    """
    for index in range(len(words) - 1, 0, -1):
        if (
            len(words[index]) > 6
            and edit_distance(words[index], each.joined, 1) <= 1
            and words[index] not in each.name
        ):
            del words[index:]
            return 1.0
    taken = [_take(word, words, each.name) for word in each.commune]
    first = min((index for _share, index in taken if index), default=0)
    tail = words[first:] if first else []
    if first and not _has_way(tail) and not any(_likeness(name, word) for name in each.name for word in tail):
        del words[first:]
    return sum(share for share, _index in taken) / max(1, len(each.commune))


def _take(word: str, words: list[str], name: Sequence[str]) -> tuple[float, int]:
    """Take the word of a commune out of the words of a text, from its end, unless the street needs it.

    Returns:
        How alike they are, and where it was, 0 for nowhere.
    """
    for index in range(len(words) - 1, 0, -1):
        written = words[index]
        if written == word and words.count(word) > name.count(word):
            del words[index]
            return 1.0, index
        if written in name:
            continue
        is_slip = (
            len(word) > 4
            and written[:1] == word[:1]
            and edit_distance(written, word, 2) <= (1 if len(word) < 7 else 2)
        )
        if is_slip or _is_skeleton(written, word):
            del words[index]
            return 0.9, index
    return 0.0, 0


def _is_skeleton(written: str, word: str) -> bool:
    """Whether a word is written by some of its consonants: « Mx » for Moulineaux, « Blg » for Boulogne."""
    if not 2 <= len(written) <= 4 or len(word) < 6 or written[0] != word[0] or set(written) & set("aeiouy"):
        return False
    letters = iter(word)
    return all(letter in letters for letter in written)


def _common(name: Sequence[str], words: Sequence[str]) -> list[tuple[float, float]]:
    """Return the words that two names share: how alike they are, less for an initial or a slip, and their weight."""
    left, shared = list(words), []
    for word in name:
        likeness, index = max(
            ((_likeness(word, other), at) for at, other in enumerate(left)), default=(0.0, 0)
        )
        if likeness:
            shared.append((likeness, _weight(word)))
            del left[index]
    return shared


# Two slips: enough to offer a street, never to choose it.
_ALMOST = 0.55
_ELIDED = ("d", "l", "de", "du", "la", "le")


# Spellings of one sound in French, in the order in which they are replaced.
_SPELLINGS = (
    (re.compile(r"eaux?|aux?"), "o"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|ck|k(?!s)|c(?=[aouklrt])"), "k"),
    (re.compile(r"ks|cs"), "x"),
    (re.compile(r"z|c(?=[eiy])"), "s"),
    (re.compile(r"y"), "i"),
    (re.compile(r"th"), "t"),
    (re.compile(r"([a-z])\1"), r"\1"),
)


@lru_cache(maxsize=4_096)
def _sound(word: str) -> str:
    """Return a word written as it sounds, roughly: what people write by ear is the same."""
    for spelling, sound in _SPELLINGS:
        word = spelling.sub(sound, word)
    return word


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if other == word[: len(other)]:
        if len(other) == 1:
            return 0.8  # an initial
        return 0.9 if len(other) >= 3 else 0.0
    if any(len(word) > 3 and other == f"{article}{word}" for article in _ELIDED):
        return 0.95  # « daguesseau », « delattre », « labbe »
    if len(word) == len(other) == 3 and word.replace("y", "i") == other.replace("y", "i"):
        return 0.9  # « roy » for « roi »
    if len(word) < 4 or len(other) < 4 or word[:1] != other[:1]:
        return 0.0
    if _sound(word) == _sound(other):
        return 0.9  # « jores » for « jaures », « morisset » for « morizet »
    most = 1 if len(word) < 8 else 2
    distance = edit_distance(word, other, most + 1)
    return 0.88 if distance <= most else _ALMOST if distance == most + 1 else 0.0
