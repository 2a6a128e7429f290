"""A French text cut into words, each with the forms under which it is compared: no accent, no plural, no gender.

Forms are rough: questions and catalogue words are compared by them alone. ``stem`` removes the marks of number and
gender (« clôturées » equals « clôture »), ``root`` the endings of verbs and of the nouns made of them too (« planté
», « plantation »).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from interface.text import fold

Rest = ParamSpec("Rest")
Result = TypeVar("Result")
_TOKEN = re.compile(
    r"(?P<acronym>(?:[^\W\d_]\.){2,}[^\W\d_]?)"
    r"|(?P<ordinal>(?:\d{1,2}|[IVX]{1,5})(?:e|è|ème|eme|er|re)(?![^\W_]))"
    r"|(?P<number>\d{1,3}(?:[    ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_]+)(?P<elision>['’])?"
    r"|(?P<sign>[<>]=?|[≤≥=,;²%€/–-]|m²)"
)
_INNER_APOSTROPHE = re.compile(r"(?<=[^\W\d_]{3})['’](?=[^\W\d_])")
_ORDINALS = {
    "deuxieme": 2, "troisieme": 3, "quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8,
    "neuvieme": 9, "unieme": 1, "dixieme": 10, "onzieme": 11, "douzieme": 12, "treizieme": 13, "quatorzieme": 14,
    "quinzieme": 15, "seizieme": 16, "vingtieme": 20,
}  # fmt: skip
_TENS = {"dix": 10, "vingt": 20}
_ROMAN = {"i": 1, "v": 5, "x": 10}
# Endings of past participles, of nouns of action and of infinitives, the longest first.
_SUFFIXES = (
    "issement", "issent", "ellement", "ement", "ation", "ition", "aison", "ment", "tion", "ueur", "anc", "eur", "ant",
    "ent", "ion", "ag", "er", "ir", "ur", "if",
)  # fmt: skip
_SHORTEST_ROOT = 3
_SHORT_FORMS = {
    "bjr": "bonjour", "bsr": "bonsoir", "slt": "bonjour", "salut": "bonjour", "ds": "dans", "pr": "pour",
    "ss": "sans", "avc": "avec", "kel": "quel", "kelle": "quelle", "kels": "quels", "kelles": "quelles",
    "qd": "quand", "nbr": "nombre", "nbe": "nombre", "tt": "tout", "ts": "tous", "ttes": "toutes", "ya": "y",
    "jveux": "veux", "jcherche": "cherche", "pls": "svp", "plz": "svp",
}  # fmt: skip
"""Words as they are typed in messages, in small letters."""
COMMUNE_WORDS = frozenset(["commune", "communes", "ville", "villes", "municipalite", "municipalites"])
# Words that carry nothing by themselves: skipped inside the name of a layer, of a field or of a value.
GLUE = frozenset([
    "de", "du", "des", "d", "la", "le", "les", "l", "un", "une", "a", "au", "aux", "en", "pour", "par", "sur",
    "dans", "et", "qu", "que", "qui", "ce", "ces", "cet", "cette", "leur", "leurs", "son", "sa", "ses", "est",
    "sont", "soit", "etre", "se", "s", "y", "il", "elle", "ils", "elles", "on", "n", "ne", "dont", "ou",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordToken:
    """A word, a number or a sign: where it is in the text, as typed, and its forms.

    ``number`` is its value when it is written in figures; an ordinal (« 19e », « XIXe ») is a word, ``19e``.
    """

    start: int
    end: int
    text: str
    word: str
    stem: str
    number: float | None = None
    is_elided: bool = False

    @property
    def is_glue(self) -> bool:
        """Whether it is an article, a preposition or an auxiliary; a capital letter is a name: « ligne A »."""
        is_letter = len(self.text) == 1 and self.text.isascii() and self.text.isupper() and not self.is_elided
        return self.word in GLUE and self.number is None and not is_letter


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a folded word without plural and gender: « remarquables », « royale », « journaux » → « journal »."""
    if len(word) <= 3:
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        return word[:-2] + "l"
    short = word.rstrip("sx") if word not in _UNSTEMMED else word
    if short.endswith("que"):
        short = short[:-3] + "c"
    if len(short) > 4 and short.endswith(("elle", "enne")):
        short = short[:-2]
    while len(short) > _SHORTEST_ROOT and short.endswith("e"):
        short = short[:-1]
    return short


_UNSTEMMED = frozenset(["plus", "gaz", "bus", "bas", "pas", "gris", "bois", "mois", "dix", "six"])


@lru_cache(maxsize=20_000)
def root(form: str) -> str:
    """Return a stem without the endings of verbs and of nouns of action; itself when too little would be left."""
    for ending in _SUFFIXES:
        if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST_ROOT:
            return root(form[: -len(ending)])
    is_doubled = len(form) > _SHORTEST_ROOT + 1 and form[-1] == form[-2]
    return form[:-1] if is_doubled else form  # « travaillent » is of « travail »


def _roman(text: str) -> int:
    total = 0
    digits = [_ROMAN[char] for char in text]
    for digit, after in zip(digits, [*digits[1:], 0], strict=True):
        total += -digit if digit < after else digit
    return total


def _ordinal(text: str) -> str:
    figures = re.match(r"\d+|[ivx]+", text.lower())
    assert figures is not None
    return f"{int(figures[0]) if figures[0].isdecimal() else _roman(figures[0])}e"


def tokens(text: str) -> list[WordToken]:
    """Cut a text into words, numbers and signs. What is none of these (quotation marks, points) is left out."""
    text = unicodedata.normalize("NFC", text)
    return _with_ordinals([token for match in _TOKEN.finditer(text) for token in _parted(_token(match))])


def _with_ordinals(cut: list[WordToken]) -> list[WordToken]:
    """Read « dix-neuvième » as « 19e »: an ordinal in words is one token, with the ten before it."""
    word_tokens: list[WordToken] = []
    for token in cut:
        number, start = _ORDINALS.get(token.word), token.start
        if number is None or token.is_elided:
            word_tokens.append(token)
            continue
        tens = len(word_tokens)
        while tens and word_tokens[tens - 1].word in {"-", "et"}:
            tens -= 1
        if tens and word_tokens[tens - 1].word in _TENS and number < _TENS["dix"]:
            number, start = number + _TENS[word_tokens[tens - 1].word], word_tokens[tens - 1].start
            del word_tokens[tens - 1 :]
        word_tokens.append(replace(token, start=start, word=f"{number}e", stem=f"{number}e"))
    return word_tokens


def _parted(token: WordToken) -> list[WordToken]:
    """Part « dun » and « dune », typed without their apostrophe."""
    if token.word not in {"dun", "dune"} or token.is_elided:
        return [token]
    start, word = token.start, token.word[1:]
    first = WordToken(start, start + 1, token.text[0], "d", "d", is_elided=True)
    return [first, WordToken(start + 1, token.end, token.text[1:], word, stem(word))]


def _token(match: re.Match[str]) -> WordToken:
    text, kind = match[0], match.lastgroup
    start, end = match.span()
    if match["number"]:
        value = float(re.sub(r"\s", "", text).replace(",", "."))
        word = f"{value:g}"
        return WordToken(start, end, text, word, word, number=value)
    if match["ordinal"]:
        word = _ordinal(text)
        return WordToken(start, end, text, word, word)
    if match["acronym"]:
        word = fold(text.replace(".", ""))
        return WordToken(start, end, text, word, stem(word))
    if kind == "sign":
        return WordToken(start, end, text, text, text)
    word = fold(match["word"])
    word = _SHORT_FORMS.get(word, word) if match["word"].islower() else word
    return WordToken(start, end, match["word"], word, stem(word), is_elided=bool(match["elision"]))


class TextTokens(tuple[WordToken, ...]):
    """The tokens of one text, and what was computed of them: it is read in up to some thirty ways."""

    computed: dict[Hashable, Any]
    stems: tuple[str, ...]

    def __new__(cls, tokens: Iterable[WordToken]) -> TextTokens:
        """Take tokens; those of a text remain the same object."""
        if isinstance(tokens, cls):
            return tokens
        text = super().__new__(cls, tokens)
        text.computed = {}
        text.stems = tuple(token.stem for token in text)
        return text

    def once(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """Return what ``compute`` gives, computed once for each key; nobody changes it."""
        if key not in self.computed:
            self.computed[key] = compute()
        result: Result = self.computed[key]
        return result


def stems_of(tokens: Sequence[WordToken], start: int, end: int) -> tuple[str, ...]:
    """Return the stems of the tokens from ``start`` to before ``end``."""
    if isinstance(tokens, TextTokens):
        return tokens.stems[start:end]
    return tuple(token.stem for token in tokens[start:end])


def once_a_text(
    read: Callable[Concatenate[Sequence[WordToken], int, Rest], Result],
) -> Callable[Concatenate[Sequence[WordToken], int, Rest], Result]:
    """Compute once for a text what its tokens mean at an index.

    The result follows from the tokens, the index and the other arguments alone, and nobody changes it.
    """

    @wraps(read)
    def read_once(tokens: Sequence[WordToken], at: int, /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
        if not isinstance(tokens, TextTokens):
            return read(tokens, at, *rest, **named)
        key, computed = (read, at, *rest, *named.items()), tokens.computed
        if key not in computed:
            computed[key] = read(tokens, at, *rest, **named)
        result: Result = computed[key]
        return result

    return read_once


@lru_cache(maxsize=20_000)
def phrase(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a name that count: neither articles, nor prepositions, nor signs."""
    return tuple(each.stem for each in tokens(text) if each.word[0].isalnum() and not each.is_glue)


def without_apostrophe(text: str) -> str:
    """Return a text whose words have no apostrophe inside: « critair » of « Crit’Air »; elisions stay."""
    return _INNER_APOSTROPHE.sub("", text)


def words_of(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of several names, each once, without those that hold nothing."""
    names = [name for text in texts for name in (text, without_apostrophe(text))]
    return tuple(dict.fromkeys(filter(None, map(phrase, names))))


def roots(form: Iterable[str]) -> tuple[str, ...]:
    """Return the roots of the stems of a phrase."""
    return tuple(map(root, form))


def root_of(word: str) -> str:
    """Return the root of a folded word."""
    return root(stem(word))
