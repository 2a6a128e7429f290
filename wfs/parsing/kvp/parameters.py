"""The parameters of a request in an address or a form: names in any case, each once; unknown ones are refused.

Their values may be lists of lists: ``(a,b)(c)`` for two types, ``a,b`` for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, MissingParameter, UnknownParameter
from layers.parsing.xml.reader import MAX_PREFIXES
from wfs.names import PREFIXES
from wfs.parsing.bounds import check_count, check_length, check_queries
from wfs.parsing.options import read_integer

# One name for what the versions call differently. Clients send both for old servers: they must say the same. ``QUERY``
# is what OWSLib 0.35 calls the filter of 2.0.0.
_ALIASES = {
    "TYPENAME": "TYPENAMES",
    "MAXFEATURES": "COUNT",
    "FEATUREID": "RESOURCEID",
    "NAMESPACE": "NAMESPACES",
    "QUERY": "FILTER",
}
# Said by clients of every request, and nothing depends on them here: reports are XML, in one language, and ``_`` keeps
# the caches of browsers away.
HARMLESS = frozenset({"SERVICE", "VERSION", "REQUEST", "EXCEPTIONS", "LANGUAGE", "ACCEPTLANGUAGES", "_"})

# What a question about features says. Whoever writes it in the address of the service, as GDAL and QGIS let them,
# sends it with every operation; those that only describe have no use for it.
OF_QUESTIONS = frozenset(
    {
        "TYPENAMES", "ALIASES", "NAMESPACES", "SRSNAME", "PROPERTYNAME", "SORTBY", "FEATUREVERSION", "FILTER",
        "CQL_FILTER", "BBOX", "RESOURCEID", "COUNT", "STARTINDEX", "RESULTTYPE", "OUTPUTFORMAT", "RESOLVE",
        "RESOLVEDEPTH", "RESOLVETIMEOUT", "TRAVERSEXLINKDEPTH", "TRAVERSEXLINKEXPIRY",
    }
)  # fmt: skip

# What has bounds of its own: a filter, and identifiers of features.
_LONG = frozenset({"FILTER", "CQL_FILTER", "RESOURCEID"})


class Parameters:
    """The parameters of one request, by their name in capitals.

    A fault names the parameter as the client wrote it.
    """

    def __init__(self, parameters: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._values: dict[str, str] = {}
        self._written: dict[str, str] = {}
        for name, values in parameters:
            for value in values:
                self._add(name, value)

    def _add(self, name: str, value: str) -> None:
        canonical = _ALIASES.get(name.upper(), name.upper())
        if "\x00" in value:
            raise InvalidParameter(_("%s contient un caractère nul.") % name[:60], parameter=name[:60])
        if canonical not in _LONG:
            check_length(value, parameter=name[:60])
        is_alias = self._written.get(canonical, name).upper() != name.upper()
        if canonical in self._values and not (is_alias and value == self._values[canonical]):
            raise InvalidParameter(_("%s est donné plusieurs fois.") % name[:60], parameter=name[:60])
        self._values.setdefault(canonical, value)
        self._written.setdefault(canonical, name)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a parameter without the blanks around it."""
        return self._values.get(name, default).strip()

    def needed(self, name: str, *, or_empty: bool = False) -> str:
        """Return the value of a parameter that must be there; ``or_empty``: an empty one is the caller's to judge.

        Raises:
            MissingParameter: absent or empty.
        """
        value = self.get(name)
        if not value and not (or_empty and name in self):
            raise MissingParameter(_("Le paramètre « %s » manque.") % name, parameter=name.lower())
        return value

    def written(self, name: str) -> str:
        """Return a name as the client wrote it."""
        return self._written.get(name, name)

    def check(self, expected: Collection[str]) -> None:
        """Refuse the parameters that the operation does not read.

        Raises:
            UnknownParameter: naming the first of them.
        """
        for name in self._values:
            if name not in expected and name not in HARMLESS:
                written = self._written[name][:60]
                raise UnknownParameter(
                    _("Le paramètre « %(name)s » n’existe pas ici. Paramètres connus : %(known)s.")
                    % {"name": written, "known": ", ".join(sorted(expected or HARMLESS - {"_"}))},
                    parameter=written,
                )

    def number(self, name: str, *, largest: int) -> int | None:
        """Return a whole number from 0 on, None when it is not given.

        Raises:
            InvalidParameter: not such a number.
        """
        return (
            read_integer(self.get(name), parameter=self.written(name), largest=largest)
            if name in self
            else None
        )


_PARENTHESES = re.compile(r"[()]")
# What stands between two filters, or beside one that is left out: ``)(``, with the empty groups in the middle.
_BETWEEN_FILTERS = re.compile(r"(?:^|(?<=>))\s*\)\s*(?P<empty>(?:\(\s*\)\s*)*)\(\s*(?:(?=<)|$)")


def split_groups(text: str, *, parameter: str, most: Callable[..., None] = check_queries) -> list[str]:
    """Return what each pair of outer parentheses holds, or the whole text when it does not begin with one.

    ``most`` refuses a number of groups; nothing is read after the one that is too many.

    Raises:
        InvalidParameter: parentheses that do not close, something between two groups, or too many of them.
    """
    if not text.startswith("("):
        return [text]
    groups, depth, start, end = list[str](), 0, 0, 0
    for mark in _PARENTHESES.finditer(text):
        if depth == 0 and (mark.start() != end or mark[0] != "("):
            raise _malformed(text, parameter)
        if mark[0] == "(":
            start, depth = (mark.end() if depth == 0 else start), depth + 1
            continue
        depth -= 1
        if depth == 0:
            end = mark.end()
            groups.append(text[start : mark.start()])
            most(len(groups), parameter=parameter)
    if depth or end != len(text):
        raise _malformed(text, parameter)
    return groups


def split_filters(text: str, *, parameter: str) -> list[str]:
    """Return the filters of ``(<Filter…>)()(<Filter…>)``, whose texts may hold parentheses of their own.

    One that is left out is empty.

    Raises:
        InvalidParameter: more than one request asks.
    """
    if not text.startswith("("):
        return [text]
    inner = text.removeprefix("(").removesuffix(")")
    # A filter, the empty groups behind it, the next filter.
    pieces = _BETWEEN_FILTERS.split(inner, maxsplit=settings.WFS_MAX_QUERIES)
    empty = [piece.count("(") for piece in pieces[1::2]]
    check_queries(len(pieces[::2]) + sum(empty), parameter=parameter)
    texts = [pieces[0]]
    for count, piece in zip(empty, pieces[2::2], strict=True):
        texts += [""] * count + [piece]
    return texts


def split_items(text: str, *, parameter: str, most: Callable[..., None] = check_count) -> list[str]:
    """Return the parts of ``a,b``, without blanks around them; none of an empty text. ``most`` refuses their number.

    Raises:
        InvalidParameter: too many of them.
    """
    if not text.strip():
        return []
    most(text.count(",") + 1, parameter=parameter)
    return [part.strip() for part in text.split(",")]


def _malformed(text: str, parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("%(name)s attend des listes entre parenthèses ; reçu « %(value)s ».")
        % {"name": parameter, "value": text[:80]},
        parameter=parameter,
    )


# ``xmlns(p,uri)`` of 2.0, ``xmlns(p=uri)`` of 1.1, and the one without a prefix.
_DECLARATION = re.compile(r"xmlns\((?:(?P<prefix>[^,=()]*)[,=])?(?P<namespace>[^()]+)\)")


def read_prefixes(parameters: Parameters) -> Mapping[str, str]:
    """Return the namespaces by prefix: ours, and those that the request declares.

    Raises:
        InvalidParameter: too many of them, or not a list of ``xmlns(prefix,namespace)``.
    """
    text = parameters.get("NAMESPACES")
    prefixes = dict(PREFIXES)
    check_count(text.count("("), parameter=parameters.written("NAMESPACES"), most=MAX_PREFIXES)
    for declaration in _DECLARATION.finditer(text):
        prefixes[declaration["prefix"] or ""] = declaration["namespace"].strip()
    if _DECLARATION.sub("", text).strip(", "):
        raise InvalidParameter(
            _("%(name)s attend xmlns(préfixe,espace) ; reçu « %(value)s ».")
            % {"name": parameters.written("NAMESPACES"), "value": text[:80]},
            parameter=parameters.written("NAMESPACES"),
        )
    return prefixes
