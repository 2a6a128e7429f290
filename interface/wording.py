"""Values as people read them: French dates and numbers, labels of codes, units, links.

Machines get the stored value; a page gets the words. Pure functions: no database, no request.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from interface.text import fold
from layers.access import Scope
from layers.definitions import GEOMETRY, Field, FieldType, Relation
from layers.vocabulary import unit_words

NARROW_SPACE = "\u202f"
HARD_SPACE = "\u00a0"
_SMALLEST_SHARE = 0.0005
MAX_ADDRESS_LABEL = 60
BREAKS = re.compile(rf"[^\S{HARD_SPACE}{NARROW_SPACE}]+")  # the spaces where a line may break
STEP_OF_SIZES = 1024  # as file managers count
INTEGER_SIZES_FROM = 10
PLURAL_FROM = 2  # in French, the plural begins at two
DAYS_A_MONTH, DAYS_A_YEAR = 30.44, 365.25
DAYS_FROM_MONTHS, DAYS_FROM_YEARS = 60, 730  # from there on, the larger unit tells enough
ANGLE_LIKE = frozenset({"lat", "latitude", "lon", "long", "lng", "longitude"})
ANGLE_DECIMALS = 5
YEAR_LIKE = frozenset({"annee", "année", "year", "millesime", "millésime"})
_RESTRICTIONS: Mapping[str, Any] = {
    **dict.fromkeys(("abonne", "abonnes", "abonnes uniquement"), gettext_lazy("réservé aux abonnés")),
    **dict.fromkeys(("resident", "residents"), gettext_lazy("réservé aux résidents")),
    **dict.fromkeys(("reserve", "acces reserve"), gettext_lazy("accès réservé")),
    **dict.fromkeys(("prive", "acces prive"), gettext_lazy("accès privé")),
}
"""What lists warn of, by the value as the data hold it, folded."""
_PARTS_OF_NAMES = re.compile(r"[_.]")


def deeds(scope: Scope) -> tuple[str, ...]:
    """Return what a visitor may do with single rows of a layer beside reading them, in the infinitive."""
    words = (
        (scope.can_download, _("télécharger")),
        (scope.can_add, _("ajouter")),
        (
            scope.can_change,
            _("modifier ses propres lignes") if scope.changes_own_alone else _("modifier"),
        ),
        (
            scope.can_delete,
            _("supprimer ses propres lignes") if scope.deletes_own_alone else _("supprimer"),
        ),
        (scope.can_approve, _("approuver")),
    )
    return tuple(word for is_allowed, word in words if is_allowed)


def written_titles(parts: Iterable[Field | Relation], names: Iterable[str]) -> list[str]:
    """Return the titles of the parts of a layer that a grant lets write, the geometry too, of those in ``parts``."""
    titles = {GEOMETRY: _("la géométrie")} | {part.name: str(part.title) for part in parts}
    return [titles[name] for name in names if name in titles]


def with_margin(rows: str, metres: int) -> str:
    """Add the margin around communes, in metres, to the words of some rows."""
    if not metres:
        return rows
    return _("%(rows)s, et jusqu’à %(metres)s m autour") % {"rows": rows, "metres": number(metres)}


def number(amount: float | Decimal, decimals: int | None = None) -> str:
    """Write a number the French way: narrow spaces between thousands, a comma, no useless zero after it.

    As many ``decimals`` as are given are all written.
    """
    places = decimals if decimals is not None else 0 if isinstance(amount, int) else 3
    # Django would cut the other decimals off; minus zero is zero
    rounded = amount if isinstance(amount, int) else round(float(amount), places) + 0.0
    text = formats.number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)
    separator = formats.get_format("DECIMAL_SEPARATOR")
    if decimals is None and places:
        text = text.rstrip("0").rstrip(separator)
    return text.replace(HARD_SPACE, NARROW_SPACE)


def first_words(text: str, count: int) -> str:
    """Return the first words of a text. Django's ``truncatewords`` would turn no-break spaces into plain ones."""
    words = BREAKS.split(text.strip())
    visible = " ".join(words[:count])
    return visible.rstrip(f",;:{HARD_SPACE}") + f"{HARD_SPACE}…" if len(words) > count else visible


def date_words(value: dt.date, form: str) -> str:
    """Write a date in a format of Django (``DATE_FORMAT``, ``j N Y``); in French the first of a month is « 1er »."""
    pattern = str(formats.get_format(form))
    if value.day == 1 and "S" not in pattern and (get_language() or "").startswith("fr"):
        pattern = re.sub(r"(?<!\\)j", r"j\\e\\r", pattern, count=1)
    return formats.date_format(value, pattern)


def day(value: object) -> str:
    """Write a date (« 18 novembre 2026 ») from a date, an instant or their ISO text; the portal's day of an instant."""
    result = parse_datetime(value) if isinstance(value, str) else value
    if isinstance(result, dt.datetime) and timezone.is_aware(result):
        result = timezone.localtime(result)
    return date_words(result, "DATE_FORMAT") if isinstance(result, dt.date) else str(value)


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the instant when a day ends in the time zone of the portal: midnight, excluded."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def last_day(end: dt.datetime) -> dt.date:
    """Return the last day before an end, which is excluded, in the portal's time zone."""
    return timezone.localdate(end - dt.timedelta(microseconds=1))


def until(end: dt.datetime) -> str:
    """Write an end, excluded: a midnight by the day that it closes (« 31 décembre 2026, minuit »), else its instant."""
    if timezone.localtime(end).time() == dt.time():
        return _("%s, minuit") % day(last_day(end))
    return instant(end)


def short_day(value: dt.date) -> str:
    """Write a date where there is little room (« 18 nov. 2026 »)."""
    result = (
        timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value
    )
    return date_words(result, "j N Y").replace(" ", HARD_SPACE)


def data_age(seconds: int) -> str:
    """Say how long ago a write outdated the data that is read: « données d’il y a 20 s »."""
    return _("données d’il y a %(seconds)d s") % {"seconds": seconds}


def period(start: dt.date, end: dt.date, step: str) -> str:
    """Name a period of the calendar, from its first day to the one after it: « mars 2021 », « 2021 », « 2010–2019 »."""
    if step == "day":
        return day(start)
    if step == "month":
        return formats.date_format(start, "YEAR_MONTH_FORMAT")
    last = end.year - 1
    return str(start.year) if start.year == last else f"{start.year}–{last}"


def period_label(start: dt.date, step: str) -> str:
    """Name a period of the calendar by its first day: « 2021 », « T2 2021 », « mars 2021 », « semaine du … », a day."""
    if step == "year":
        return str(start.year)
    if step == "quarter":
        return _("T%(quarter)d %(year)d") % {"quarter": (start.month + 2) // 3, "year": start.year}
    if step == "month":
        return str(formats.date_format(start, "F Y"))
    if step == "week":
        return _("semaine du %s") % day(start)
    return day(start)


def instant(value: object) -> str:
    """Write an instant in the portal's time zone (« 18 novembre 2026 à 14:05 »)."""
    result = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(result, dt.datetime):
        return str(value)
    local = timezone.localtime(result) if timezone.is_aware(result) else result
    return _("%(day)s à %(time)s") % {"day": day(local), "time": formats.time_format(local, "H:i")}


def is_year(field: Field) -> bool:
    """Whether the numbers of a field are years: written without a space between thousands, never added up."""
    return not field.unit and any(part in YEAR_LIKE for part in _PARTS_OF_NAMES.split(field.name.lower()))


def year(amount: float | Decimal) -> str:
    """Write a year (« 2008 »), whole even where it is the mean of several."""
    return str(round(amount))


def is_angle(field: Field) -> bool:
    """Whether the numbers of a field are a latitude or a longitude in degrees."""
    return field.type is FieldType.NUMBER and not field.unit and field.name.lower() in ANGLE_LIKE


def _angle(value: float | Decimal) -> str:
    """Write a latitude or a longitude to a metre: five decimals, without useless zeros."""
    separator = formats.get_format("DECIMAL_SEPARATOR")
    return number(value, ANGLE_DECIMALS).rstrip("0").rstrip(separator)


def _with_unit(field: Field, value: object) -> str:
    if not isinstance(value, (int, float, Decimal)):
        return str(value)
    text = year(value) if is_year(field) else _angle(value) if is_angle(field) else number(value)
    if field.unit == "ans":
        return _years(counted(value)).replace("%d ", f"{text}{HARD_SPACE}")
    return f"{text}{HARD_SPACE}{unit(field.unit)}" if field.unit else text


def counted(amount: float | Decimal) -> int:
    """Return the whole number that gettext's rules put in the same plural as an amount, in the language of the page.

    French messages are their own catalogue: gettext has no rule for them and makes a plural of all but one. In other
    languages an amount between one and two, which no rule foresees, goes with zero: « 1.5 years » in English.
    """
    size = amount if amount >= 0 else -amount
    if is_source_language():
        return 1 if size < PLURAL_FROM else PLURAL_FROM
    return int(size) if size >= PLURAL_FROM or size == int(size) else 0


def is_source_language() -> bool:
    """Whether the page is in the language that messages are written in."""
    return str(get_language() or settings.LANGUAGE_CODE).startswith(settings.LANGUAGE_CODE)


def _years(count: int) -> str:
    return ngettext("%d an", "%d ans", count)


def unit(name: str) -> str:
    """Write a unit for people."""
    return unit_words(name)


def difference_unit(name: str, size: float | Decimal) -> str:
    """Write the unit of a difference: two percentages differ by points, « % des trajets » as well as « % »."""
    if not name.startswith("%"):
        return unit(name)
    return ngettext("point", "points", counted(size))


def _labels(field: Field, value: object) -> str:
    items = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return ", ".join(str(field.label(item)) for item in items)


def _text(field: Field, value: object) -> SafeString | str:
    text = str(field.label(value))
    if not text.startswith(("https://", "http://")):
        return text
    visible = Truncator(text.partition("://")[2].rstrip("/")).chars(MAX_ADDRESS_LABEL)
    return format_html('<a href="{}" rel="noopener">{}</a>', text, visible)


def _boolean(_field: Field, value: object) -> str:
    return _("Oui") if value in (True, "true", "t") else _("Non")


WRITERS = {
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: lambda _field, value: day(value),
    FieldType.DATETIME: lambda _field, value: instant(value),
    FieldType.TEXTS: _labels,
    FieldType.TEXT: _text,
}


def field_value(field: Field, record: Any) -> Any:
    """Return the value of a field on a record, following its path."""
    value = record
    for step in field.source.split("__"):
        value = getattr(value, step, None)
    return value


def is_empty(value: Any) -> bool:
    """Whether there is nothing to say: null, an empty text or an empty list (but not zero, nor False)."""
    return value is None or value == "" or value == []


def sort_words(title: str, *, is_descending: bool) -> str:
    """Word the order of a list: « triés par hauteur, ordre inverse »."""
    words = _("triés par %s, ordre inverse") if is_descending else _("triés par %s")
    return words % title.lower()


def restriction(text: str) -> str:
    """Word a value that keeps a place for some people, as a warning: « réservé aux abonnés »; empty for any other."""
    message = _RESTRICTIONS.get(fold(text))
    return str(message) if message else ""


def words(field: Field, row: Mapping[str, object] | object) -> SafeString | str:
    """Write the value of ``field`` in ``row`` (a mapping, or a record read by attribute path) for people."""
    value = row.get(field.name) if isinstance(row, Mapping) else field_value(field, row)
    if is_empty(value):
        return format_html(
            '<span class="muted"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span>',
            _("non renseigné"),
        )
    if field.type in (FieldType.INTEGER, FieldType.NUMBER) and field.choices:
        return str(field.label(value))
    return WRITERS.get(field.type, _with_unit)(field, value)


def distance(metres: float) -> str:
    """Write a length: metres under a kilometre, then kilometres."""
    if metres < 1_000:
        return f"{number(round(metres))}{HARD_SPACE}m"
    return f"{number(round(metres / 1_000, 2))}{HARD_SPACE}km"


def error(metres: float) -> str:
    """Word how sure a distance is: « à 250 m près »."""
    return _("à %s près") % distance(metres)


def near_limit(metres: float) -> str:
    """Word that a distance may be on the other side of a limit: « proche de la limite de 600 m »."""
    return _("proche de la limite de %s") % distance(metres)


def sure_distance(metres: float, error_m: float | None) -> str:
    """Write a length with its error, where one is known: « 115 m, à 250 m près »."""
    text = distance(metres)
    if error_m is None:
        return text
    return _("%(distance)s, %(error)s") % {"distance": text, "error": error(error_m)}


def size(amount: int) -> str:
    """Write the size of a file as people say it: « 350 octets », « 4,1 ko », « 500 Mo »."""
    if amount < STEP_OF_SIZES:
        return ngettext("%s octet", "%s octets", amount) % number(amount)
    names = size_units()
    rest, power = amount / STEP_OF_SIZES, 0
    while round(rest) >= STEP_OF_SIZES and power < len(names) - 1:
        rest, power = rest / STEP_OF_SIZES, power + 1
    remaining = round(rest, 1) if rest < INTEGER_SIZES_FROM else round(rest)
    return f"{number(remaining)}{HARD_SPACE}{names[power]}"


def size_units() -> tuple[str, ...]:
    """Return the short names of a thousand bytes, a million and so on, in the language of the page."""
    return (pgettext("size", "ko"), pgettext("size", "Mo"), pgettext("size", "Go"))


def percent(share: float | None) -> str:
    """Write a share from 0 to 1 in percent, to a tenth; nothing for none, never « 0 % » for what is not nothing."""
    if share is None:
        return ""
    if 0 < share < _SMALLEST_SHARE:
        return _("moins de %s") % f"{number(0.1)}{HARD_SPACE}%"
    return f"{number(round(100 * share, 1))}{HARD_SPACE}%"


def area(square_metres: float) -> str:
    """Write an area: square metres under a hectare, then hectares."""
    if square_metres < 10_000:
        return f"{number(round(square_metres))}{HARD_SPACE}m²"
    return f"{number(round(square_metres / 10_000, 2))}{HARD_SPACE}ha"


def degrees(angle: float) -> str:
    """Write a coordinate in degrees to about a metre, with a point: people paste it into other tools."""
    return f"{angle:.5f}"


def sexagesimal(latitude: float, longitude: float) -> str:
    """Write a position in degrees, minutes and seconds (« 48° 48′ 18,00″ N, 2° 13′ 51,60″ E »), to 0.3 m."""
    north = pgettext("nord", "N") if latitude >= 0 else pgettext("sud", "S")
    east = pgettext("est", "E") if longitude >= 0 else pgettext("ouest", "O")
    comma = formats.get_format("DECIMAL_SEPARATOR")
    parts = ((*_sexagesimal(latitude), north), (*_sexagesimal(longitude), east))
    return ", ".join(
        f"{degree}°{HARD_SPACE}{minute:02d}′{HARD_SPACE}{second:05.2f}″{HARD_SPACE}{side}".replace(".", comma)
        for degree, minute, second, side in parts
    )


def plain_sexagesimal(latitude: float, longitude: float) -> str:
    """Write the same position as other tools read it (``48°48'18.00"N 2°13'51.60"E``)."""
    parts = (
        (*_sexagesimal(latitude), "N" if latitude >= 0 else "S"),
        (*_sexagesimal(longitude), "E" if longitude >= 0 else "W"),
    )
    return " ".join(f"{degree}°{minute:02d}'{second:05.2f}\"{side}" for degree, minute, second, side in parts)


def _sexagesimal(angle: float) -> tuple[int, int, float]:
    """Cut an angle into whole degrees, whole minutes and seconds, rounded first so that none reaches sixty."""
    degree, rest = divmod(round(abs(angle) * 360_000), 360_000)
    minute, hundredths = divmod(rest, 6_000)
    return degree, minute, hundredths / 100


def days_away(days: int) -> str:
    """Say how far a day is from today: « demain », « dans 3 mois », « il y a 12 jours »."""
    near = {-1: _("hier"), 0: _("aujourd’hui"), 1: _("demain")}
    if days in near:
        return near[days]
    return (_("dans %s") if days > 0 else _("il y a %s")) % _span(abs(days))


def _span(days: int) -> str:
    if days < DAYS_FROM_MONTHS:
        return ngettext("%d jour", "%d jours", days) % days
    if days < DAYS_FROM_YEARS:
        months = round(days / DAYS_A_MONTH)
        return ngettext("%d mois", "%d mois", months) % months
    years = round(days / DAYS_A_YEAR)
    return _years(years) % years
