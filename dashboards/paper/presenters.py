"""What the print page and the page of a job need: choices, filters in words, subscriptions, progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.models import DashboardSubscription, MailFrequency, Orientation, PaperForm, PaperSize
from dashboards.paper.document import filters_in_words
from dashboards.paper.layout import FORM, ORIENTATION, SIZE, TABLES, PaperLayout, layout_of
from dashboards.paper.pages import page_counts
from dashboards.paper.services import VisiblePaper
from dashboards.paper.subscriptions import SubscriptionForm, offered_groups, subscriptions
from dashboards.reading.dashboard_page import DashboardPage
from interface.forms import form_errors
from layers.definitions import Text
from layers.visitor import Visitor
from layers.vocabulary import JobState


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """A list of the form: the parameter that it sets, what it is called, and what may be chosen."""

    name: str
    title: str
    choices: Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """A subscription as its list says it."""

    pk: int
    group: str
    frequency: str
    layout: str
    filters: str


def print_context(
    page: DashboardPage, visitor: Visitor, *, form: SubscriptionForm | None = None
) -> dict[str, Any]:
    """Return what the print page needs; ``form`` is that of a subscription to correct."""
    if form is None and page.may_edit and not page.state.version:
        form = SubscriptionForm(groups=offered_groups(visitor, page.dashboard))
    return {
        "page": page,
        "dashboard": page.dashboard,
        "filters": filters_in_words(page),
        "choices": _choices(),
        "tables_name": TABLES,
        "page_words": page_words(page),
        "form": form,
        "faults": form_errors(form) if form is not None else (),
        "subscriptions": [_line(each) for each in subscriptions(page.dashboard)] if page.may_edit else (),
        "query": page.state.query,
    }


def page_words(page: DashboardPage) -> dict[str, str]:
    """Return how many pages the file has, in words, by its sheet, its orientation and whether its data follow."""
    sheets = [PaperLayout(size, orientation) for size in PaperSize for orientation in Orientation]
    return {
        " ".join((layout.size, layout.orientation, data)): _pages(
            count.total if data == "1" else count.panels
        )
        for layout, count in zip(sheets, page_counts(page, sheets), strict=True)
        for data in ("0", "1")
    }


def _pages(count: int) -> str:
    return ngettext("Environ %d page.", "Environ %d pages.", count) % count


def job_context(paper: VisiblePaper) -> dict[str, Any]:
    """Return what the page of a prepared file needs."""
    page = paper.page
    query, address = page.state.query, reverse("dashboards:print", args=[page.dashboard.slug])
    return {
        "dashboard": page.dashboard,
        "prepared": paper.job,
        "state": JobState(paper.job.state),
        "layout": layout_words(paper.layout),
        "filters": filters_in_words(page),
        "back": f"{address}?{query}" if query else address,
    }


def layout_words(layout: PaperLayout) -> str:
    """Word a layout (« PDF, A4, Portrait »); the sheet is not said of a file that has none."""
    if layout.form is PaperForm.HTML:
        return str(layout.form.label)
    return ", ".join(str(part.label) for part in (layout.form, layout.size, layout.orientation))


def _choices() -> tuple[LayoutChoice, ...]:
    return (
        LayoutChoice(FORM, _("Type de fichier"), PaperForm.choices),
        LayoutChoice(SIZE, _("Papier"), PaperSize.choices),
        LayoutChoice(ORIENTATION, _("Orientation"), Orientation.choices),
    )


def _line(subscription: DashboardSubscription) -> SubscriptionLine:
    filters = (f"{name} = {', '.join(values)}" for name, values in subscription.parameters.items())
    return SubscriptionLine(
        pk=subscription.pk,
        group=subscription.group.name,
        frequency=str(MailFrequency(subscription.frequency).label),
        layout=layout_words(layout_of(subscription)),
        filters=", ".join(filters),
    )
