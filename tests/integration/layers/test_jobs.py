"""The life of a job, the same for every kind: steps, dead workers, faults, cancellations, heartbeats, cleaning."""

from __future__ import annotations

import datetime as dt
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from layers.errors import BadRequest, Busy, TooManyRequests
from layers.models import SILENT_AFTER, FileJob, Job, JobQuerySet
from layers.services import jobs as runner
from layers.services.jobs import FileJobKind, JobRun, JobStopped
from layers.services.work_folders import folder_size, remove_abandoned
from layers.visitor import Visitor
from layers.vocabulary import UNFINISHED, JobState
from tests.jobs import CASES, FILE_CASES, JobCase, replace_work

pytestmark = pytest.mark.django_db
OLD_S = 7_200
ENDED = sorted(set(JobState) - set(UNFINISHED))


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path, media: Path) -> Path:
    """The folder of the files of a test."""
    settings.PREPARED_FOLDER = settings.DASHBOARD_FOLDER = settings.ROAD_WORKS_FOLDER = tmp_path / "prepared"
    settings.INVENTORY_FOLDER = settings.PREPARED_FOLDER
    settings.REGISTER_FOLDER = settings.PREPARED_FOLDER
    settings.SHEETS_FOLDER = settings.PREPARED_FOLDER
    (tmp_path / "prepared").mkdir()
    return tmp_path / "prepared"


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> JobCase:
    """Each kind of job."""
    return CASES[request.param]


@pytest.fixture(params=FILE_CASES)
def file_case(request: pytest.FixtureRequest) -> JobCase:
    """Each kind of job that prepares a file."""
    return FILE_CASES[request.param]


@pytest.fixture
def job(case: JobCase) -> Job:
    """A job that waits."""
    return case.create()


def nothing(_job: Job, _run: JobRun) -> None:
    """Do nothing."""


def become(job: Job, **columns: Any) -> Job:
    """Write columns of a job, and return it."""
    type(job)._default_manager.filter(pk=job.pk).update(**columns)
    job.refresh_from_db()
    return job


def error_of(job: Job) -> str:
    job.refresh_from_db()
    return job.error


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


STEPS: dict[str, tuple[Callable[[JobQuerySet[Any], Job], bool], set[JobState]]] = {
    "request": (lambda jobs, job: jobs.request(job), set(ENDED)),
    "begin": (lambda jobs, job: jobs.begin(job.pk), {JobState.WAITING, JobState.RUNNING}),
    "store": (lambda jobs, job: jobs.store(job, error="x"), {JobState.RUNNING}),
    "finish": (lambda jobs, job: jobs.finish(job), {JobState.RUNNING}),
    "fail": (lambda jobs, job: jobs.fail(job, "x"), {JobState.RUNNING}),
    "put back": (lambda jobs, job: jobs.put_back(job), {JobState.RUNNING}),
    "cancel": (lambda jobs, job: jobs.cancel(job), {JobState.WAITING, JobState.RUNNING}),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_leaves_only_its_states(case: JobCase, job: Job, step: str) -> None:
    take, allowed = STEPS[step]
    taken = {state for state in case.states if take(case.kind.jobs, become(job, state=state, attempts=1))}
    assert taken == allowed & set(case.states)


@pytest.mark.parametrize("step", ["store", "finish", "fail", "put back"])
@pytest.mark.parametrize(
    "change", [{"attempts": 2}, {"requested_at": dt.datetime.now(dt.UTC)}], ids=["attempt", "request"]
)
def test_a_step_of_a_former_run_changes_nothing(
    case: JobCase, job: Job, step: str, change: dict[str, Any]
) -> None:
    become(job, state=JobState.RUNNING, attempts=1)
    case.kind.jobs.filter(pk=job.pk).update(**change)
    assert not STEPS[step][0](case.kind.jobs, job)
    assert state_of(job) == JobState.RUNNING


def test_a_former_request_cancels_no_later_one(case: JobCase, job: Job) -> None:
    case.kind.jobs.filter(pk=job.pk).update(requested_at=timezone.now())
    assert not case.kind.cancel(job)
    assert state_of(job) == JobState.WAITING


def test_a_request_forgets_the_run_before(case: JobCase, job: Job) -> None:
    become(
        job, state=JobState.FAILED, attempts=3, error="x", progress={"rows": 1}, finished_at=timezone.now()
    )
    case.kind.jobs.request(job)
    job.refresh_from_db()
    assert [job.attempts, job.error, job.progress, job.finished_at] == [0, "", {}, None]


def test_a_run_ends_ready(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_work(monkeypatch, case, nothing)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.READY
    assert job.attempts == 1
    assert job.finished_at is not None


def test_an_ended_job_is_not_begun(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    replace_work(monkeypatch, case, lambda job, _run: runs.append(job.state))
    for state in set(case.states) & set(ENDED):
        become(job, state=state)
        case.kind.run(job.pk)
        assert state_of(job) == state
    assert runs == []


def test_a_worker_killed_halfway_is_followed_by_another(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_job: Job, _run: JobRun) -> None:
        raise KeyboardInterrupt

    replace_work(monkeypatch, case, killed)
    with pytest.raises(KeyboardInterrupt):
        case.kind.run(job.pk)
    assert state_of(job) == JobState.RUNNING
    replace_work(monkeypatch, case, nothing)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.READY
    assert job.attempts == 2


def test_a_job_that_killed_several_workers_is_given_up(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Job] = []
    replace_work(monkeypatch, case, lambda job, _run: runs.append(job))
    become(job, state=JobState.RUNNING, attempts=3)
    case.kind.run(job.pk)
    assert runs == []
    assert state_of(job) == JobState.FAILED
    assert "plusieurs fois" in job.error


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_transient_error_puts_the_job_back_before_it_fails(
    case: JobCase, job: Job, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_job: Job, _run: JobRun) -> None:
        raise error("server closed the connection unexpectedly")

    replace_work(monkeypatch, case, away)
    with pytest.raises(error):
        case.kind.run(job.pk)
    assert state_of(job) == JobState.WAITING
    replace_work(monkeypatch, case, nothing)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.READY


def test_a_transient_error_at_each_attempt_fails_the_job(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_job: Job, _run: JobRun) -> None:
        raise OperationalError

    replace_work(monkeypatch, case, away)
    for _attempt in range(3):
        with pytest.raises(OperationalError):
            case.kind.run(job.pk)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.FAILED


def test_a_fault_of_ours_is_for_the_log(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_job: Job, _run: JobRun) -> None:
        raise RuntimeError("secret")

    replace_work(monkeypatch, case, broken)
    with pytest.raises(RuntimeError):
        case.kind.run(job.pk)
    assert "consignée" in error_of(job)
    assert "secret" not in job.error
    assert job.state == JobState.FAILED


def test_a_refusal_is_for_the_page(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_job: Job, _run: JobRun) -> None:
        raise BadRequest("La couche a changé.")

    replace_work(monkeypatch, case, refused)
    case.kind.run(job.pk)
    assert error_of(job) == "La couche a changé."
    assert job.state == JobState.FAILED


def test_a_full_disk_is_for_the_page(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_job: Job, _run: JobRun) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    replace_work(monkeypatch, case, full)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.FAILED
    assert "place" in job.error


def test_a_postponed_work_counts_as_no_attempt(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_job: Job, _run: JobRun) -> None:
        raise Busy("Un autre travail est en cours.", retry_after=1)

    monkeypatch.setattr(case.kind, "postponed", (Busy,))
    replace_work(monkeypatch, case, held)
    with pytest.raises(Busy):
        case.kind.run(job.pk)
    assert state_of(job) == JobState.WAITING
    assert job.attempts == 0


def test_a_work_postponed_for_long_fails(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(_job: Job, _run: JobRun) -> None:
        raise Busy("Un autre travail est en cours.", retry_after=1)

    monkeypatch.setattr(case.kind, "postponed", (Busy,))
    replace_work(monkeypatch, case, held)
    become(job, requested_at=timezone.now() - SILENT_AFTER * 2)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.FAILED


@pytest.mark.parametrize("error", [None, OperationalError, RuntimeError, JobStopped])
def test_what_ends_a_cancelled_work_is_no_fault(
    case: JobCase, job: Job, error: type[Exception] | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(job: Job, _run: JobRun) -> None:
        case.kind.cancel(job)
        if error is not None:
            raise error

    replace_work(monkeypatch, case, cancelled)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.CANCELLED
    assert job.error == ""
    assert list(folder.iterdir()) == []


def test_a_work_reports_to_nobody_once_it_is_stopped(case: JobCase, job: Job) -> None:
    run = JobRun(case.kind.jobs, job)
    run.is_stopped = True
    with pytest.raises(JobStopped):
        run.report(rows=1)


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_stops_the_statement_under_way(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []

    def sleep(job: Job, _run: JobRun) -> None:
        case.kind.cancel(job)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")
        except OperationalError as error:
            ends.append(str(error))
            raise

    monkeypatch.setattr(runner, "HEARTBEAT_S", 0.01)
    replace_work(monkeypatch, case, sleep)
    case.kind.run(job.pk)
    assert "canceling statement due to user request" in ends[0]
    assert state_of(job) == JobState.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_stores_the_progress(case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = Event()

    def wait(job: Job, run: JobRun) -> None:
        run.report(rows=2)
        until = time.monotonic() + 30
        while time.monotonic() < until and not stored.wait(0.01):
            if case.kind.jobs.filter(pk=job.pk, progress__rows=2, heartbeat_at__gt=job.heartbeat_at).exists():
                stored.set()

    monkeypatch.setattr(runner, "HEARTBEAT_S", 0.01)
    replace_work(monkeypatch, case, wait)
    case.kind.run(job.pk)
    assert stored.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_goes_on_when_the_database_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[bool] = []
    stored, beat = Event(), JobRun._beat

    def away_once(run: JobRun) -> bool:
        beats.append(True)
        if len(beats) == 1:
            raise OperationalError
        stored.set()
        return beat(run)

    monkeypatch.setattr(runner, "HEARTBEAT_S", 0.01)
    monkeypatch.setattr(JobRun, "_beat", away_once)
    case = CASES["export"]
    replace_work(monkeypatch, case, lambda _job, _run: stored.wait(30))
    job = case.create()
    case.kind.run(job.pk)
    assert len(beats) > 1
    assert state_of(job) == JobState.READY


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_the_later_one_ends_the_job(
    case: JobCase, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(job: Job, _run: JobRun) -> None:
        replace_work(monkeypatch, case, nothing)
        case.kind.run(job.pk)

    replace_work(monkeypatch, case, first)
    case.kind.run(job.pk)
    assert state_of(job) == JobState.READY
    assert job.attempts == 2
    if isinstance(job, FileJob):
        assert job.path.read_text() == "rows"


def silent(job: Job) -> Job:
    """Let a job be without news for long."""
    return become(job, state=JobState.RUNNING, heartbeat_at=timezone.now() - SILENT_AFTER * 2)


def queued(job: Job) -> int:
    return ProcrastinateJob.objects.filter(args__pk=str(job.pk)).count()


def test_a_silent_job_goes_back_to_the_queue(case: JobCase, job: Job) -> None:
    silent(job)
    assert job.is_silent
    case.kind.clean()
    assert queued(job) == 1


def test_a_job_with_a_heartbeat_is_left_alone(case: JobCase, job: Job) -> None:
    become(job, state=JobState.RUNNING, heartbeat_at=timezone.now())
    assert not job.is_silent
    case.kind.clean()
    assert queued(job) == 0


@pytest.mark.parametrize("name", ["pk", "key"])
def test_a_job_that_waits_in_the_queue_is_not_put_there_twice(case: JobCase, job: Job, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES"
            " ('default', %s, jsonb_build_object(%s::text, %s::text))",
            [case.kind.task, name, str(job.pk)],
        )
    case.kind.enqueue(job)
    assert ProcrastinateJob.objects.count() == 1


def visitor(name: str = "") -> Visitor:
    """Return a client: an account of that name, or nobody's."""
    account = get_user_model()._default_manager.create_user(name) if name else None
    pk = account.pk if account else None
    return Visitor(instant=timezone.now(), user_id=pk, username=name, client_key=name or "192.0.2.1")


def requested(case: JobCase, visitor: Visitor, digest: str = "d") -> FileJob:
    """Request a file."""
    assert isinstance(case.kind, FileJobKind)
    job: FileJob = case.kind.request(visitor=visitor, digest=digest, columns=case.columns)
    return job


def prepared(case: JobCase, monkeypatch: pytest.MonkeyPatch) -> FileJob:
    """Prepare a file."""
    job = case.create()
    replace_work(monkeypatch, case, nothing)
    case.kind.run(job.pk)
    job.refresh_from_db()
    assert isinstance(job, FileJob)
    return job


def test_a_request_waits_in_the_queue(file_case: JobCase) -> None:
    job = requested(file_case, visitor())
    assert state_of(job) == JobState.WAITING
    assert queued(job) == 1


def test_who_asks_for_the_same_again_gets_the_same_job(file_case: JobCase) -> None:
    person = visitor("anne")
    assert requested(file_case, person) == requested(file_case, person)


def test_another_question_is_another_job(file_case: JobCase) -> None:
    person = visitor("anne")
    assert requested(file_case, person) != requested(file_case, person, "other")


def test_two_clients_share_no_job(file_case: JobCase) -> None:
    assert requested(file_case, visitor("anne")) != requested(file_case, visitor("jean"))


def test_requests_of_nobody_are_never_put_together(file_case: JobCase) -> None:
    nobody = visitor()
    assert requested(file_case, nobody) != requested(file_case, nobody)


def test_a_client_has_a_bound(file_case: JobCase, settings: Settings) -> None:
    settings.PREPARED_MAX_WAITING_EACH = 1
    nobody = visitor()
    requested(file_case, nobody)
    with pytest.raises(TooManyRequests):
        requested(file_case, nobody)


def test_all_clients_together_have_a_bound(file_case: JobCase, settings: Settings) -> None:
    settings.PREPARED_MAX_WAITING = 1
    requested(file_case, visitor("anne"))
    with pytest.raises(Busy):
        requested(file_case, visitor("jean"))


def test_a_prepared_file_is_alone_and_private(
    file_case: JobCase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = prepared(file_case, monkeypatch)
    assert list(folder.iterdir()) == [job.path]
    assert job.path.stat().st_mode & 0o777 == 0o600
    assert job.written_bytes == len("rows")


def test_what_is_written_so_far_is_progress(file_case: JobCase, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[dict[str, Any]] = []

    def watch(job: Job, run: JobRun) -> None:
        (half,) = file_case.kind.model.folder().glob(f"{job.pk}-*")
        (half / "rows").write_text("abc")
        run._beat()
        job.refresh_from_db()
        stored.append(job.progress)

    replace_work(monkeypatch, file_case, watch)
    file_case.kind.run(file_case.create().pk)
    assert stored == [{"bytes": 3}]


def test_a_removed_job_leaves_nothing(
    file_case: JobCase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(file_case.kind, FileJobKind)
    file_case.kind.remove(prepared(file_case, monkeypatch))
    assert list(folder.iterdir()) == []
    assert not file_case.kind.jobs.exists()


def test_a_job_removed_while_it_is_written_leaves_nothing(
    file_case: JobCase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = file_case.kind
    assert isinstance(kind, FileJobKind)
    replace_work(monkeypatch, file_case, lambda job, _run: kind.remove(job))
    kind.run(file_case.create().pk)
    assert list(folder.iterdir()) == []


def test_an_old_file_expires(file_case: JobCase, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = prepared(file_case, monkeypatch)
    become(job, finished_at=timezone.now() - dt.timedelta(hours=25))
    file_case.kind.clean()
    assert state_of(job) == JobState.EXPIRED
    assert list(folder.iterdir()) == []


def test_the_oldest_files_go_when_room_is_short(
    file_case: JobCase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = prepared(file_case, monkeypatch), prepared(file_case, monkeypatch)
    settings.PREPARED_MAX_BYTES = new.written_bytes
    file_case.kind.clean()
    assert [path.exists() for path in (old.path, new.path)] == [False, True]


def test_jobs_that_ended_a_week_ago_are_forgotten(file_case: JobCase) -> None:
    become(file_case.create(), state=JobState.FAILED, finished_at=timezone.now() - dt.timedelta(days=8))
    file_case.kind.clean()
    assert not file_case.kind.jobs.exists()


def aged(path: Path) -> Path:
    """Make something look two hours old."""
    before = time.time() - OLD_S
    os.utime(path, (before, before))
    return path


def test_what_no_job_names_goes_and_what_one_names_stays(file_case: JobCase, folder: Path) -> None:
    waiting = file_case.create()
    (folder / "left-by-somebody").mkdir()
    (folder / "left.csv").touch()
    (folder / f"{waiting.pk}.csv").touch()
    for path in folder.iterdir():
        aged(path)
    file_case.kind.clean()
    assert [path.name for path in folder.iterdir()] == [f"{waiting.pk}.csv"]


Deletion = Callable[[Path, int], None]


@pytest.fixture
def delete_at_stat(monkeypatch: pytest.MonkeyPatch) -> Deletion:
    """Delete a path, as another process does, just before its n-th ``stat``."""
    real: Any = Path.stat

    def schedule(target: Path, number: int) -> None:
        calls = []

        def stat(path: Path, **options: Any) -> Any:
            if path == target:
                calls.append(path)
                if len(calls) == number:
                    target.rmdir() if os.path.isdir(target) else target.unlink()
            return real(path, **options)

        monkeypatch.setattr(Path, "stat", stat)

    return schedule


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_file_deleted_by_another_process_stops_no_cleaning(
    folder: Path, delete_at_stat: Deletion, number: int
) -> None:
    files = [folder / name for name in ("first.csv", "second.csv")]
    for file in files:
        file.touch()
        aged(file)
    delete_at_stat(files[0], number)
    CASES["export"].kind.clean()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_folder_deleted_by_another_process_stops_no_cleaning(
    tmp_path: Path, delete_at_stat: Deletion, number: int
) -> None:
    folders = [tmp_path / name for name in ("tmp-first", "tmp-second")]
    for path in folders:
        path.mkdir()
        aged(path)
    delete_at_stat(folders[0], number)
    remove_abandoned(tmp_path, "tmp")
    assert [path.exists() for path in folders] == [False, False]


@pytest.mark.parametrize("number", [1, 2])
def test_a_file_deleted_by_its_writer_stops_no_heartbeat(
    tmp_path: Path, delete_at_stat: Deletion, number: int
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("abc")
    delete_at_stat(tmp_path / "a", number)
    assert folder_size(tmp_path) in {3, 6}
