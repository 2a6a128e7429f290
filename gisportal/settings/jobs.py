"""Work behind the scenes and its bounds: queue, stored files, child processes, rasters, counters of use."""

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
# The pages of management say that a backup is late after so many hours (0: never), and when the certificate ends that
# browsers get: the absolute path of a PEM file, or host:port.
PORTAL_BACKUP_HOURS = env.number("PORTAL_BACKUP_HOURS", 30)
PORTAL_CERTIFICATE = env.certificate_source("PORTAL_CERTIFICATE")
# How long the journal keeps what happened: six months at least (CNIL: six to twelve for logs).
JOURNAL_MONTHS = env.number("PORTAL_JOURNAL_MONTHS", 12)
# Where each worker of a machine shows that it lives, a file for each.
WORKER_FOLDER = env.data_folder() / "workers"

# Who an account is now, for a task that works on its behalf: a function of its id and of a portal's INSEE code.
VISITOR_OF_ACCOUNT = "gisportal.accounts.credentials.visitor_of_account"

PREPARED_FOLDER = env.data_folder() / "prepared"
# Files of whole dashboards, prepared or sent by e-mail: the same rules of age and room.
DASHBOARD_FOLDER = PREPARED_FOLDER.parent / "dashboards"
# Calendars of road works on paper: the same rules.
ROAD_WORKS_FOLDER = PREPARED_FOLDER.parent / "road-works"
# Sheets « Ce qui s’applique ici » of lists of parcels: the same rules.
SHEETS_FOLDER = PREPARED_FOLDER.parent / "sheets"
# Inventories of buildings and trees on paper: the same rules.
INVENTORY_FOLDER = PREPARED_FOLDER.parent / "inventories"
# Registers of public inquiries on paper: the same rules.
REGISTER_FOLDER = PREPARED_FOLDER.parent / "registers"
# A person is not made to wait longer than this for an answer; a page shows the progress instead.
PREPARED_ABOVE_S = 5
PREPARED_KEPT_HOURS = env.number("PORTAL_PREPARED_HOURS", 24)
PREPARED_MAX_BYTES = env.number("PORTAL_PREPARED_MAX_MB", 4_096) * 1024 * 1024
# Exports that a client, and all of them together, may have in the queue.
PREPARED_MAX_WAITING_EACH = 5
PREPARED_MAX_WAITING = 200
# A worker that dies with the same export this many times is not given it again.
PREPARED_MAX_ATTEMPTS = 3

# Exports: written files, and for how long.
EXPORT_FOLDER = env.data_folder() / "exports"
# Since it was last asked for: long enough to go on with a download that broke, or to read a file by parts.
EXPORT_MAX_AGE_S = 3_600
# Files written at once, by all processes, for a client and for all: one more is refused with a `Retry-After`.
EXPORTS_AT_ONCE_EACH = env.number("PORTAL_EXPORTS_AT_ONCE_EACH", 2)
EXPORTS_AT_ONCE = env.number("PORTAL_EXPORTS_AT_ONCE", 4)
# Room that files of the portal leave free on their disk: below it none is begun.
DISK_RESERVE_BYTES = env.number("PORTAL_DISK_RESERVE_MB", 256) * 1024 * 1024
EXPORT_MAX_BYTES = env.number("PORTAL_EXPORTS_MAX_MB", 2_048) * 1024 * 1024

# Child processes that parse files of strangers (ADR 0018). Memory that one file may ask for, beside the program's own.
SANDBOX_MEMORY_MB = env.number("PORTAL_READER_MEMORY_MB", 2_048)
SANDBOX_CPU_SECONDS = env.number("PORTAL_READER_CPU_SECONDS", 120)
# Waiting for answers alone: the time that the database takes for the rows is not the reader's.
SANDBOX_WALL_SECONDS = env.number("PORTAL_READER_SECONDS", 180)
# Rows or pictures that come out of one file, and each file that its reader writes: an archive once expanded.
SANDBOX_OUTPUT_MB = env.number("PORTAL_READER_OUTPUT_MB", 16_384)
SANDBOX_DISK_MB = env.number("PORTAL_READER_DISK_MB", 8_192)
SANDBOX_FILES = 64
# Files read at once by one process of the portal, and how long another one waits before it is told to come back.
SANDBOX_CHILDREN = env.number("PORTAL_READERS", 4)
SANDBOX_WAIT_SECONDS = 20

# The process that draws charts (ADR 0022): its memory, of which its engine takes a hundred megabytes.
CHART_MEMORY_MB = env.number("PORTAL_CHART_MEMORY_MB", 1_024)
# Time of one chart, and how long another one waits for its turn.
CHART_SECONDS = env.number("PORTAL_CHART_SECONDS", 10)
CHART_WAIT_SECONDS = env.number("PORTAL_CHART_WAIT_SECONDS", 20)

# Rasters: the largest file given, and the largest grid that it may declare: an orthophoto of 80 km² at 20 cm has
# 2,000 million cells.
RASTER_UPLOAD_MAX_BYTES = env.number("PORTAL_RASTER_UPLOAD_MAX_MB", 4_096) * 1024 * 1024
RASTER_MAX_CELLS = env.number("PORTAL_RASTER_MAX_MEGAPIXELS", 2_000) * 1_000_000
RASTER_MAX_BANDS = 8
# Conversion of one file, in the child process that reads it.
RASTER_MEMORY_MB = env.number("PORTAL_RASTER_MEMORY_MB", 2_048)
RASTER_CPU_SECONDS = env.number("PORTAL_RASTER_CPU_SECONDS", 3_600)
# Cells that the box of a surface may hold for its statistics, and that a download may have.
RASTER_STATISTICS_MAX_CELLS = env.number("PORTAL_RASTER_STATISTICS_MEGAPIXELS", 50) * 1_000_000
RASTER_DOWNLOAD_MAX_CELLS = env.number("PORTAL_RASTER_DOWNLOAD_MEGAPIXELS", 25) * 1_000_000
# Versions kept beside the one online, to come back to.
RASTER_KEPT_VERSIONS = env.number("PORTAL_RASTER_KEPT_VERSIONS", 3)

# Road works of other tools, brought up to date each night (docs/road-works-feeds.md): the WFS of Litteralis with its
# credentials, the address of an export of DiaLog, and the state of a site that comes in.
LITTERALIS_URL = env.text("PORTAL_LITTERALIS_URL")
LITTERALIS_USER = env.text("PORTAL_LITTERALIS_USER")
LITTERALIS_PASSWORD = env.text("PORTAL_LITTERALIS_PASSWORD")
DIALOG_URL = env.text("PORTAL_DIALOG_URL")
ROAD_WORKS_IMPORT_STATE = (
    env.choice("PORTAL_ROAD_WORKS_IMPORT_STATE", ("submitted", "published")) or "submitted"
)

# Counters of use: docs/usage.md.
USAGE_COUNTERS = env.flag("PORTAL_USAGE", default=True)
# How long a process keeps counts before it writes them; 0: nothing writes by itself (tests).
USAGE_WRITE_SECONDS = 60
# Months that are kept day by day; older ones are kept as months.
USAGE_DAYS_MONTHS = env.number("PORTAL_USAGE_DAYS_MONTHS", 25)

# Files given to the import wizard: largest size, and how long one waits to be published.
DATASET_UPLOAD_MAX_BYTES = env.number("PORTAL_UPLOAD_MAX_MB", 500) * 1024 * 1024
DATASET_UPLOAD_MAX_AGE_HOURS = 72
