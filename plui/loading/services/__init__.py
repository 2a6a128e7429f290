"""Writes of versions of plans: stage, accept findings, publish, undo, discard."""

from plui.loading.services.findings import accept_finding, accept_findings, plan_changed, withdraw_acceptance
from plui.loading.services.imports import PackageImport, import_package
from plui.loading.services.online import snapshot_online
from plui.loading.services.staging import Rehearsal, Staging, rehearse_package, stage_package
from plui.loading.services.submissions import (
    PlanVersionSubject,
    discard_version,
    find_plan_version,
    publish_version,
    undo_publication,
)

__all__ = [
    "PackageImport",
    "PlanVersionSubject",
    "Rehearsal",
    "Staging",
    "accept_finding",
    "accept_findings",
    "discard_version",
    "find_plan_version",
    "import_package",
    "plan_changed",
    "publish_version",
    "rehearse_package",
    "snapshot_online",
    "stage_package",
    "undo_publication",
    "withdraw_acceptance",
]
