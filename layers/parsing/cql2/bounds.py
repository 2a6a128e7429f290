"""Bounds of the cost of parsing a filter, measured by one linear pass before any parser.

The parser (``cql2`` 0.6, measured) recurses on the native stack, which overflows and kills the process at about a
thousand nested groups, and backtracks: each group that holds a fault is read again by every group around it, so
twenty parentheses around a mistake take two seconds and thirty take an hour, with the interpreter locked. So the pass
bounds the nesting and the chains of operators, low enough for a thread of half a megabyte, and the effort of
re-reading (``MAX_EFFORT``): the sum, over the characters, of two to the number of groups around each.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from layers.errors import FilterTooComplex, InvalidFilter

MAX_CHARACTERS = 64 * 1024
MAX_NESTING = 24
MAX_BRACKETS = 2 * MAX_NESTING + 8  # a level is an object and its list; a geometry nests a few lists more
MAX_CHAIN = 128
MAX_EFFORT = 2_000_000

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*+')
      | (?P<name>"(?:[^"]|"")*+")
      | (?P<separator>,|\b(?:AND|OR)\b)
      | (?P<call>(?!(?:NOT|AND|OR|IN|LIKE|BETWEEN|DIV)\b)[^\W\d][\w.:]*+\s*+\()
      | (?P<open>\()
      | (?P<close>\))
      | (?P<quote>['"])
      | (?P<term>\w[\w.:]*+|[^\s\w])""",
    re.VERBOSE | re.IGNORECASE,
)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def check_size(text: str, *, parameter: str) -> None:
    """Refuse a filter over the size, or with characters PostgreSQL cannot hold.

    Raises:
        FilterTooComplex: over ``MAX_CHARACTERS``.
        InvalidFilter: a null character or half of a surrogate pair.
    """
    if len(text) > MAX_CHARACTERS:
        raise FilterTooComplex(
            _("Le filtre compte %(size)d caractères ; le maximum est %(max)d.")
            % {"size": len(text), "max": MAX_CHARACTERS},
            parameter=parameter,
        )
    check_characters(text, parameter=parameter)


def check_characters(text: str, *, parameter: str) -> None:
    """Refuse characters that UTF-8 or a PostgreSQL text cannot hold.

    Raises:
        InvalidFilter: a null character or half of a surrogate pair.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidFilter(_("Le filtre contient un caractère interdit."), parameter=parameter)


def check_text(text: str, *, parameter: str) -> None:
    """Refuse CQL2 text that is unbalanced, or that would take the parser too deep or too long.

    Raises:
        InvalidFilter: a quote that does not close, or unbalanced parentheses.
        FilterTooComplex: too deep, too long a chain of operators, or too costly to re-read.
    """
    scan = _Scan(parameter)
    for match in _TOKEN.finditer(text):
        scan.read(match)
    if len(scan.chains) > 1:
        raise InvalidFilter(_("Une parenthèse n’est pas fermée."), parameter=parameter)


def check_json(text: str, *, parameter: str) -> None:
    """Refuse CQL2 JSON whose brackets nest deeper than readers can recurse.

    Raises:
        FilterTooComplex: too deep.
    """
    depth = 0
    for match in _JSON_TOKEN.finditer(text):
        depth += (match["open"] is not None) - (match["close"] is not None)
        if depth > MAX_BRACKETS:
            raise too_deep(parameter)


def too_deep(parameter: str) -> FilterTooComplex:
    """Return the fault of a filter that nests too deep."""
    return FilterTooComplex(_("Le filtre imbrique plus de %d niveaux.") % MAX_NESTING, parameter=parameter)


class _Scan:
    """The state of the pass: the terms chained in each open parenthesis, and whether each groups an expression."""

    def __init__(self, parameter: str) -> None:
        self.parameter = parameter
        self.chains = [0]
        self.groups = [False]
        self.effort = 0
        self.end = 0

    def read(self, match: re.Match[str]) -> None:
        """Take one token."""
        kind = match.lastgroup
        self.effort += (match.end() - self.end) << sum(self.groups)
        self.end = match.end()
        if kind in {"open", "call"}:
            self.chains.append(0)
            self.groups.append(kind == "open")
        elif kind == "close":
            self._close()
        elif kind == "separator":
            self.chains[-1] = 0
        elif kind == "quote":
            raise InvalidFilter(
                _("Le guillemet ouvert au caractère %d n’est pas fermé.") % (match.start() + 1),
                parameter=self.parameter,
            )
        else:
            self.chains[-1] += 1
        self._check()

    def _close(self) -> None:
        if len(self.chains) == 1:
            raise InvalidFilter(
                _("Une parenthèse est fermée sans avoir été ouverte."), parameter=self.parameter
            )
        self.chains.pop()
        self.groups.pop()
        self.chains[-1] += 1

    def _check(self) -> None:
        if len(self.chains) > MAX_NESTING:
            raise too_deep(self.parameter)
        if sum(self.chains) > MAX_CHAIN:
            raise FilterTooComplex(
                _("Le filtre enchaîne plus de %d termes sans AND, OR ni virgule.") % MAX_CHAIN,
                parameter=self.parameter,
            )
        if self.effort > MAX_EFFORT:
            raise FilterTooComplex(
                _("Le filtre a trop de parenthèses autour de trop de texte."), parameter=self.parameter
            )
