"""Row filters that do not read, corrected: quotes around values, names of fields for their titles, codes for labels.

Who writes ``Ville = Meudon`` or ``ville = "Meudon"`` means ``ville = 'Meudon'``: in CQL2 a word, quoted by two signs
or not at all, is the name of a field. A correction is proposed, never applied.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interface.text import fold
from layers.definitions import Field

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*+')
      | (?P<quoted>"(?:[^"]|"")*+" | «[^»]*+» | “[^”]*+” | ‘[^’]*+’)
      | (?P<operator><>|<=|>=|!=|==|=|<|>)
      | (?P<number>[0-9][0-9.]*+(?![\w-]))
      | (?P<word>\w+(?:[-.’]\w+)*+)
      | (?P<sign>[^\s])""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"and", "or", "not", "like", "ilike", "in", "between", "is", "null", "true", "false"})
_AFTER_A_FIELD = frozenset({"in", "like", "ilike", "between", "is", "not"})
_OPERATORS = {"==": "=", "!=": "<>"}
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class _Part:
    """A token, or words in a row: its ``kind``, its place in the filter and its words without quotation marks."""

    kind: str
    start: int
    end: int
    words: str

    def is_keyword(self, keywords: Collection[str]) -> bool:
        return self.kind == "keyword" and self.words.casefold() in keywords


def corrected_filter(text: str, fields: Mapping[str, Field]) -> str:
    """Return a filter as its author most likely means it; ``text`` itself when nothing is to be corrected."""
    parts, pieces, last = list(_parts(text)), [], 0
    field: Field | None = None
    for index, part in enumerate(parts):
        after = parts[index + 1] if index + 1 < len(parts) else None
        before = parts[index - 1] if index else None
        written = text[part.start : part.end]
        if part.kind == "operator":
            written = _OPERATORS.get(written, written)
        elif part.kind in {"run", "text"}:
            is_field = after is not None and (after.kind == "operator" or after.is_keyword(_AFTER_A_FIELD))
            if is_field and part.kind == "run":
                field = _field(part.words, fields)
                written = _name(field) if field and part.words not in fields else written
            elif _is_value(before, parts[:index]):
                written = _value(part, field, fields, written)
        pieces += [text[last : part.start], written]
        last = part.end
    return "".join([*pieces, text[last:]])


def _parts(text: str) -> Iterator[_Part]:
    """Yield the parts of a filter: words that follow each other are one, the name of a function is a sign."""
    run: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        is_keyword = kind == "word" and match[0].casefold() in _KEYWORDS
        if kind in {"word", "quoted"} and not is_keyword:
            run.append(match)
            continue
        if run:
            is_function = match[0] == "(" and len(run) == 1
            yield _run(run, "sign" if is_function else "run")
            run = []
        yield _Part("keyword" if is_keyword else kind, match.start(), match.end(), match[0])
    if run:
        yield _run(run, "run")


def _run(matches: Sequence[re.Match[str]], kind: str) -> _Part:
    words = " ".join(match[0].strip('"«»“”‘’\u00a0\u202f ') for match in matches)
    return _Part(kind, matches[0].start(), matches[-1].end(), words)


def _is_value(before: _Part | None, earlier: Sequence[_Part]) -> bool:
    """Whether a part stands where a value does: after an operator, or in the list of ``IN``."""
    if before is None:
        return False
    if before.kind == "operator" or before.is_keyword({"like", "ilike"}):
        return True
    opened = 0
    for index in range(len(earlier) - 1, -1, -1):
        opened += {"(": 1, ")": -1}.get(earlier[index].words, 0)
        if opened > 0:
            return index > 0 and earlier[index - 1].is_keyword({"in"})
    return False


def _field(words: str, fields: Mapping[str, Field]) -> Field | None:
    """Return the field of a name, or the only one whose name or title reads so, whatever the case and accents."""
    if words in fields:
        return fields[words]
    alike = [field for field in fields.values() if fold(words) in {fold(field.name), fold(str(field.title))}]
    return alike[0] if len(alike) == 1 else None


def _name(field: Field) -> str:
    return field.name if _PLAIN_NAME.fullmatch(field.name) else f'"{field.name}"'


def _value(part: _Part, field: Field | None, fields: Mapping[str, Field], written: str) -> str:
    """Return a value between quotation marks, by the code that its words are the label of; a field stays a field."""
    words = written[1:-1].replace("''", "'") if part.kind == "text" else part.words
    choices = dict(field.choices) if field else {}
    code = next(
        (code for code, label in choices.items() if fold(words) in {fold(code), fold(str(label))}), words
    )
    if part.kind == "run" and words in fields:
        return written
    if part.kind == "text" and (words in choices or code == words):
        return written
    return "'" + code.replace("'", "''") + "'"
