"""Reports as lists, and those that wait on the home page of who handles them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from explorer.models import FeatureReport
from explorer.reports.queries import (
    EVERY,
    WAITING,
    HandledReports,
    ReportFilter,
    feature_rows,
    follow_up_key,
    handling,
    state_counts,
    waiting_counts,
)
from explorer.vocabulary import WAITING_STATES, ReportState
from interface.page_parts import PagePart
from interface.titles import name_of, row_title
from interface.waiting import WaitingGroup, WaitingRow
from interface.wording import days_away, number
from layers.access import Scope
from layers.visitor import Visitor


def waiting_reports(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return how many reports wait for a visitor; None when none does."""
    if visitor.is_anonymous:
        return None
    counts = waiting_counts(handling(visitor))
    if not counts:
        return None
    new, begun = counts.get(ReportState.NEW, 0), counts.get(ReportState.IN_PROGRESS, 0)
    texts = [
        ngettext("%(number)s nouveau", "%(number)s nouveaux", new) % {"number": number(new)} if new else "",
        ngettext("%(number)s en cours", "%(number)s en cours", begun) % {"number": number(begun)}
        if begun
        else "",
    ]
    return PagePart("explorer/reports/waiting.html", {"summary": ", ".join(filter(None, texts))})


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A report with the name of its feature; ``address`` is that of the sheet, empty when the feature is gone."""

    report: FeatureReport
    layer: str
    title: str
    address: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the feature is not there any more."""
        return not self.address


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """A choice of the form: its value, its words, and whether it is selected."""

    value: str
    label: str
    is_chosen: bool


def named(handled: HandledReports, reports: Sequence[FeatureReport]) -> list[NamedReport]:
    """Name what reports are about: a feature that is gone as it was called, where its title may be read."""
    scopes = {scope.slug: scope for scope in handled.scopes}
    rows = feature_rows(scopes.values(), reports)
    return [
        _named(scopes.get(report.layer), report, rows.get((report.layer, report.feature)))
        for report in reports
    ]


def _named(scope: Scope | None, report: FeatureReport, row: dict[str, object] | None) -> NamedReport:
    if scope is None:
        text = report.title or _("objet n° %d") % report.feature
        return NamedReport(report, report.layer, text)
    if row is None:
        is_readable = scope.definition.title_field in scope.filterable
        text = report.title if is_readable and report.title else name_of(scope, report.feature, None)
        return NamedReport(report, scope.layer.title, text)
    address = reverse("explorer:feature", args=[report.layer, report.feature])
    return NamedReport(report, scope.layer.title, row_title(scope, row), address)


def follow_up_address(report: FeatureReport) -> str:
    """Return the address of the page that follows a report without an account."""
    return reverse("explorer:report-follow-up", args=[follow_up_key(report)])


def followed(scope: Scope | None, report: FeatureReport) -> NamedReport | None:
    """Name the feature of a report for who follows it; None when they may not see it now, or it is gone."""
    row = feature_rows([scope], [report]).get((report.layer, report.feature)) if scope else None
    return _named(scope, report, row) if row is not None else None


def state_choices(handled: HandledReports, question: ReportFilter) -> list[ReportChoice]:
    """Return the states to filter by, each with its number of reports of the layer."""
    counts = state_counts(handled.of_layer(question))
    texts = [
        (WAITING, _("À traiter"), sum(counts.get(state, 0) for state in WAITING_STATES)),
        *((state.value, str(state.label), counts.get(state.value, 0)) for state in ReportState),
        (EVERY, _("Tous"), sum(counts.values())),
    ]
    return [
        ReportChoice(
            value, _("%(label)s (%(count)d)") % {"label": label, "count": count}, value == question.state
        )
        for value, label, count in texts
    ]


def layer_choices(handled: HandledReports, question: ReportFilter) -> list[ReportChoice]:
    """Return the layers to filter by."""
    return [
        ReportChoice(scope.slug, scope.layer.title, scope.slug == question.layer) for scope in handled.scopes
    ]


def report_rows(visitor: Visitor) -> Iterator[WaitingRow]:
    """Yield the layers whose reports wait for an answer, with how many; one statement beside those of the rights."""
    handled = handling(visitor)
    titles = {scope.slug: scope.layer.title for scope in handled.scopes}
    waiting = handled.reports.filter(state__in=WAITING_STATES).order_by().values("layer")
    counted = waiting.annotate(reports=Count("pk"), oldest=Min("created_at")).order_by("oldest")
    for row in counted:
        slug, count = row["layer"], row["reports"]
        words = {"title": titles.get(slug, slug), "number": number(count)}
        days = (visitor.instant - row["oldest"]).days
        yield WaitingRow(
            subject=f"reports {slug}",
            group=WaitingGroup.ANSWER,
            icon="flag",
            title=ngettext(
                "%(title)s : %(number)s signalement sans réponse",
                "%(title)s : %(number)s signalements sans réponse",
                count,
            )
            % words,
            detail=_("le plus ancien, reçu %(when)s") % {"when": days_away(-days)},
            action=_("Lire"),
            address=f"{reverse('explorer:reports')}?{urlencode({'couche': slug} if slug in titles else {})}",
            layer=slug,
            since=row["oldest"],
            tone="warn",
        )
