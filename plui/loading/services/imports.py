"""Stage, accept and publish a package in one transaction: a refusal leaves neither rows nor files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from layers.visitor import Visitor
from plui.loading.queries import ChangeCount, change_counts
from plui.loading.services.findings import accept_findings
from plui.loading.services.pieces import remove_files
from plui.loading.services.staging import stage_package
from plui.loading.services.submissions import publish_version
from plui.models import PlanVersion
from plui.vocabulary import PlanState


@dataclass(frozen=True, slots=True)
class PackageImport:
    """A version, and what it changed or would change of what was online before, by table.

    ``is_repeated``: the package was staged or online already.
    """

    version: PlanVersion
    changes: Mapping[str, ChangeCount]
    is_repeated: bool


def import_package(
    *,
    visitor: Visitor,
    file: BinaryIO,
    name: str,
    package: str = "",
    in_force_from: dt.date | None = None,
    acceptances: Iterable[tuple[str, str]] = (),
    is_published: bool = False,
) -> PackageImport:
    """Import a package; ``acceptances`` are codes of findings, each with the reason to accept them.

    Raises:
        Forbidden, PackageRefused, RowsRefused, StorageFull: as ``stage_package``.
        VersionRefused: as ``accept_findings`` and ``publish_version``.
        NotSubmittable, Busy: as ``publish_version``.
    """
    paths: list[str] = []
    try:
        with transaction.atomic():
            staging = stage_package(
                visitor=visitor, file=file, name=name, package=package, in_force_from=in_force_from
            )
            version = staging.version
            if not staging.is_repeated:
                paths = [each for piece in version.pieces.all() for each in piece.stored_names]
            changes = change_counts(version)
            for code, reason in acceptances if version.state == PlanState.STAGED else ():
                accept_findings(visitor=visitor, version=version, code=code, reason=reason)
            if is_published:
                version = publish_version(visitor=visitor, version=version, in_force_from=in_force_from)
    except BaseException:
        remove_files(paths)
        raise
    return PackageImport(version, changes, staging.is_repeated)
