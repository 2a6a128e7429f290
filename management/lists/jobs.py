"""Jobs of every kind as one list, the last requested first, with their progress; and what orders one again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.paper.services import PAPERS
from datasets.imports.actions import resume
from datasets.imports.jobs import UPLOAD_KINDS
from datasets.models import Upload
from exports.services import EXPORTS
from gisportal.journal.services import record
from gisportal.journal.vocabulary import Event
from interface.text import fold
from interface.wording import instant
from layers.definitions import Text
from layers.errors import InvalidParameter
from layers.services.jobs import FileJobKind, JobKind
from layers.visitor import Visitor
from layers.vocabulary import JobState
from planning.bulk.services import SHEET_LISTS
from planning.inventory.paper import INVENTORY_FILES
from plui.versions.services import PLAN_UPLOADS
from roadworks.paper import CALENDARS
from tiles.rasters.services.uploads import RASTER_UPLOADS

LISTED_DAYS = 30
_MOST = 5_000
_UNDO = TimestampSigner(salt="management.lists.jobs")
UNDO_S = 15 * 60


@dataclass(frozen=True, slots=True)
class JobFamily:
    """A table of jobs: its words, the column that names a job, and the kind that does the work of a row."""

    name: str
    title: Text
    named_by: Any
    kinds: Mapping[str, JobKind[Any]]

    def kind(self, job: Any) -> JobKind[Any]:
        """Return the kind of a job: uploads of datasets are read, then loaded."""
        return self.kinds[job.work] if "" not in self.kinds else self.kinds[""]

    @property
    def jobs(self) -> QuerySet[Any]:
        """The jobs of the table."""
        return next(iter(self.kinds.values())).jobs


FAMILIES: Mapping[str, JobFamily] = {
    family.name: family
    for family in (
        JobFamily(
            "export",
            gettext_lazy("téléchargement préparé"),
            Concat("layer", Value("."), "extension", output_field=CharField()),
            {"": EXPORTS},
        ),
        JobFamily(
            "tableau",
            gettext_lazy("tableau de bord en fichier"),
            Concat("dashboard__title", Value("."), "extension", output_field=CharField()),
            {"": PAPERS},
        ),
        JobFamily(
            "calendrier",
            gettext_lazy("calendrier de travaux en fichier"),
            Concat(Cast("year", CharField()), Value(" "), "grouping", output_field=CharField()),
            {"": CALENDARS},
        ),
        JobFamily(
            "fiches",
            gettext_lazy("fiches d’une liste de parcelles"),
            Concat(Cast("total_parcels", CharField()), Value("."), "extension", output_field=CharField()),
            {"": SHEET_LISTS},
        ),
        JobFamily(
            "inventaire",
            gettext_lazy("inventaire en fichier"),
            Concat("layer", Value("."), "extension", output_field=CharField()),
            {"": INVENTORY_FILES},
        ),
        JobFamily("depot", gettext_lazy("fichier déposé"), F("original_name"), UPLOAD_KINDS),
        JobFamily("plan", gettext_lazy("paquet de plan déposé"), F("original_name"), {"": PLAN_UPLOADS}),
        JobFamily("raster", gettext_lazy("raster déposé"), F("original_name"), {"": RASTER_UPLOADS}),
    )
}
_TONES = {JobState.FAILED: ("bad", "triangle-alert"), JobState.RUNNING: ("", "refresh-cw")}


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in the list. ``share`` are the percents that are done, None where nobody knows."""

    family: str
    pk: UUID
    title: str
    state: JobState
    owner: str
    error: str
    requested: dt.datetime
    finished: dt.datetime | None
    attempts: int
    share: int | None

    @property
    def key(self) -> str:
        """What the forms of the page send: the table and the number."""
        return f"{self.family} {self.pk}"

    @property
    def family_title(self) -> Text:
        """What kind of work it is."""
        return FAMILIES[self.family].title

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return _TONES.get(self.state, ("", ""))[0]

    @property
    def icon(self) -> str:
        """The picture of its state."""
        return _TONES.get(self.state, ("", ""))[1]

    @property
    def state_title(self) -> Text:
        """The state in words."""
        return self.state.label

    @property
    def may_retry(self) -> bool:
        """Whether it may be ordered again: it failed or was cancelled."""
        return self.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def ended(self) -> str:
        """When it ended, in words."""
        return instant(self.finished) if self.finished else ""


def job_rows(*, since: dt.datetime) -> list[JobRow]:
    """Return the jobs requested since an instant, the last first, 5,000 at most, in one statement."""
    queries = [_rows(family, since) for family in FAMILIES.values()]
    union = queries[0].union(*queries[1:], all=True).order_by("-created_at")[:_MOST]
    return [
        JobRow(
            family=row["family"],
            pk=row["id"],
            title=row["title"],
            state=JobState(row["state"]),
            owner=row["username"] or "",
            error=row["error"],
            requested=row["created_at"],
            finished=row["finished_at"],
            attempts=row["attempts"],
            share=_share(row["state"], row["done"]),
        )
        for row in union
    ]


def failed_jobs(*, since: dt.datetime) -> list[JobRow]:
    """Return the jobs that failed since an instant, the last first."""
    return [row for row in job_rows(since=since) if row.state == JobState.FAILED]


def is_named(row: JobRow, words: Sequence[str]) -> bool:
    """Whether every word (folded) is in the title, the kind, the account or the error of a job."""
    text = fold(f"{row.title} {row.family_title} {row.owner} {row.error}")
    return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Retry:
    """Jobs that were ordered again, as their key and the instant of the request, and why the others were not."""

    ordered: tuple[tuple[str, str], ...]
    refusals: tuple[str, ...]

    @property
    def undo_key(self) -> str:
        """What cancels those that no worker has begun, for a quarter of an hour."""
        return _UNDO.sign_object(list(self.ordered))


def retry(visitor: Visitor, keys: Iterable[str]) -> Retry:
    """Order jobs again, each journaled.

    Raises:
        InvalidParameter: a key is not one of a job.
        Forbidden: the visitor may not load what a file is for.
    """
    ordered, refusals = [], []
    for key in dict.fromkeys(keys):
        family, job = _job(key)
        if job.state not in (JobState.FAILED, JobState.CANCELLED):
            refusals.append(_("%s : ce traitement n’est plus arrêté.") % job)
        elif not _has_its_file(family, job):
            refusals.append(_("%s : le fichier déposé n’est plus là, il faut le déposer de nouveau.") % job)
        elif _order(visitor, family, job):
            ordered.append((key, job.requested_at.isoformat()))
        else:
            refusals.append(_("%s : la même demande est déjà en cours.") % job)
    return Retry(tuple(ordered), tuple(refusals))


def undo_retry(key: str) -> tuple[int, int]:
    """Cancel the jobs of a retry that no worker has begun; return how many, and how many are left. Each is journaled.

    Raises:
        InvalidParameter: the key is too old, or not one of ours.
    """
    try:
        ordered: list[tuple[str, str]] = _UNDO.unsign_object(key, max_age=UNDO_S)
    except BadSignature as error:
        words = _("Il est trop tard pour annuler : arrêtez chaque traitement là où il a été demandé.")
        raise InvalidParameter(words, parameter="annuler") from error
    cancelled = sum(_cancel(name, dt.datetime.fromisoformat(requested)) for name, requested in ordered)
    return cancelled, len(ordered) - cancelled


@transaction.atomic
def _cancel(key: str, requested: dt.datetime) -> bool:
    """Cancel a job of which this request still waits; False when a worker began it, or it is gone."""
    name, _space, number = key.partition(" ")
    family = FAMILIES[name]
    waiting = family.jobs.filter(pk=UUID(number), state=JobState.WAITING, requested_at=requested)
    job = waiting.select_for_update(of=("self",)).first()
    if job is None or not family.kind(job).cancel(job):
        return False
    record(Event.ADMINISTRATION, subject=f"{job._meta.label_lower} {job.pk}", action="cancelled")
    return True


def jobs_of(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return the keys and names of jobs, for the page before they are ordered again.

    Raises:
        InvalidParameter: a key is not one of a job.
    """
    return [(key, str(_job(key)[1])) for key in keys]


def _rows(family: JobFamily, since: dt.datetime) -> QuerySet[Any, dict[str, Any]]:
    progress = {"share": F("progress__share"), "rows": F("progress__rows"), "panels": F("progress__panels")}
    totals = {"export": F("total_rows"), "tableau": F("total_panels")}
    jobs = family.jobs.filter(created_at__gte=since).order_by()
    named = jobs.annotate(
        family=Value(family.name, CharField()),
        title=family.named_by,
        username=F("owner__username"),
        done=JSONObject(total=totals.get(family.name, Value(None, CharField())), **progress),
    )
    columns = ("family", "id", "title", "state", "username", "error", "created_at", "finished_at", "attempts")
    rows: QuerySet[Any, dict[str, Any]] = named.values(*columns, "done")
    return rows


def _share(state: str, done: Mapping[str, Any]) -> int | None:
    """Return the percents of a running job, from the progress that its kind stores."""
    if state != JobState.RUNNING:
        return None
    if isinstance(done.get("share"), int | float):
        return round(100 * float(done["share"]))
    total, part = done.get("total"), done.get("rows") or done.get("panels") or 0
    return min(95, round(95 * int(part) / int(total))) if total else None


def _job(key: str) -> tuple[JobFamily, Any]:
    name, _space, number = key.partition(" ")
    family = FAMILIES.get(name)
    try:
        job = family.jobs.filter(pk=UUID(number)).first() if family else None
    except ValueError:
        job = None
    if family is None or job is None:
        raise InvalidParameter(_("Il n’y a pas de traitement « %s ».") % key[:60], parameter="lignes")
    return family, job


def _has_its_file(family: JobFamily, job: Any) -> bool:
    return isinstance(family.kind(job), FileJobKind) or job.location.exists()


def _order(visitor: Visitor, family: JobFamily, job: Any) -> bool:
    """Put a job in the queue again; False when a worker has it, or another one of the same person and question."""
    kind = family.kind(job)
    try:
        with transaction.atomic():
            if isinstance(job, Upload):
                is_ordered = resume(upload=job, visitor=visitor)
            else:
                is_ordered = kind.jobs.request(job)
                if is_ordered:
                    kind.enqueue(job)
            if is_ordered:
                record(Event.ADMINISTRATION, subject=f"{job._meta.label_lower} {job.pk}", action="retried")
    except IntegrityError:
        return False
    return is_ordered
