"""Probes: the database answers, a worker lives, the queue moves, disks have room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from layers.services.storage import free_bytes

# Folders that the portal writes in beside the temporary one, by the settings that name them.
FOLDERS = {
    "exports": "EXPORT_FOLDER",
    "prepared": "PREPARED_FOLDER",
    "dashboards": "DASHBOARD_FOLDER",
    "media": "MEDIA_ROOT",
    "basemaps": "BASEMAP_CACHE",
    "mail": "EMAIL_FOLDER",
}
# One statement: the age of the freshest heartbeat, how many jobs are due, since when the oldest of them is.
_STATE = """
SELECT postgis_lib_version(),
    extract(epoch FROM now() - (SELECT max(last_heartbeat) FROM procrastinate_workers)),
    count(*), extract(epoch FROM now() - min(due))
FROM (
    SELECT greatest(job.scheduled_at, max(event.at)) AS due
    FROM procrastinate_jobs AS job LEFT JOIN procrastinate_events AS event ON event.job_id = job.id
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
    GROUP BY job.id
) AS waiting
"""


@dataclass(frozen=True, slots=True)
class Health:
    """What a probe tells: ages in seconds, None when there is nothing to date; ``waiting`` counts jobs that are due;
    ``free_mb`` is the room of each folder that the portal writes in, in MiB.

    ``postgis`` is empty when the database does not answer: nothing else is known then.
    """

    postgis: str = ""
    heartbeat_age_s: float | None = None
    waiting: int = 0
    oldest_waiting_s: float | None = None
    free_mb: Mapping[str, int] = field(default_factory=dict)

    @property
    def worker(self) -> str:
        """``ok``, or ``silent`` without a heartbeat of a worker for ``READY_HEARTBEAT_S`` (0: none is expected)."""
        limit: int = settings.READY_HEARTBEAT_S
        is_heard = self.heartbeat_age_s is not None and self.heartbeat_age_s <= limit
        return "ok" if is_heard or not limit else "silent"

    @property
    def queue(self) -> str:
        """``ok``, or ``late`` when a job has been due for more than ``READY_WAITING_S`` (0: it may)."""
        limit: int = settings.READY_WAITING_S
        return "late" if limit and (self.oldest_waiting_s or 0) > limit else "ok"

    @property
    def disk(self) -> str:
        """``ok``, ``low`` when a folder has less than twice the reserve, ``full`` when nothing is written there."""
        reserve: int = settings.DISK_RESERVE_BYTES // 1024**2
        least = min(self.free_mb.values(), default=2 * reserve)
        return "full" if least < max(reserve, 1) else "low" if least < 2 * reserve else "ok"

    @property
    def is_ready(self) -> bool:
        """Whether everything works."""
        return bool(self.postgis) and self.worker == self.queue == self.disk == "ok"

    @property
    def document(self) -> dict[str, Any]:
        """The answer as JSON: ``status`` is ``ok``, ``degraded`` (pages are served) or ``unavailable``."""
        if not self.postgis:
            return {"status": "unavailable", "database": "away"}
        status = "ok" if self.is_ready else "degraded"
        checks = {"database": "ok", "worker": self.worker, "queue": self.queue, "disk": self.disk}
        return {"status": status} | checks | asdict(self)


def health() -> Health:
    """Query the database, once."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATE)
            postgis, heartbeat, waiting, oldest = cursor.fetchone()
    except DatabaseError:
        return Health()
    return Health(postgis, _rounded(heartbeat), waiting, _rounded(oldest), _free_mb())


def _free_mb() -> dict[str, int]:
    folders = {"temporary": gettempdir()} | {name: getattr(settings, key) for name, key in FOLDERS.items()}
    return {name: free_bytes(Path(folder)) // 1024**2 for name, folder in folders.items()}


def _rounded(seconds: Any) -> float | None:
    return None if seconds is None else round(float(seconds), 1)
