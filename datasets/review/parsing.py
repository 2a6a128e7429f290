"""What a reviewer looks at, as the address says it: a kind of change, a page, a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from datasets.comparison.queries import KINDS
from datasets.comparison.sql.row_pairs import RowKey
from layers.errors import InvalidParameter
from layers.parsing.choices import choice
from layers.parsing.numbers import parse_integer
from layers.parsing.query import single_values

PARAMETERS = ("sorte", "apres", "ligne")
WORDS = {kind: word for word, kind in KINDS.items()}
"""The word of each kind in addresses."""
REASON = "reason-"
"""What the inputs of the reasons begin with; the code of the check follows."""
# The kind, the id of the row, and how far it moved in metres.
_KEY = re.compile(r"(?P<kind>[a-z]+)-(?P<id>\d{1,18})(?:-(?P<metres>\d{1,9}(?:\.\d{1,2})?|-1))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """A ``kind`` of rows, empty for all; the row ``after`` which the page begins; the row in detail, by its id."""

    kind: str = ""
    after: RowKey | None = None
    row: int | None = None

    def query(self, *, kind: str | None = None, after: RowKey | None = None, row: int | None = None) -> str:
        """Return the query string of another question, "?…"; what is not named is left out."""
        values = {
            "sorte": WORDS[kind] if kind else "",
            "apres": written_key(after) if after else "",
            "ligne": str(row) if row is not None else "",
        }
        remaining = {name: value for name, value in values.items() if value}
        return f"?{urlencode(remaining)}" if remaining else "?"


def parse_review(parameters: Mapping[str, Sequence[str]]) -> ReviewQuestion:
    """Read ``sorte``, ``apres`` and ``ligne`` of an address.

    Raises:
        UnknownParameter, InvalidParameter: the address says something else.
    """
    values = single_values({name: list(texts) for name, texts in parameters.items()}, allowed=PARAMETERS)
    word = choice(values.get("sorte", ""), ["", *KINDS], parameter="sorte")
    kind = KINDS.get(word, "")
    after = _key(values["apres"], kind) if values.get("apres") else None
    row = parse_integer(values["ligne"]) if values.get("ligne") else None
    if values.get("ligne") and row is None:
        raise InvalidParameter(_("« ligne » est le numéro d’une ligne."), parameter="ligne")
    return ReviewQuestion(kind, after, row)


def written_key(key: RowKey) -> str:
    """Write where a page begins, as addresses have it."""
    metres = f"-{key.metres:g}" if key.kind == "moved" else ""
    return f"{WORDS[key.kind]}-{key.id}{metres}"


def _key(text: str, kind: str) -> RowKey:
    match = _KEY.fullmatch(text)
    key_kind = KINDS.get(match["kind"], "") if match else ""
    has_metres = match is not None and match["metres"] is not None
    if match is None or not key_kind or (kind and key_kind != kind) or has_metres != (key_kind == "moved"):
        raise InvalidParameter(_("« apres » n’est pas le début d’une page de ce tableau."), parameter="apres")
    return RowKey(key_kind, int(match["id"]), float(match["metres"]) if has_metres else -1)


def parse_reasons(posted: Mapping[str, object]) -> dict[str, str]:
    """Return the reasons of a form that accepts checks, by code."""
    return {
        name.removeprefix(REASON): text
        for name, text in posted.items()
        if name.startswith(REASON) and isinstance(text, str)
    }
