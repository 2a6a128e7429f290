"""Where the private database goes: the socket's length, the pointer file, the user."""

import json
import os
from pathlib import Path

import pytest

from launcher import placement
from launcher.placement import (
    LONGEST_NAME,
    SOCKET_LIMIT,
    Owner,
    find_location,
    remember,
    remembered,
    socket_folder,
)
from launcher.steps import StepFailed

ME = Owner("me", os.getuid(), os.getgid(), borrowed=False)


class Outsider(Owner):
    """A user who may not enter the folder, without needing root to try."""

    def may_enter(self, folder: Path) -> bool:
        return False


def test_socket_is_beside_the_database_when_its_path_is_short() -> None:
    assert socket_folder(Path("/srv/portal/.data/postgresql"), ME) == Path(
        "/srv/portal/.data/postgresql/socket"
    )


@pytest.mark.parametrize("length", [60, 75, 80, 90, 107, 200, 900])
def test_socket_path_always_fits_the_kernel(length: int) -> None:
    home = Path("/" + "é" * (length // 2))
    assert len(os.fsencode(socket_folder(home, ME) / LONGEST_NAME)) <= SOCKET_LIMIT


def test_two_long_paths_have_two_socket_folders() -> None:
    long = Path("/" + "a" * 150)
    assert socket_folder(long / "one", ME) != socket_folder(long / "two", ME)


def test_runtime_folder_of_the_session_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert socket_folder(Path("/" + "a" * 150), ME).parent == Path("/run/user/1000")


def test_database_is_elsewhere_when_its_user_may_not_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outsider = Outsider("postgres", ME.uid, ME.gid, borrowed=True)
    monkeypatch.setattr(placement, "database_owner", lambda _existing: outsider)
    place = find_location(tmp_path / "data", elsewhere=tmp_path / "elsewhere")
    assert place.home.parent == tmp_path / "elsewhere"


def test_kept_place_is_found_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    remember(tmp_path, home=kept, port=25000)
    assert find_location(tmp_path).home == kept
    assert remembered(tmp_path)["port"] == 25000


def test_pointer_that_came_with_a_copied_folder_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text(
        json.dumps({"data": "/elsewhere", "home": "/elsewhere/pg", "port": 1})
    )
    assert remembered(tmp_path) == {}


@pytest.mark.parametrize("damaged", ["", "{", "[]", '"text"'])
def test_damaged_pointer_is_ignored(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "cluster.json").write_text(damaged)
    assert remembered(tmp_path) == {}


def test_private_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(StepFailed, match="belongs to another user"):
        ME.private_folder(tmp_path / "link")


def test_private_folder_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    assert ME.private_folder(tmp_path / "open").stat().st_mode & 0o777 == 0o700


def test_borrowed_user_is_taken_on_before_the_program() -> None:
    command = Owner("postgres", 101, 104, borrowed=True).command("initdb", Path("/x"))
    assert command == ["setpriv", "--reuid=101", "--regid=104", "--init-groups", "initdb", "/x"]


def test_own_user_runs_the_program_itself() -> None:
    assert ME.command("initdb") == ["initdb"]
