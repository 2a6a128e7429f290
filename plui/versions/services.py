"""Packages given on a page: stored, staged by a worker; findings accepted together."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge, Forbidden, LayersError
from layers.services.jobs import JobKind, JobRun, account_visitor, remove_orphans
from layers.services.storage import storing
from layers.services.work_folders import private_folder
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED
from plui.loading.access import check_load
from plui.loading.errors import RowsRefused, VersionRefused
from plui.loading.queries import finding_key, online_version, open_findings
from plui.loading.services import PlanVersionSubject, accept_finding, discard_version, stage_package
from plui.models import PlanUpload, PlanVersion, upload_folder
from plui.vocabulary import PlanState
from publication.services import open_submission


class PlanUploadKind(JobKind[PlanUpload]):
    """Packages that wait to be read; they are staged one after the other."""

    model = PlanUpload
    task = "plui.stage"

    def queue_lock(self, job: PlanUpload) -> str:
        """Return one name for all: two packages may be of the same document."""
        return "plui"

    def work(self, job: PlanUpload, run: JobRun) -> Mapping[str, Any]:
        """Read, check and stage the package with the rights its owner has now."""
        run.report(phase="reading")
        with job.location.open("rb") as file:
            staging = stage_package(
                visitor=account_visitor(job.owner_id, may_write=True),
                file=file,
                name=job.original_name,
                package=job.package,
                title=job.version_title,
                purpose=job.purpose,
            )
        return {"version": staging.version}

    def finish(self, job: PlanUpload, result: Mapping[str, Any]) -> bool:
        """Name the version that was made; remove it when the job was cancelled meanwhile."""
        version: PlanVersion = result["version"]
        with transaction.atomic():
            is_current = super().finish(job, {"version": version, "progress": {}})
            is_new = job.started_at is not None and version.created_at >= job.started_at
            if not is_current and is_new and version.state == PlanState.STAGED:
                discard_version(visitor=account_visitor(job.owner_id, may_write=True), version=version)
        return is_current

    def refusal(self, job: PlanUpload, error: LayersError) -> Mapping[str, Any]:
        """Return the findings for which a package was refused."""
        if not isinstance(error, RowsRefused):
            return {}
        return {"findings": [finding.to_json() for finding in error.findings]}

    def ended(self, job: PlanUpload, error: LayersError | None = None) -> None:
        """Remove the file: a version was made of it, or nothing will be."""
        with suppress(OSError):  # on a read-only disk it stays, for the cleaning
            job.location.unlink(missing_ok=True)

    def cancel(self, job: PlanUpload) -> bool:
        """Cancel an unfinished upload and remove the file; False when it was finished."""
        is_cancelled = super().cancel(job)
        if is_cancelled:
            job.location.unlink(missing_ok=True)
        return is_cancelled

    def clean(self) -> None:
        """Requeue silent jobs, and remove the files that no job needs."""
        super().clean()
        paths = set(self.jobs.filter(state__in=UNFINISHED).values_list("path", flat=True))
        remove_orphans(private_folder(upload_folder()), lambda path: path.name in paths)


PLAN_UPLOADS = PlanUploadKind()


class ReceivedFile(Protocol):
    """A file received: its name at the sender's, its size in bytes when it is known, and its bytes, in order."""

    name: str | None

    @property
    def size(self) -> int | None:
        """The number of bytes, None when it is not known."""

    def chunks(self) -> Iterable[bytes]:
        """Yield the bytes."""


def request_staging(
    *, visitor: Visitor, file: ReceivedFile, title: str = "", purpose: str = "", package: str = ""
) -> PlanUpload:
    """Store a package and queue its reading.

    Raises:
        Forbidden: the visitor may not load plans.
        BodyTooLarge: the file is over ``DATASET_UPLOAD_MAX_BYTES``.
        StorageFull: the disk has no room; nothing is left behind.
    """
    check_load(visitor)
    if visitor.user_id is None:
        raise Forbidden(_("Un paquet se dépose avec un compte."))
    target = private_folder(upload_folder()) / secrets.token_hex(20)
    try:
        with (
            storing(target.parent, file.size or 0),
            os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output,
        ):
            size = _write(output.write, file.chunks())
        with transaction.atomic():
            upload = PlanUpload.objects.create(
                owner_id=visitor.user_id,
                path=target.name,
                original_name=PurePosixPath((file.name or "").replace("\\", "/")).name[-255:] or "plan.zip",
                size=size,
                version_title=title,
                purpose=purpose,
                package=package,
                language=get_language() or settings.LANGUAGE_CODE,
                requested_at=timezone.now(),
            )
            PLAN_UPLOADS.enqueue(upload)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return upload


def _write(write: Callable[[bytes], object], chunks: Iterable[bytes]) -> int:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.DATASET_UPLOAD_MAX_BYTES:
            most = settings.DATASET_UPLOAD_MAX_BYTES // 1024**2
            raise BodyTooLarge(_("Le fichier dépasse %d Mo.") % most, parameter="file")
        write(chunk)
    return size


@transaction.atomic
def accept_similar(
    *, visitor: Visitor, version: PlanVersion, reason: str, code: str = "", most: float | None = None
) -> int:
    """Accept the open findings of a code, or all of them, up to a size (m² or m), with one reason; return how many.

    Raises:
        Forbidden: the visitor may not load plans.
        VersionRefused: no finding is of this kind, the reason is missing, or the version is not staged any more.
    """
    findings = [
        finding
        for finding in open_findings(version)
        if code in ("", finding.code) and (most is None or finding.size <= most)
    ]
    if not findings:
        raise VersionRefused(_("Aucun constat de cette sorte n’est à accepter."), parameter="code")
    for finding in findings:
        accept_finding(visitor=visitor, version=version, key=finding_key(finding), reason=reason)
    return len(findings)


@transaction.atomic
def set_first_day(*, visitor: Visitor, version: PlanVersion, day: dt.date) -> None:
    """Write the first day of a version that nobody was asked to approve yet.

    Raises:
        Forbidden: the visitor may not load plans.
        VersionRefused: the version is not staged any more, waits for a decision, or would begin before the one online.
    """
    check_load(visitor)
    locked = PlanVersion.objects.select_for_update(of=("self",)).filter(pk=version.pk).first()
    if locked is None or locked.state != PlanState.STAGED:
        raise VersionRefused(_("« %s » n’est plus à examiner.") % version.title)
    if open_submission(PlanVersionSubject(locked)) is not None:
        raise VersionRefused(_("« %s » attend une décision : retirez d’abord la demande.") % version.title)
    online = online_version(locked.partition)
    if online is not None and online.in_force_from is not None and day < online.in_force_from:
        raise VersionRefused(
            _("La version en ligne est en vigueur depuis le %(day)s : celle-ci ne peut pas l’être avant.")
            % {"day": online.in_force_from.strftime("%d/%m/%Y")},
            parameter="in_force_from",
        )
    locked.in_force_from = day
    locked.save(update_fields=["in_force_from"])
