"""The reports that the visitor handles, by layer and state, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.core.signing import BadSignature, Signer
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from explorer.models import AnswerMail, FeatureReport
from explorer.vocabulary import WAITING_STATES, ReportState
from layers import access
from layers.access import Scope
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.numbers import parse_integer
from layers.visitor import Visitor

# A number with its signature opens the page of one report, and nothing else.
_FOLLOW_UP = Signer(salt="explorer.reports.follow-up")
# What is asked without a state: what waits for the service.
WAITING, EVERY = "a-traiter", "tous"
PAGE_REPORTS = 50


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """A filter of reports: ``state`` as requested, ``states`` its meaning; ``layer`` is empty for all."""

    state: str = WAITING
    layer: str = ""
    page: int = 1

    @property
    def states(self) -> tuple[str, ...]:
        """The requested states."""
        if self.state == EVERY:
            return tuple(ReportState.values)
        return tuple(WAITING_STATES) if self.state == WAITING else (self.state,)


def parse_question(parameters: Mapping[str, Sequence[str]], *, layers: Collection[str]) -> ReportFilter:
    """Read the parameters of the list; ``layers`` are those that the visitor handles.

    Raises:
        UnknownParameter: a parameter that the list does not have.
        InvalidParameter: a state or a page that there is not, or a layer that is not handled.
    """
    values = single_values(parameters, allowed=("etat", "couche", "page"))
    state, layer, page = values.get("etat") or WAITING, values.get("couche", ""), values.get("page") or "1"
    if state not in {WAITING, EVERY, *ReportState.values}:
        raise InvalidParameter(_("Il n’y a pas d’état « %s ».") % state[:40], parameter="etat")
    if layer and layer not in layers:
        raise InvalidParameter(_("Vous ne gérez pas de couche « %s ».") % layer[:63], parameter="couche")
    number = parse_integer(page, minimum=1, maximum=999_999)
    if number is None:
        raise InvalidParameter(_("page attend un nombre ; reçu « %s ».") % page[:20], parameter="page")
    return ReportFilter(state, layer, number)


@dataclass(frozen=True, slots=True)
class HandledReports:
    """The reports that somebody handles: on features of the layers they edit, in the order of the catalogue.

    Reports on a deleted feature are for who edits every row, from the portal of the whole territory, since its rows
    and commune are unknown.
    """

    scopes: tuple[Scope, ...]
    reports: QuerySet[FeatureReport]

    @property
    def is_handler(self) -> bool:
        """Whether there is anything to handle: who edits no layer has no page of reports."""
        return bool(self.scopes)

    def matching(self, question: ReportFilter) -> QuerySet[FeatureReport]:
        """Select the reports of a layer and of some states."""
        return self.of_layer(question).filter(state__in=question.states)

    def of_layer(self, question: ReportFilter) -> QuerySet[FeatureReport]:
        """Select the reports of a layer, or all."""
        return self.reports.filter(layer=question.layer) if question.layer else self.reports


def handling(visitor: Visitor) -> HandledReports:
    """Return what a visitor handles."""
    if visitor.is_anonymous:
        return HandledReports((), FeatureReport.objects.none())
    scopes = tuple(scope for scope in access.visible(visitor) if scope.can_change)
    if visitor.is_administrator and not visitor.portal:
        return HandledReports(scopes, FeatureReport.objects.all())
    handled = Q(pk__in=[])
    for scope in scopes:
        handled |= Q(layer=scope.slug) if scope.can_load else _on(scope, access.editable(scope))
    return HandledReports(scopes, FeatureReport.objects.filter(handled))


def _on(scope: Scope, features: QuerySet[Any]) -> Q:
    return Q(layer=scope.slug, feature__in=features.order_by().values("pk"))


def follow_up_key(report: FeatureReport) -> str:
    """Return the unguessable part of the address that follows a report: its number, signed with the secret key."""
    return _FOLLOW_UP.sign(str(report.pk))


def report_of_key(key: str) -> FeatureReport | None:
    """Return the report of a follow-up address; None when its signature is not ours, or the report was deleted."""
    try:
        number = _FOLLOW_UP.unsign(key)
    except BadSignature:
        return None
    return FeatureReport.objects.filter(pk=int(number)).first()


def mail_of(report: FeatureReport) -> AnswerMail | None:
    """Return the answer that has not left, the last one written; None when they all have."""
    return AnswerMail.objects.filter(report=report).last()


def waiting_counts(handled: HandledReports) -> dict[str, int]:
    """Return how many reports wait for the service, by state."""
    return state_counts(handled.reports.filter(state__in=WAITING_STATES))


def state_counts(reports: QuerySet[FeatureReport]) -> dict[str, int]:
    """Return how many reports are in each state."""
    counted = reports.order_by().values_list("state").annotate(count=Count("pk"))
    return dict(counted)


def page_of(reports: QuerySet[FeatureReport], number: int) -> Page[FeatureReport]:
    """Return a page of reports, the newest first; the last one for a number beyond it."""
    return Paginator(reports, PAGE_REPORTS).get_page(number)


def feature_rows(
    scopes: Iterable[Scope], reports: Sequence[FeatureReport]
) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the rows of the features that reports are about, by layer and id, with the titles that may be read."""
    rows_by_feature: dict[tuple[str, int], dict[str, Any]] = {}
    for scope in scopes:
        requested = {report.feature for report in reports if report.layer == scope.slug}
        if requested:
            title = scope.filterable.get(scope.definition.title_field)
            sources = [title.source] if title else []
            for pk, *values in scope.queryset.filter(pk__in=requested).values_list("pk", *sources):
                named = {title.name: values[0]} if title else {}
                rows_by_feature[scope.slug, pk] = {"id": pk, **named}
    return rows_by_feature
