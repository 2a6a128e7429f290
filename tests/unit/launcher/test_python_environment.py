"""How the Python environment is made: by uv, or by pip where uv cannot be had; again when its sources changed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import python_environment
from launcher.environment import Environment, read
from launcher.python_environment import (
    PYTHON_STAMP,
    bundled_pip,
    ensure_python,
    python_fingerprint,
    uv_variables,
)
from launcher.steps import StepFailed


@pytest.fixture
def here(tmp_path: Path) -> Environment:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name)
    return read(tmp_path, {})


def test_stamped_python_environment_is_left_alone(here: Environment) -> None:
    folder = here.root / ".venv"
    (folder / "bin").mkdir(parents=True)
    here.python.touch()
    (folder / PYTHON_STAMP).write_text(json.dumps(python_fingerprint(here.root, folder)))
    assert ensure_python(here, development=True) == "up to date"


def test_changed_requirements_are_installed(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    test_stamped_python_environment_is_left_alone(here)
    commands: list[list[str]] = []
    monkeypatch.setattr(python_environment, "run", lambda command, **_options: commands.append(command))
    (here.root / "requirements.txt").write_text("changed")
    assert ensure_python(here, development=False) == "installed requirements.txt"
    assert [Path(command[0]).name for command in commands] == ["python", "uv"]
    assert commands[1][1:3] == ["pip", "install"]


def test_every_installation_checks_hashes(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    installations = [command for command in _without_uv(here, monkeypatch) if "install" in command]
    assert len(installations) == 2
    assert all("--require-hashes" in command for command in installations)


def test_pip_installs_where_uv_cannot_be_had_and_the_reason_is_said(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_uv(here, monkeypatch)
    note = ensure_python(here, development=False)
    assert note == "installed requirements.txt by pip, since uv cannot be used: no uv here"


def _without_uv(here: Environment, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Prepare an environment on an index without uv; return the commands."""
    commands: list[list[str]] = []

    def pretend(command: list[str], **_options: object) -> None:
        commands.append(command)
        (here.root / ".venv").mkdir(exist_ok=True)
        if command[-1].endswith(python_environment.INSTALLER):
            raise StepFailed("looking\nno uv here", "")

    monkeypatch.setattr(python_environment, "run", pretend)
    ensure_python(here, development=False)
    (here.root / ".venv" / PYTHON_STAMP).unlink()
    return commands


CONFIGURED = """\
global.index-url='https://global.example/simple'
global.constraint='/etc/constraints.txt'
install.index-url='https://user:secret@pypi.example/simple'
:env:.extra-index-url='https://a.example\\nhttps://b.example'
:env:.find-links='{folder} /no/such/folder https://files.example/wheels'
:env:.cert='/etc/ca.crt'
"""


def test_uv_receives_what_pip_is_configured_with(tmp_path: Path) -> None:
    variables = uv_variables({}, CONFIGURED.format(folder=tmp_path))
    assert variables["UV_DEFAULT_INDEX"] == "https://user:secret@pypi.example/simple"
    assert variables["UV_INDEX"] == "https://a.example https://b.example"
    assert (
        variables["UV_FIND_LINKS"] == f"{tmp_path},https://files.example/wheels"
    )  # pip ignores what is not there
    assert variables["SSL_CERT_FILE"] == "/etc/ca.crt"


def test_variables_that_the_caller_gave_to_uv_stay() -> None:
    variables = uv_variables({"UV_DEFAULT_INDEX": "https://mine.example", "PATH": "/bin"}, CONFIGURED)
    assert variables["UV_DEFAULT_INDEX"] == "https://mine.example"
    assert variables["PATH"] == "/bin"


def test_pip_that_comes_with_python_runs_without_installation() -> None:
    command = [sys.executable, str(bundled_pip()), "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("pip ")


def test_half_made_python_environment_is_made_again(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = here.root / ".venv" / "lib" / "half"
    left.mkdir(parents=True)
    commands: list[list[str]] = []

    def pretend(command: list[str], **_options: object) -> None:
        commands.append(command)
        (here.root / ".venv").mkdir(exist_ok=True)

    monkeypatch.setattr(python_environment, "run", pretend)
    ensure_python(here, development=False)
    assert commands[0][1:3] == ["-m", "venv"]
    assert not left.exists()


def test_python_environment_of_a_moved_checkout_is_made_again(
    here: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_stamped_python_environment_is_left_alone(here)
    stamp = here.root / ".venv" / PYTHON_STAMP
    stamp.write_text(stamp.read_text().replace(str(here.root), "/where/it/was"))
    commands: list[list[str]] = []

    def pretend(command: list[str], **_options: object) -> None:
        commands.append(command)
        (here.root / ".venv").mkdir(exist_ok=True)

    monkeypatch.setattr(python_environment, "run", pretend)
    ensure_python(here, development=False)
    assert commands[0][1:3] == ["-m", "venv"]


def test_interrupted_installation_leaves_no_stamp(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    test_stamped_python_environment_is_left_alone(here)
    (here.root / "requirements-dev.txt").write_text("changed")

    def interrupted(_command: list[str], **_options: object) -> None:
        raise StepFailed("killed", "again")

    monkeypatch.setattr(python_environment, "run", interrupted)
    with pytest.raises(StepFailed):
        ensure_python(here, development=True)
    assert not (here.root / ".venv" / PYTHON_STAMP).exists()
