"""The sheets of a list, requested by a page and written by the worker with the rights of that moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from layers import access
from layers.errors import InvalidParameter, UnknownFeature
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.visitor import PLAN_DATE_PARAMETER, Visitor
from planning.bulk.formats import LIST_FORMATS, ListContent, ListFormat
from planning.bulk.parsing import FORMAT, LINES
from planning.bulk.presenters import ParcelSheet, parcel_sheets
from planning.bulk.queries.parcel_lists import LineFault, ParcelList, parcels_scope
from planning.bulk.queries.sheets import BLOCK, read_blocks
from planning.models import SheetListJob
from planning.queries.applicability import active_rules, rules_key
from planning.queries.locations import ADDRESSES, PARCELS


class SheetListKind(FileJobKind[SheetListJob]):
    """Sheets of lists written by a worker."""

    model = SheetListJob
    task = "planning.prepare_sheets"
    exhausted_message = gettext_lazy(
        "La préparation s’est interrompue plusieurs fois : demandez moins de parcelles."
    )

    def write(self, job: SheetListJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write what applies to the parcels that who asked may read now."""
        visitor = account_visitor(job.owner_id, job.portal)
        visible_list(pk=job.pk, visitor=visitor)
        if days := job.parameters.get(PLAN_DATE_PARAMETER):
            visitor = access.at_plan_date(visitor, days)
        identifiers = list(job.parameters["parcels"])
        written: set[str] = set()
        sheets = _followed(visitor, identifiers, written, run)
        kind = LIST_FORMATS[job.extension]
        faults = [
            LineFault(number, text, reason, tuple(near))
            for number, text, reason, near in job.parameters["faults"]
        ]
        content = ListContent(visitor, sheets, lambda: [*faults, *_vanished(identifiers, written)])
        kind.write(content, path)
        day = timezone.localdate(visitor.instant).isoformat()
        return {"file_name": f"ce-qui-s-applique-{day}.{kind.ending}"}


SHEET_LISTS = SheetListKind()


def _followed(
    visitor: Visitor, identifiers: Sequence[str], written: set[str], run: JobRun
) -> Iterator[ParcelSheet]:
    """Yield the sheets as they are read, and report how many parcels are done."""
    for index, readings in enumerate(read_blocks(visitor, identifiers)):
        for sheet in parcel_sheets(visitor, readings):
            written.add(sheet.identifier)
            yield sheet
        run.report(parcels=min(len(identifiers), (index + 1) * BLOCK))


def _vanished(identifiers: Iterable[str], written: set[str]) -> Iterator[LineFault]:
    """Yield the parcels that were there when the list was read, and are not any more."""
    for identifier in identifiers:
        if identifier not in written:
            yield LineFault(0, identifier, _("Cette parcelle n’est plus dans le portail."))


def inline_sheets(visitor: Visitor, parcels: ParcelList) -> list[ParcelSheet]:
    """Return the sheets of some parcels at once, annulments over each included.

    Raises:
        UnknownLayer: the visitor reads no parcels.
        TooSlow: the database did not answer in time.
    """
    return [
        sheet
        for readings in read_blocks(visitor, parcels.identifiers)
        for sheet in parcel_sheets(visitor, readings)
    ]


def list_format(extension: str, *, size: int) -> ListFormat:
    """Return the format of a list of ``size`` parcels.

    Raises:
        InvalidParameter: no such format, no parcel, or more than it holds.
    """
    if extension not in LIST_FORMATS:
        raise InvalidParameter(
            _("Format inconnu : « %(format)s ». Formats possibles : %(formats)s.")
            % {"format": extension[:20], "formats": ", ".join(LIST_FORMATS)},
            parameter=FORMAT,
        )
    kind = LIST_FORMATS[extension]
    if not size:
        raise InvalidParameter(_("La liste n’a aucune parcelle."), parameter=LINES)
    if size > kind.max_parcels:
        raise InvalidParameter(
            _("%(format)s : %(max)d parcelles au plus ; la liste en a %(size)d.")
            % {"format": kind.title, "max": kind.max_parcels, "size": size},
            parameter=FORMAT,
        )
    return kind


def request_sheets(*, visitor: Visitor, parcels: ParcelList, extension: str) -> SheetListJob:
    """Return the job that writes the sheets of a list, in the queue; the same request gives the same one.

    Raises:
        InvalidParameter: as ``list_format``.
        UnknownLayer: the visitor reads no parcels.
        TooManyRequests, Busy, StorageFull, Forbidden: as ``FileJobKind.request``.
    """
    kind = list_format(extension, size=len(parcels.identifiers))
    faults = [(fault.number, fault.text, fault.reason, list(fault.near)) for fault in parcels.faults]
    parameters = {"parcels": list(parcels.identifiers), "faults": faults, "layers": rule_layers()}
    parameters |= visitor.plan_parameters
    return _request(visitor, kind.extension, parameters)


def request_again(*, job: SheetListJob, visitor: Visitor) -> SheetListJob:
    """Return a new job for the same list, from the current layers.

    Raises:
        UnknownLayer, TooManyRequests, Busy, StorageFull, Forbidden: as ``request_sheets``.
    """
    return _request(visitor, job.extension, {**job.parameters, "layers": rule_layers()})


def _request(visitor: Visitor, extension: str, parameters: Mapping[str, Any]) -> SheetListJob:
    parcels_scope(visitor)
    scopes = access.scopes_by_slug(visitor, parameters["layers"])
    versions = [(slug, scope.key, scope.version) for slug, scope in sorted(scopes.items())]
    day = timezone.localdate(visitor.instant)
    plan = parameters.get(PLAN_DATE_PARAMETER)
    question = (parameters["parcels"], parameters["faults"], extension, get_language(), day, plan)
    return SHEET_LISTS.request(
        visitor=visitor,
        digest=_hash((versions, rules_key(), question)),
        columns=lambda: {
            "extension": extension,
            "parameters": dict(parameters),
            "rights_key": _rights(visitor, parameters["layers"]),
            "total_parcels": len(parameters["parcels"]),
        },
    )


def rule_layers() -> list[str]:
    """Return the layers that a sheet is made of, those that do not exist too."""
    return sorted({PARCELS, ADDRESSES, *(rule.layer for rule in active_rules() if rule.layer)})


def visible_list(*, pk: UUID, visitor: Visitor) -> SheetListJob:
    """Return a job to who asked for it, as long as their rights on the layers of its rules are the same.

    Raises:
        UnknownFeature: no such job; somebody else's; of another portal; or the rights changed since.
    """
    job = SheetListJob.objects.filter(pk=pk, portal=visitor.portal).first()
    if job is not None and (job.owner_id is None or job.owner_id == visitor.user_id):
        # Nobody's file is for whoever knows its address: it holds what the public reads.
        reader = visitor if job.owner_id else Visitor(instant=visitor.instant, portal=job.portal)
        if _rights(reader, job.parameters["layers"]) == job.rights_key:
            return job
    raise UnknownFeature(_("Ce fichier n’existe pas, ou n’est plus à vous."), parameter="id")


def _rights(visitor: Visitor, layers: Sequence[str]) -> str:
    """Return the rights on layers, which are the same whatever the day of plans."""
    scopes = access.scopes_by_slug(replace(visitor, plan=None), list(layers))
    return _hash(tuple((slug, scopes[slug].rights_key if slug in scopes else "") for slug in layers))


def _hash(parts: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
