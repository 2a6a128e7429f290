"""Sites as a calendar (RFC 5545): an event for each phase, repeated on its days, in the time of Paris.

An event has an identifier for good, and a sequence number that grows with each change of its site. Lines end with CRLF
and are folded at 75 bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from roadworks.feeds.forms import FeedForm
from roadworks.feeds.sites import Site, SitePhase
from roadworks.periods import EVERY_DAY, PARIS, Rule, instant

MAX_BYTES = 75
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = dt.timedelta(days=1)
# The rules of the European Union since 1996 (directive 2000/84/EC).
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def icalendar(*, name: str, host: str, address: Callable[[int], str]) -> FeedForm:
    """Return a calendar; ``host`` ends the identifiers, ``address`` returns that of the page of a site by its key."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gisportal//travaux//FR", "CALSCALE:GREGORIAN")
    return FeedForm(
        ("icalendar", host),
        _lines([*head, "METHOD:PUBLISH", _line("X-WR-CALNAME", name), *_ZONE]),
        lambda site: _lines(
            line for phase in site.phases for line in _events(site, phase, host, address(site.pk))
        ),
        _lines(["END:VCALENDAR"]),
    )


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{folded(line)}\r\n" for line in lines)


def folded(line: str) -> str:
    """Return a content line in parts of ``MAX_BYTES`` at most, never within a character (RFC 5545, 3.1)."""
    if len(line.encode()) <= MAX_BYTES:
        return line
    parts, part, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > MAX_BYTES:
            parts.append(part)
            part, size = "", 1  # the blank that begins the next line
        part, size = part + character, size + width
    return "\r\n ".join([*parts, part])


def _events(site: Site, phase: SitePhase, host: str, address: str) -> Iterator[str]:
    rule = phase.rule
    title = site.title if not phase.title else f"{site.title} – {phase.title}"
    common = [
        f"UID:{_text(site.identifier)}-{phase.number}@{host}",
        f"DTSTAMP:{_utc(site.changed_at)}",
        f"CREATED:{_utc(site.created_at)}",
        f"LAST-MODIFIED:{_utc(site.changed_at)}",
        f"SEQUENCE:{site.version}",
        _line("SUMMARY", title),
        f"STATUS:{'TENTATIVE' if site.is_suspended else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
    ]
    if site.streets:
        common.append(_line("LOCATION", ", ".join(site.streets)))
    if site.description:
        common.append(_line("DESCRIPTION", site.description))
    common.append(f"URL:{address}")
    for times in _times(rule):
        yield "BEGIN:VEVENT"
        yield from common
        yield from times
        yield "END:VEVENT"


def _times(rule: Rule) -> Iterator[list[str]]:
    """Yield the lines of time of the event of a rule, then those of an occurrence that ended early."""
    hull = rule.hull
    assert hull is not None  # a phase in which nobody works is not in the site
    days = list(rule.worked_days())
    if rule.opens is None and (rule.is_continuous or len(days) == 1):
        if rule.stops_at is not None and hull.end == rule.stops_at:
            yield [f"DTSTART;TZID=Europe/Paris:{days[0]:%Y%m%d}T000000", _local("DTEND", hull.end)]
        else:
            yield [f"DTSTART;VALUE=DATE:{days[0]:%Y%m%d}", f"DTEND;VALUE=DATE:{days[-1] + _DAY:%Y%m%d}"]
        return
    if rule.stops_at is not None:
        days = [day for day in days if rule.interval(day).start < rule.stops_at]
    yield [*_bounds(rule, days[0]), *_repetition(rule, days)]
    last = rule.interval(days[-1])
    if rule.stops_at is not None and last.end > rule.stops_at:
        moment = _local("RECURRENCE-ID", last.start)
        yield [moment, _local("DTSTART", last.start), _local("DTEND", rule.stops_at)]


def _bounds(rule: Rule, day: dt.date) -> list[str]:
    interval = rule.interval(day)
    return [_local("DTSTART", interval.start), _local("DTEND", interval.end)]


def _repetition(rule: Rule, days: list[dt.date]) -> list[str]:
    if len(days) == 1 and rule.stops_at is None:
        return []
    until = _utc(rule.interval(days[-1]).start)
    if rule.days == EVERY_DAY:
        lines = [f"RRULE:FREQ=DAILY;UNTIL={until}"]
    else:
        named = ",".join(_DAYS[day - 1] for day in sorted(rule.days))
        lines = [f"RRULE:FREQ=WEEKLY;BYDAY={named};UNTIL={until}"]
    for day in rule.holidays:
        if days[0] < day < days[-1]:
            lines.append(_local("EXDATE", instant(day, rule.opens or dt.time())))
    return lines


def _line(name: str, text: str) -> str:
    return f"{name}:{_text(text)}"


def _text(text: str) -> str:
    """Escape a text (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _local(name: str, at: dt.datetime) -> str:
    return f"{name};TZID=Europe/Paris:{at.astimezone(PARIS):%Y%m%dT%H%M%S}"


def _utc(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
