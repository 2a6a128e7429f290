"""The parameters of a request in an address or a form: names in any case, each once, none that nobody reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, UnknownParameter
from wfs.errors import MissingParameter
from wfs.parsing.bounds import check_length
from wfs.parsing.options import whole

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

    def __init__(self, given: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._values: dict[str, str] = {}
        self._written: dict[str, str] = {}
        for name, values in given:
            for value in values:
                self._add(name, value)

    def _add(self, name: str, value: str) -> None:
        known = _ALIASES.get(name.upper(), name.upper())
        if "\x00" in value:
            raise InvalidParameter(_("%s contient un caractère nul.") % name[:60], parameter=name[:60])
        if known not in _LONG:
            check_length(value, parameter=name[:60])
        is_alias = self._written.get(known, name).upper() != name.upper()
        if known in self._values and not (is_alias and value == self._values[known]):
            raise InvalidParameter(_("%s est donné plusieurs fois.") % name[:60], parameter=name[:60])
        self._values.setdefault(known, value)
        self._written.setdefault(known, name)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a parameter without the blanks around it."""
        return self._values.get(name, default).strip()

    def needed(self, name: str) -> str:
        """Return the value of a parameter that must be there.

        Raises:
            MissingParameter: absent or empty.
        """
        value = self.get(name)
        if not value:
            raise MissingParameter(_("Le paramètre « %s » manque.") % name, parameter=name.lower())
        return value

    def written(self, name: str) -> str:
        """Return a name as the client wrote it."""
        return self._written.get(name, name)

    def check(self, known: Collection[str]) -> None:
        """Refuse the parameters that the operation does not read.

        Raises:
            UnknownParameter: naming the first of them.
        """
        for name in self._values:
            if name not in known and name not in HARMLESS:
                asked = self._written[name][:60]
                raise UnknownParameter(
                    _("Le paramètre « %(name)s » n’existe pas ici. Paramètres connus : %(known)s.")
                    % {"name": asked, "known": ", ".join(sorted(known or HARMLESS - {"_"}))},
                    parameter=asked,
                )

    def number(self, name: str, *, largest: int) -> int | None:
        """Return a whole number from 0 on, None when it is not given.

        Raises:
            InvalidParameter: not such a number.
        """
        return whole(self.get(name), parameter=self.written(name), largest=largest) if name in self else None
