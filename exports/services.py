"""Prepared exports: requested, selected again with the rights of the moment, written by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from export_formats.registry import EVERY_FORMAT, Format, estimate_seconds, write_export
from export_formats.rows import watching
from export_formats.services import digest_of, export_freshness, is_prepared
from exports.errors import UnknownExport
from exports.models import ExportJob
from exports.parsing import parse_export, parse_format
from layers import access, queries
from layers.errors import UnknownLayer, UnknownPlanDate
from layers.parsing.query import DISJOINT, TOUCHING, Parameters, parse_spatial_relations
from layers.queries import Selection
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.services.storage import check_space
from layers.visitor import PLAN_DATE_PARAMETER, Visitor


class ExportKind(FileJobKind[ExportJob]):
    """Exports written by a worker."""

    model = ExportJob
    task = "exports.prepare"
    exhausted_message = gettext_lazy(
        "La préparation s’est interrompue plusieurs fois : demandez moins d’objets."
    )

    def write(self, job: ExportJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the rows that the owner may download now."""
        selection = selection_of(job, account_visitor(job.owner_id, job.portal))
        with watching(lambda: check_space(path.parent)) as progress:
            run.follow(lambda: {"rows": progress.rows})
            written = write_export(selection, format_of(job), path)
        return {"rows": written.rows, "file_name": written.file_name}


EXPORTS = ExportKind()


@dataclass(frozen=True, slots=True)
class VisibleExport:
    """A prepared export as the person who asked for it may see it now.

    ``joined`` is ``scope`` with the other layers of the query.
    """

    job: ExportJob
    scope: access.Scope
    kind: Format
    joined: access.Scope


def is_long_export(selection: Selection, kind: Format) -> bool:
    """Whether a person would wait too long for the file: it is neither small nor there already."""
    return not is_prepared(selection, kind) and estimate_seconds(selection, kind) > settings.PREPARED_ABOVE_S


def request_export(*, selection: Selection, kind: Format, parameters: Parameters) -> ExportJob:
    """Return the job that prepares the export of a query, in the queue.

    A person who asks for the same again gets the same one. ``parameters`` are those of the request, as they came.

    Raises:
        TooManyRequests, Busy, StorageFull: as ``FileJobKind.request``.
    """
    return EXPORTS.request(
        visitor=selection.scope.visitor,
        digest=digest_of(export_freshness(selection, kind)),
        columns=lambda: {
            "layer": selection.scope.slug,
            "extension": kind.extension,
            "parameters": {name: list(values) for name, values in parameters.items()}
            | selection.scope.visitor.plan_parameters,
            "rights_key": selection.scope.rights_key,
            "total_rows": selection.timed_count("count"),
            "estimated_s": estimate_seconds(selection, kind),
        },
    )


def visible_export(*, pk: UUID, visitor: Visitor) -> VisibleExport:
    """Return a prepared export to who asked for it, as long as the rights are the same.

    Raises:
        UnknownExport: no such export; somebody else's; or the rights changed since, in any way.
    """
    job = ExportJob.objects.filter(pk=pk).first()
    if job is None or (job.owner_id is not None and job.owner_id != visitor.user_id):
        raise UnknownExport
    try:
        scope = access.scope(_on_its_day(job, visitor), job.layer)
    except (UnknownLayer, UnknownPlanDate) as error:
        raise UnknownExport from error
    export = _visible(job, scope)
    if export is None or not scope.can_download:
        raise UnknownExport
    return export


def exports_of(visitor: Visitor) -> list[VisibleExport]:
    """Return what a person asked for on this portal and may still fetch, latest first; nothing without an account."""
    if visitor.user_id is None:
        return []
    scopes = {scope.slug: scope for scope in access.visible(visitor) if scope.can_download}
    jobs = ExportJob.objects.filter(owner=visitor.user_id, layer__in=scopes, extension__in=EVERY_FORMAT)
    return [
        export
        for job in jobs.order_by("-created_at")
        if (scope := _scope_on_its_day(job, scopes[job.layer])) and (export := _visible(job, scope))
    ]


def _on_its_day(job: ExportJob, visitor: Visitor) -> Visitor:
    """Return the visitor at the day of plans that an export was requested for; the same one without."""
    texts = job.parameters.get(PLAN_DATE_PARAMETER)
    return access.at_plan_date(visitor, texts) if texts else visitor


def _scope_on_its_day(job: ExportJob, scope: access.Scope) -> access.Scope | None:
    """Return the scope of the layer of an export at its day; None where no plan is known on it any more."""
    if PLAN_DATE_PARAMETER not in job.parameters:
        return scope
    try:
        return access.scope(_on_its_day(job, scope.visitor), scope.slug)
    except (UnknownLayer, UnknownPlanDate):
        return None


def _question(job: ExportJob) -> Parameters:
    """Return the parameters of an export without the day of plans, which its visitor has."""
    return {name: values for name, values in job.parameters.items() if name != PLAN_DATE_PARAMETER}


def selection_of(job: ExportJob, visitor: Visitor) -> Selection:
    """Return the rows of an export, selected again through the access layer.

    Raises:
        UnknownExport: the rights are not those of the request.
        BadRequest: the layer changed and the question has no sense any more.
    """
    scope = visible_export(pk=job.pk, visitor=visitor).scope
    with override(job.language):
        query = parse_export(_question(job), scope)
        return queries.select(scope, query)


def format_of(job: ExportJob) -> Format:
    """Return the format of an export, with its options."""
    return parse_format(job.extension, _question(job))


def request_again(*, job: ExportJob, visitor: Visitor) -> ExportJob:
    """Return a new job for the same query, from the current data.

    Raises:
        UnknownExport, BadRequest, TooManyRequests, Busy, StorageFull: as ``selection_of`` and ``request_export``.
    """
    selection = selection_of(job, visitor)
    return request_export(selection=selection, kind=format_of(job), parameters=_question(job))


def _visible(job: ExportJob, scope: access.Scope) -> VisibleExport | None:
    """Return the export when the rights on all its layers are those of the request."""
    relations = [
        relation
        for name in (TOUCHING, DISJOINT)
        for relation in parse_spatial_relations(job.parameters.get(name, ()), parameter=name)
    ]
    try:
        layers = access.scopes(scope.visitor, [relation.layer for relation in relations])
        joined = access.joined(scope, layers)
    except UnknownLayer:
        return None
    if joined.rights_key != job.rights_key or job.extension not in EVERY_FORMAT:
        return None
    return VisibleExport(job, scope, format_of(job), joined)
