"""From a bare machine to a prepared checkout: packages, Python, Node. Each part is quick when nothing changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from launcher import needs, node_env, packages, python_env
from launcher.environment import Environment, ensure_data_folder
from launcher.locks import one_at_a_time
from launcher.needs import Need
from launcher.steps import step


@contextmanager
def prepared(
    environment: Environment,
    *,
    development: bool = False,
    with_database: bool = True,
    extra: Sequence[Need] = (),
) -> Iterator[None]:
    """Install what is missing, and hold the checkout's set-up lock for what the caller prepares inside."""
    ensure_data_folder(environment)
    own_server = with_database and environment.database_url is None
    wanted = (*needs.PROGRAMS_AND_LIBRARIES, *(needs.DATABASE if own_server else ()), *extra)
    with one_at_a_time(environment.data / "setup.lock"):
        with step("Debian packages") as note:
            note.text = packages.ensure(wanted, log=environment.logs / "apt.log")
        with step("Python environment") as note:
            note.text = python_env.ensure(environment, development=development)
        with step("Browser libraries and tools") as note:
            note.text = node_env.ensure(environment)
        yield
