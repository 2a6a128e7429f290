"""All that a dashboard shows to one visitor, read panel by panel, before it is laid out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dashboards.documents.document import Section
from dashboards.filters.chips import sentences
from dashboards.panels.presenters import PanelPresentation, present
from dashboards.reading.dashboard_page import DashboardPage
from dashboards.reading.panel_reading import PanelReading, read_panel
from dashboards.registry import PANEL_KINDS

Progress = Callable[[int], None]
_FAULTS = {
    "slow": gettext_noop("Ce panneau était trop long à calculer quand le document a été établi."),
    "busy": gettext_noop("Trop de calculs étaient en cours quand le document a été établi."),
    "failing": gettext_noop("Ce panneau n’a pas pu être lu quand le document a été établi."),
}


@dataclass(frozen=True, slots=True)
class PanelContent:
    """A panel that was read; ``fault`` says why it shows nothing."""

    reading: PanelReading
    shown: PanelPresentation | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A section with the panels that its reader may see."""

    section: Section
    panels: tuple[PanelContent, ...]


@dataclass(frozen=True, slots=True)
class DashboardContent:
    """A dashboard read at one moment. ``filters`` are in words; ``sources`` say where data come from, and of when."""

    page: DashboardPage
    moment: dt.datetime
    sections: tuple[SectionContent, ...]
    filters: tuple[str, ...]
    sources: tuple[str, ...]


def read_content(page: DashboardPage, *, progress: Progress | None = None) -> DashboardContent:
    """Read every panel of a page; ``progress`` is told how many were, after each.

    Raises:
        django.db.Error: the database is away.
    """
    tell = progress or (lambda _count: None)
    sections = tuple(_sections(page, tell))
    shown = [panel.shown for part in sections for panel in part.panels if panel.shown is not None]
    return DashboardContent(
        page=page,
        moment=page.visitor.instant,
        sections=sections,
        filters=filters_in_words(page),
        sources=tuple(dict.fromkeys(panel.source for panel in shown if panel.source)),
    )


def filters_in_words(page: DashboardPage) -> tuple[str, ...]:
    """Return what is asked of a page, a sentence a filter."""
    return sentences(page.state, page.rows, page.document)


def _sections(page: DashboardPage, tell: Progress) -> Iterator[SectionContent]:
    count = 0
    for section in page.document.sections:
        assert isinstance(section, Section)
        read = []
        for panel in section.panels:
            reading = read_panel(page, panel)
            count += 1
            tell(count)
            if reading.fault != "absent":
                read.append(_content(reading))
        if read or section.text:
            yield SectionContent(section, tuple(read))


def _content(reading: PanelReading) -> PanelContent:
    if reading.answer is None:
        words = reading.words or _(_FAULTS.get(reading.fault, _FAULTS["failing"]))
        return PanelContent(reading, None, words)
    kind = PANEL_KINDS[reading.panel.kind]
    return PanelContent(
        reading, present(reading.panel, kind, reading.answer, ignored=reading.filters.ignored)
    )
