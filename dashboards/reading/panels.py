"""Read panels, each by itself, with the validators by which a browser caches them.

A failure concerns one panel, with its own words; the others are read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dashboards.documents.document import Document, Panel
from dashboards.errors import DashboardsError
from dashboards.filters.conditions import PanelFilters, feature_query, is_declared, main_condition
from dashboards.panels.kinds import PanelAnswer, PanelRequest
from dashboards.reading.dashboard_page import DashboardPage, layers_of
from dashboards.registry import PANEL_KINDS
from interface.shared_pages import leave_incomplete
from layers.access import Scope, joined
from layers.cache import BoundedCache
from layers.errors import Busy, LayersError, TooSlow, UnknownLayer, UnknownProperty
from layers.formats.http_validators import HttpValidators, http_validators
from layers.parsing import FeatureQuery
from layers.queries.shared_answers import AnswerKey, answer_key

logger = logging.getLogger(__name__)
# A few kilobytes each for groups, most of which are a dozen; maps joined to thousands of surfaces weigh a megabyte.
_answers: BoundedCache[PanelAnswer] = BoundedCache(1_000, most=32 * 1024 * 1024)
_SOURCES = frozenset({".py", ".html", ".mo"})


@dataclass(frozen=True, slots=True)
class PanelReading:
    """A panel that was read: its answer, or why there is none.

    ``fault`` is ``slow``, ``busy``, ``refused``, ``failing``, or ``absent`` for what may not be read; empty with an
    answer. ``words`` explain a refusal.
    """

    panel: Panel
    answer: PanelAnswer | None
    filters: PanelFilters
    fault: str = ""
    words: str = ""


class UnreadPanel(DashboardsError):
    """A panel could not be read: its reading says why, for its place in the page."""

    def __init__(self, reading: PanelReading) -> None:
        super().__init__(f"{reading.panel.id}: {reading.fault} {reading.words}".strip())
        self.reading = reading


def read_panel(page: DashboardPage, panel: Panel) -> PanelReading:
    """Read a panel; a fault is in its reading."""
    filters = page.filters_of(panel)
    try:
        return PanelReading(panel, _answer(page, panel, filters), filters)
    except (TooSlow, Busy) as error:
        leave_incomplete()
        return PanelReading(panel, None, filters, fault="slow" if isinstance(error, TooSlow) else "busy")
    except (UnknownLayer, UnknownProperty):
        return PanelReading(panel, None, filters, fault="absent")
    except LayersError as refused:
        return PanelReading(panel, None, filters, fault="refused", words=refused.detail)
    except Error:
        raise  # the database is away, or stopped the statement: the whole site says so
    except Exception:  # a defect of one kind of panel must not take the page with it
        logger.exception("dashboard %s: panel %s failed", page.dashboard.slug, panel.id)
        leave_incomplete()
        return PanelReading(panel, None, filters, fault="failing")


def cached_panel(page: DashboardPage, panel: Panel) -> PanelReading | None:
    """Return a panel whose answer is cached, without a query; None otherwise."""
    filters = page.filters_of(panel)
    if panel.question is None:
        return read_panel(page, panel)
    try:
        request = panel_request(page, panel, filters)
    except LayersError:
        return None
    answer = _answers.get(_key(page, request))
    return PanelReading(panel, answer, filters) if answer is not None else None


def read_or_raise(page: DashboardPage, panel: Panel) -> PanelAnswer:
    """Return the answer of a panel, for a file that holds nothing else.

    Raises:
        LayersError: why there is none.
    """
    return _answer(page, panel, page.filters_of(panel))


def _answer(page: DashboardPage, panel: Panel, filters: PanelFilters) -> PanelAnswer:
    kind = PANEL_KINDS[panel.kind]
    if panel.question is None:
        return kind.read_static(panel)
    request = panel_request(page, panel, filters)
    answer = _answers.recall(_key(page, request), partial(kind.read, request))
    if _has_other_total(page, panel):
        note = _("Compté sous une autre condition que le reste de la page : le total diffère.")
        answer = replace(answer, notes=(*answer.notes, note))
    return answer if request.scope.can_read_rows else _with_declared_filters(answer, page.document)


def _has_other_total(page: DashboardPage, panel: Panel) -> bool:
    """Whether a panel writes a number of features of a layer of which the page counts others."""
    question = panel.question
    if question is None or not PANEL_KINDS[panel.kind].shows_total:
        return False
    is_count = not question.relation and question.measures[:1] == ("count",)
    return is_count and question.filter != main_condition(page.panels, question.layer)


def _with_declared_filters(answer: PanelAnswer, document: Document) -> PanelAnswer:
    """Return an answer whose marks and rows set no filter but those that the document declares."""
    filters = tuple(
        each if each and is_declared(each[0], document) else None for each in answer.table.filters
    )
    spec = _marks_with(answer.spec, document) if answer.spec is not None else None
    return replace(answer, table=replace(answer.table, filters=filters), spec=spec)


def _marks_with(part: Any, document: Document) -> Any:
    """Return a specification whose marks set only the filters that a document declares."""
    if isinstance(part, Mapping):
        return {
            key: [each for each in value if is_declared(each[0], document)]
            if key == "filters"
            else _marks_with(value, document)
            for key, value in part.items()
        }
    return [_marks_with(each, document) for each in part] if isinstance(part, list) else part


def panel_request(page: DashboardPage, panel: Panel, filters: PanelFilters) -> PanelRequest:
    """Return the request of a kind: the panel's question with the filters of the page.

    Raises:
        InvalidParameter: a value that its field cannot have, or a filter of the panel that cannot be read.
    """
    question = panel.question
    assert question is not None
    narrowed = filters.question(question)
    is_narrowed = not filters.is_empty
    return PanelRequest(
        panel=replace(panel, question=narrowed),
        question=narrowed,
        visitor=page.visitor,
        scope=page.scopes[question.layer],
        query=feature_query(filters, question.filter),
        unfiltered_query=feature_query(PanelFilters(), question.filter) if is_narrowed else None,
        territory=_territory(filters, question.filter),
        ignored=filters.ignored,
        chosen=filters.chosen,
        rasters=page.rasters,
        without_filters=lambda names: feature_query(filters.without(names), question.filter),
    )


def _territory(filters: PanelFilters, own: str) -> FeatureQuery | None:
    """Return the selection of a panel in every commune; None without a filter on communes."""
    return feature_query(replace(filters, communes=()), own) if filters.communes else None


def scope_of_answer(page: DashboardPage, request: PanelRequest) -> Scope:
    """Return the scope of all the layers that a panel reads: rights and data that its answer depends on."""
    other_scopes = (page.scopes[slug] for slug in layers_of(request.panel)[1:] if slug in page.scopes)
    return joined(request.scope, other_scopes)


def identity_of_answer(request: PanelRequest) -> tuple[object, ...]:
    """Return what an answer depends on besides rights and data: the question, the language, the day."""
    return (
        repr(request.panel),
        request.query.identity,
        request.unfiltered_query is not None,
        translation.get_language(),
        timezone.localdate(),
        *(
            (raster.key, raster.version, raster.layer.updated_at)
            for raster in request.rasters.values()
            if raster.slug in PANEL_KINDS[request.panel.kind].rasters(request.panel)
        ),
    )


def _key(page: DashboardPage, request: PanelRequest) -> tuple[object, ...]:
    scope = scope_of_answer(page, request)
    return (scope.key, scope.version, *identity_of_answer(request))


@dataclass(frozen=True, slots=True)
class PanelFreshness:
    """The validators of a panel as a part of its page, and the key that its text is cached under."""

    validators: HttpValidators
    key: AnswerKey


def panel_freshness(page: DashboardPage, panel: Panel, view: str) -> PanelFreshness | None:
    """Return how fresh a panel is as a part of its page; None for one that asks nothing, or cannot be asked.

    Tag and key hold the rights of the reader, the data of every layer that it reads, the question, the words of the
    document, where it is seen (``view``), and the version of the code: panels of one tag are written alike. Others may
    keep it when everybody reads the dashboard and its layers alike.
    """
    if panel.question is None:
        return None
    try:
        request = panel_request(page, panel, page.filters_of(panel))
    except LayersError:
        return None
    scope = scope_of_answer(page, request)
    are_rasters_public = all(raster.is_public for raster in page.rasters.values())
    is_public = scope.is_public and are_rasters_public and page.dashboard.is_public and not page.state.version
    parts = [
        str(part)
        for part in (
            *identity_of_answer(request),
            *_of_the_page(page, panel),
            scope.can_download,
            page.visitor.link is not None,
            view,
            panel_code_version(),
        )
    ]
    validators = http_validators(replace(scope, is_public=is_public), scope.version, parts)
    return PanelFreshness(validators, answer_key(scope, scope.layer.updated_at.isoformat(), *parts))


def _of_the_page(page: DashboardPage, panel: Panel) -> Iterator[object]:
    """Yield what a panel takes from its page: its address, the names of its fields, and the filters."""
    yield page.dashboard.slug
    yield page.document.links
    yield page.state
    yield _has_other_total(page, panel)


@cache
def panel_code_version() -> int:
    """Return when what writes panels was last changed: looked up once in a process."""
    return code_version(code_folders())


def code_folders() -> list[Path]:
    """Return the folders of our packages and of the translations: a panel has words of all of them."""
    return [*(path.parent for path in settings.BASE_DIR.glob("*/__init__.py")), *settings.LOCALE_PATHS]


def code_version(folders: Iterable[Path]) -> int:
    """Return when code, templates or translations of folders were last written: the same in every process."""
    paths = (path for folder in folders for path in folder.rglob("*.*") if path.suffix in _SOURCES)
    return max(path.stat().st_mtime_ns for path in paths)
