"""A database for as long as a command runs: the one the caller names, or the private cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from launcher.cluster import Cluster, find_cluster
from launcher.environment import OWNER_URL, Environment
from launcher.errors import StepFailed
from launcher.locks import is_last, one_at_a_time, shared_use
from launcher.steps import step

KEEP = "cluster-kept"  # its file says that the cluster outlives the commands: up --detach and cluster start


@contextmanager
def database(environment: Environment) -> Iterator[str]:
    """Give the address of a running database; afterwards the last user stops a cluster nobody asked to keep."""
    if environment.database_url is not None:
        yield environment.database_url
        return
    with shared_use(environment.data / "cluster.lock") as use:
        try:
            yield _started(environment).url
        finally:
            if not (environment.data / KEEP).exists() and is_last(use):
                find_cluster(environment.data).stop(environment.logs / "cluster.log")


def _started(environment: Environment) -> Cluster:
    log = environment.logs / "cluster.log"
    with one_at_a_time(environment.data / "cluster-start.lock"):
        cluster = find_cluster(environment.data)
        if cluster.is_running():
            return cluster.start(log)  # an interrupted preparation is finished
        # Nobody keeps what was not running: a kept cluster ends with its machine.
        (environment.data / KEEP).unlink(missing_ok=True)
        with step("Database server") as note:
            cluster = cluster.start(log)
            note.text = (
                f"PostgreSQL {cluster.server.version}, port {cluster.port}, user {cluster.place.owner.name}"
            )
        return cluster


def owner_variables(environment: Environment) -> dict[str, str]:
    """The address of the tables' owner, as migrations receive it; nothing when the caller's database has one role."""
    if environment.database_url is None:
        return {OWNER_URL: find_cluster(environment.data).owner_url}
    url = environment.variables.get(OWNER_URL)
    return {OWNER_URL: url} if url else {}


def start_again(environment: Environment) -> str:
    """Start the private cluster that died; return its address."""
    is_kept = (environment.data / KEEP).exists()
    url = _started(environment).url
    if is_kept:
        keep(environment)
    return url


def is_running(environment: Environment) -> bool:
    """Whether the private cluster of this checkout runs."""
    if not (environment.data / "cluster.json").exists():
        return False
    try:
        return find_cluster(environment.data).is_running()
    except StepFailed:
        return False  # its PostgreSQL is no longer installed: nothing of it can run


def keep(environment: Environment) -> None:
    """Let the cluster run after the command that started it."""
    if environment.database_url is None:
        (environment.data / KEEP).touch()


def renamed(url: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def stop(environment: Environment) -> bool:
    """Stop the private cluster, whoever uses it; False when it was not running."""
    (environment.data / KEEP).unlink(missing_ok=True)
    if not is_running(environment):
        return False
    find_cluster(environment.data).stop(environment.logs / "cluster.log")
    return True
