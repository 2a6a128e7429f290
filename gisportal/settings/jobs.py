"""Settings of the work done behind the scenes: the queue, its worker, and the exports it prepares."""

from pathlib import Path

from gisportal.settings import environment as env

# Each app keeps its tasks in its module ``jobs``.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# A worker says that it lives every few seconds. What one that was silent as long as this had begun is begun again.
WORKER_HEARTBEAT_S = 3
WORKER_SILENT_S = 12
# Two at a time: a long export does not keep the short periodic tasks waiting.
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 2,
    "shutdown_graceful_timeout": 10.0,
    "update_heartbeat_interval": float(WORKER_HEARTBEAT_S),
    "stalled_worker_timeout": float(WORKER_SILENT_S),
}
# When /readyz answers 503: no worker said that it lives for so long, or a job is due for so long. 0: never for that.
READY_HEARTBEAT_S = env.number("PORTAL_READY_HEARTBEAT_S", 60)
READY_WAITING_S = env.number("PORTAL_READY_WAITING_S", 900)
# How long the journal keeps what happened: six months at least (CNIL: six to twelve for logs).
JOURNAL_MONTHS = env.number("PORTAL_JOURNAL_MONTHS", 12)
# Where each worker of a machine shows that it lives, a file for each.
WORKER_FOLDER = env.folder("PORTAL_DATA", Path(__file__).resolve().parents[2] / ".data") / "workers"

# Who an account is now, for a task that works on its behalf: a function of its id and of a portal's INSEE code.
VISITOR_OF_ACCOUNT = "gisportal.accounts.visitors.visitor_of_account"

PREPARED_FOLDER = env.folder("PORTAL_DATA", Path(__file__).resolve().parents[2] / ".data") / "prepared"
# Files of whole dashboards, prepared or sent by e-mail: the same rules of age and room.
DASHBOARD_FOLDER = PREPARED_FOLDER.parent / "dashboards"
# A person is not made to wait longer than this for an answer; a page shows the progress instead.
PREPARED_ABOVE_S = 5
PREPARED_KEPT_HOURS = env.number("PORTAL_PREPARED_HOURS", 24)
PREPARED_MAX_BYTES = env.number("PORTAL_PREPARED_MAX_MB", 4_096) * 1024 * 1024
# Exports that an asker, and all of them together, may have in the queue.
PREPARED_MAX_WAITING_EACH = 5
PREPARED_MAX_WAITING = 200
# A worker that dies with the same export this many times is not given it again.
PREPARED_MAX_ATTEMPTS = 3
