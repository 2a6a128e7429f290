"""The filters of a page in its address, read once.

==================  ================================================================================================
``commune``         INSEE codes, separated by commas
``periode``         ``first day/last day``; an end may be missing, or be ``..``. Or a period counted from the day of the
                    request: ``last-14-days``, ``this-month`` (``layers.parsing.relative_periods``)
``version``         the number of a version of the dashboard, for who may change it; by default, what is published
``{field}``         values of a field, separated by commas (one that is part of a value follows a backslash), each as
                    ``interface.conditions`` reads it, but for a text, asked whole. ``start/end`` is also a range: of
                    days with its end, of numbers without it
==================  ================================================================================================

Which fields exist depends on who asks: ``dashboards.filters.conditions``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from interface.requests import Parameters, filled
from layers.errors import InvalidDatetime, InvalidParameter, UnknownParameter
from layers.parsing import single_values
from layers.parsing.numbers import parse_integer
from layers.parsing.relative_periods import is_relative_period, relative_period

COMMUNE, PERIOD, VERSION = "commune", "periode", "version"
MAX_FIELDS, MAX_VALUES, MAX_TEXT, MAX_VERSION = 20, 100, 2_000, 999_999_999
OPEN_END = ".."
_NAME = re.compile(r"[a-zA-Z_]\w{0,62}", re.ASCII)
_CODE = re.compile(r"[0-9AB]{5}", re.ASCII)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included; None for an end that is open.

    ``name`` is that of a period counted from the day of the request, which the address holds in place of the days.
    """

    first: dt.date | None
    last: dt.date | None
    name: str = ""

    @classmethod
    def relative(cls, name: str) -> Period:
        """Return a period counted from today."""
        days = relative_period(name)
        return cls(days.first, days.last, name)

    def __str__(self) -> str:
        if self.name:
            return self.name
        return "/".join(OPEN_END if day is None else day.isoformat() for day in (self.first, self.last))

    @property
    def condition(self) -> str:
        """The period as ``interface.conditions`` reads it."""
        return self.name or "..".join(
            "" if day is None else day.isoformat() for day in (self.first, self.last)
        )


@dataclass(frozen=True, slots=True)
class PageState:
    """The filters of a page: communes, a period, values by field. Empty without any.

    ``version`` is the number of the version to read, 0 for what is published.
    """

    communes: tuple[str, ...] = ()
    period: Period | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = 0

    @property
    def pairs(self) -> list[Pair]:
        """The state as parameters of the address."""
        pairs = [(VERSION, str(self.version))] if self.version else []
        pairs += [(COMMUNE, ",".join(self.communes))] if self.communes else []
        pairs += [(PERIOD, str(self.period))] if self.period else []
        return pairs + [(name, joined(values)) for name, values in self.values.items()]

    @property
    def query(self) -> str:
        """The state as a query string; empty without a filter."""
        return urlencode(self.pairs)

    @property
    def version_query(self) -> str:
        """The query string without any filter: the version alone."""
        return urlencode([(VERSION, self.version)]) if self.version else ""

    def values_of(self, name: str) -> tuple[str, ...]:
        """Return the values under a name of the address, one text each."""
        if name == COMMUNE:
            return self.communes
        if name == PERIOD:
            return (str(self.period),) if self.period else ()
        return self.values.get(name, ())

    def asking(self, name: str, values: Sequence[str]) -> PageState:
        """Return the state with other values under a name; without any, the filter is removed."""
        if name == COMMUNE:
            return replace(self, communes=tuple(values))
        if name == PERIOD:
            return replace(self, period=_period(values[0]) if values else None)
        changed = {**self.values, name: tuple(values)}
        return replace(self, values={other: each for other, each in changed.items() if each})

    def toggled(self, name: str, value: str) -> PageState:
        """Return the state after a click on a value: the filter is this value alone, or nothing when it was."""
        return self.asking(name, () if self.values_of(name) == (value,) else (value,))


def parse_state(parameters: Parameters, *, allowed: Collection[str] = ()) -> PageState:
    """Read the filters of a page; ``allowed`` are parameters that the view reads itself.

    Raises:
        UnknownParameter: a name that no field may have, or too many of them.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    filled_parameters = filled({name: values for name, values in parameters.items() if name not in allowed})
    # The boxes of a form come one by one.
    filled_parameters = {
        name: values if name in {PERIOD, VERSION} else [_from_form(values)]
        for name, values in filled_parameters.items()
    }
    names = [name for name in filled_parameters if name not in {COMMUNE, PERIOD, VERSION}]
    for name in names:
        if not _NAME.fullmatch(name) or len(names) > MAX_FIELDS:
            raise unknown_filter(name)
    texts = single_values(filled_parameters, allowed=(COMMUNE, PERIOD, VERSION, *names))
    return PageState(
        communes=_communes(texts.get(COMMUNE, "")),
        period=_period(texts[PERIOD]) if PERIOD in texts else None,
        values={name: values for name in names if (values := _values(name, texts[name]))},
        version=version_number(texts[VERSION]) if VERSION in texts else 0,
    )


def unknown_filter(name: str) -> UnknownParameter:
    """Return the refusal of a filter that a page does not have for its visitor: hidden and unknown read the same."""
    return UnknownParameter(
        _("Ce tableau de bord n’a pas de filtre « %s ».") % name[:60], parameter=name[:60]
    )


def joined(values: Sequence[str]) -> str:
    """Write values as one parameter."""
    return ",".join(re.sub(r"([\\,])", r"\\\1", value) for value in values)


def split(text: str) -> list[str]:
    """Read back what ``joined`` wrote: commas separate, but for those that follow a backslash."""
    parts = re.findall(r"(?:\\.|[^,\\]|\\$)+", text)
    return [re.sub(r"\\(.)", r"\1", part) for part in parts]


def version_number(text: str) -> int:
    """Return the number of a version.

    Raises:
        InvalidParameter: it is none.
    """
    number = parse_integer(text, minimum=1, maximum=MAX_VERSION)
    if number is None:
        words = {"name": VERSION, "expected": _("le numéro d’une version"), "value": text[:40]}
        raise InvalidParameter(
            _("%(name)s attend %(expected)s ; reçu « %(value)s ».") % words, parameter=VERSION
        )
    return number


def _from_form(values: Sequence[str]) -> str:
    return ",".join(value for value in values if value)


def _values(name: str, text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(split(text)))
    if len(values) > MAX_VALUES or len(text) > MAX_TEXT:
        raise InvalidParameter(
            _("%(name)s : %(most)d valeurs et %(length)d caractères au plus.")
            % {"name": name, "most": MAX_VALUES, "length": MAX_TEXT},
            parameter=name,
        )
    return values


def _communes(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(filter(None, text.split(","))))
    for code in codes:
        if not _CODE.fullmatch(code):
            raise InvalidParameter(
                _("commune attend des codes INSEE séparés par des virgules ; reçu « %s ».") % code[:20],
                parameter=COMMUNE,
            )
    return codes


def _period(text: str) -> Period:
    if is_relative_period(text):
        try:
            return Period.relative(text)
        except InvalidDatetime:
            raise _unreadable_period(text) from None
    ends = text.split("/")
    try:
        first, last = (None if end in {"", OPEN_END} else dt.date.fromisoformat(end) for end in ends)
    except ValueError:
        raise _unreadable_period(text) from None
    if (first is None and last is None) or (first and last and first > last):
        raise _unreadable_period(text)
    return Period(first, last)


def _unreadable_period(text: str) -> InvalidParameter:
    return InvalidParameter(
        _(
            "periode attend premier jour/dernier jour, AAAA-MM-JJ ou .. pour une fin ouverte, ou une période comme "
            "last-14-days ou this-month ; reçu « %s »."
        )
        % text[:60],
        parameter=PERIOD,
    )
