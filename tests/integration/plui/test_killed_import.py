"""An import that is killed at any moment leaves the former state, and the same archive is imported afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection

from layers.visitor import system_visitor
from plui.loading.services import PackageImport, import_package
from plui.models import TABLES, DocUrba, PlanVersion
from plui.vocabulary import PlanState
from tests.examples import spread
from tests.plu_packages import PackageBuilder, sound_package
from tests.plu_town import create_communes, dated_package, publish

# Of the statements of an import, at which it is killed: among the first, in the middle, among the last ones.
MOMENTS = (0.02, 0.13, 0.27, 0.41, 0.55, 0.62, 0.7, 0.78, 0.85, 0.91, 0.95, 0.99)


def imported(package: PackageBuilder) -> PackageImport:
    return import_package(
        visitor=system_visitor(),
        file=io.BytesIO(package.archive()),
        name=f"{package.folder}.zip",
        is_published=True,
    )


def state(media: Path) -> dict[str, Any]:
    """Return all that an import writes: rows, documents, versions, files."""
    tables = {
        live._meta.db_table: list(live._default_manager.order_by("pk").values())
        for live, _twin in TABLES.values()
    }
    return tables | {
        "versions": list(PlanVersion.objects.order_by("pk").values("pk", "state", "in_force_until")),
        "documents": list(DocUrba.objects.order_by("pk").values()),
        "files": sorted(path.name for path in media.rglob("*") if path.is_file()),
    }


class Killed:
    """Counts the statements of a connection, and ends its session at one of them (0: never)."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.count = at, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            # The session ends under Django's hands: the statement of the import finds it closed.
            with suppress(psycopg.OperationalError), connection.connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_leaves_the_former_state_and_is_resumed(
    catalogue: object, media: Path
) -> None:
    create_communes()
    publish(sound_package())
    changed = dated_package("20250301")
    changed.tables["ZONE_URBA"][1] |= {"LIBELLE": "UBa"}
    statements = Killed()
    with connection.execute_wrapper(statements):
        done = imported(changed)
    assert done.version.state == PlanState.ONLINE
    faults = {}
    for number, moment in enumerate(spread(MOMENTS, one_in=6)):
        package = dated_package(f"202504{number + 1:02d}")
        package.tables["ZONE_URBA"][1] |= {"LIBELLE": f"UB{number}"}
        before = state(media)
        with (
            connection.execute_wrapper(Killed(max(1, int(moment * statements.count)))),
            pytest.raises((OperationalError, InterfaceError)),
        ):
            imported(package)
        connection.close()
        faults[moment] = [name for name, rows in state(media).items() if rows != before[name]]
        assert imported(package).version.state == PlanState.ONLINE
    assert faults == {moment: [] for moment in faults}
