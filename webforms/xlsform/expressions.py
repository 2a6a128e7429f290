"""Expressions of XLSForm that forms have too: ``relevant`` as a condition, ``constraint`` as bounds of a number.

The simple part of XPath that ODK documents: comparisons of ``${name}`` with a value, ``selected(…)``, ``and``, ``or``,
parentheses. Anything else is refused, and the caller lists it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from webforms.rules import ALL, ANY, Condition
from webforms.vocabulary import MAX_DEPTH

_TOKEN = re.compile(
    r"""\s*(?:
        \$\{\s*(?P<name>[^}\s]+)\s*\}
      | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>selected|true|false|and|or|not)\b
      | (?P<mark><=|>=|!=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_BOUND = re.compile(r"\.\s*(?P<op><=|>=|<|>)\s*(?P<number>-?\d+(?:\.\d+)?)")
_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class UnreadExpression(Exception):
    """An expression beyond the simple part."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def read_relevant(text: str) -> Condition:
    """Return the condition that an expression is.

    Raises:
        UnreadExpression: it is beyond the simple part.
    """
    parser = _Parser(list(_tokens(text)))
    condition = parser.read_any(1)
    if parser.position < len(parser.tokens):
        raise UnreadExpression(text)
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) > 200:
            raise UnreadExpression(text)
        kind = match.lastgroup or ""
        tokens.append(_Token("text" if kind in {"single", "double"} else kind, match[kind]))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent: ``or`` of ``and`` of comparisons."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.position = tokens, 0

    def read_any(self, depth: int) -> Condition:
        """Read comparisons joined by ``or``."""
        return self._joined("or", ANY, depth)

    def _joined(self, word: str, joint: str, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise UnreadExpression
        parts = [self._part(word, depth)]
        while self._is("word", word):
            self.position += 1
            parts.append(self._part(word, depth))
        return parts[0] if len(parts) == 1 else {joint: parts}

    def _part(self, word: str, depth: int) -> Condition:
        if word == "or":
            return self._joined("and", ALL, depth)
        if self._is("mark", "("):
            self.position += 1
            condition = self.read_any(depth + 1)
            self._take("mark", ")")
            return condition
        if self._is("word", "selected"):
            return self._selected()
        return self._comparison()

    def _selected(self) -> Condition:
        self.position += 1
        self._take("mark", "(")
        name = self._take("name")
        self._take("mark", ",")
        value = self._take("text")
        self._take("mark", ")")
        return {"field": name, "op": "contains", "value": value}

    def _comparison(self) -> Condition:
        name = self._take("name")
        operator = self._take("mark")
        if operator not in _OPERATORS:
            raise UnreadExpression
        value = self._value()
        if value == "":
            if operator not in {"=", "!="}:
                raise UnreadExpression
            return {"field": name, "op": "empty", "value": operator == "="}
        return {"field": name, "op": operator, "value": value}

    def _value(self) -> str | float | bool:
        token = self.tokens[self.position] if self.position < len(self.tokens) else _Token("", "")
        if token.kind == "word" and token.text in {"true", "false"}:
            self.position += 1
            self._take("mark", "(")
            self._take("mark", ")")
            return token.text == "true"
        if token.kind == "number":
            self.position += 1
            return float(token.text) if "." in token.text else int(token.text)
        return self._take("text")

    def _is(self, kind: str, text: str) -> bool:
        return self.position < len(self.tokens) and self.tokens[self.position] == _Token(kind, text)

    def _take(self, kind: str, text: str | None = None) -> str:
        if self.position >= len(self.tokens):
            raise UnreadExpression
        token = self.tokens[self.position]
        if token.kind != kind or (text is not None and token.text != text):
            raise UnreadExpression
        self.position += 1
        return token.text


def read_bounds(text: str, *, is_whole: bool) -> tuple[float | None, float | None]:
    """Return the bounds that a constraint sets: ``. >= 0 and . <= 10``; strict ones of whole numbers too.

    Raises:
        UnreadExpression: it is something else.
    """
    minimum: float | None = None
    maximum: float | None = None
    for part in re.split(r"\s+and\s+", text.strip()):
        match = _BOUND.fullmatch(part.strip().strip("()").strip())
        if match is None or (match["op"] in {"<", ">"} and not is_whole):
            raise UnreadExpression(text)
        value = float(match["number"])
        number = int(value) if value.is_integer() else value
        if match["op"] in {">", ">="}:
            minimum = number + (match["op"] == ">")
        else:
            maximum = number - (match["op"] == "<")
    return minimum, maximum
