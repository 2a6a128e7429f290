"""Starting afresh: the one command that deletes, so it asks, and deletes only what the launcher made."""

import shutil
import sys

from launcher import cluster, programs, supervision
from launcher.environment import Environment, is_ours
from launcher.placement import ClusterLocation, find_location
from launcher.steps import StepFailed, step

WORD = "reset"


def reset(environment: Environment, *, confirmed: bool) -> int:
    """Stop everything and remove the data folder, with the database wherever it lives."""
    if not environment.data.exists():
        print("Nothing to remove.")
        return 0
    if not is_ours(environment.data):
        raise StepFailed(
            f"{environment.data} was not made by this script",
            "remove by hand what should go, or correct PORTAL_DATA",
        )
    if not confirmed and not _confirms(environment):
        print("Nothing was removed.")
        return 1
    with step("Removed data"):
        supervision.stop(environment.data)
        programs.stop_worker(environment.data)
        programs.stop_site(environment.data)
        cluster.stop_cluster(environment)
        _remove(environment, find_location(environment.data))
    return 0


def _confirms(environment: Environment) -> bool:
    if not sys.stdin.isatty():
        raise StepFailed("nobody is there to confirm", "./portal reset --yes")
    print(f"This deletes {environment.data}: the database, the uploaded files, the secrets.")
    return input(f"Type {WORD!r} to go on: ").strip() == WORD


def _remove(environment: Environment, location: ClusterLocation) -> None:
    for folder in (location.socket, location.home, environment.data):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StepFailed(
                f"{error.filename}: {error.strerror}", f"remove it as its owner: rm -r {folder}"
            ) from error
