"""What the launcher prepares for Django, shows to people and accepts on its command line."""

import json
import os
import sys
from pathlib import Path

import pytest

from launcher import cli, preparation
from launcher.checks import all_checks
from launcher.cli import accounts_table
from launcher.environment import Environment, read
from launcher.preparation import static_fingerprint
from launcher.reset import reset
from launcher.steps import StepFailed, run_in_foreground


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / "explorer" / "static" / "explorer").mkdir(parents=True)
    (tmp_path / "explorer" / "static" / "explorer" / "map.js").write_text("1")
    return tmp_path


@pytest.fixture
def here(checkout: Path) -> Environment:
    return read(checkout, {})


def test_accounts_are_shown_by_kind_as_columns(tmp_path: Path) -> None:
    accounts = [
        {"username": "elu", "password": "pw", "kind": "elected", "groups": ["Élus"], "description": "Lire"},
        {"username": "chef", "password": "p", "kind": "agent", "groups": ["a", "b"], "description": "Tout"},
    ]
    (tmp_path / "accounts.json").write_text(json.dumps(accounts))
    assert accounts_table(tmp_path / "accounts.json").splitlines() == [
        "Directorates",
        "  chef  p   a, b: Tout",
        "Elected",
        "  elu   pw  Élus: Lire",
    ]


def test_an_account_without_kind_is_shown_with_the_others(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text(json.dumps([{"username": "chef", "password": "p"}]))
    assert accounts_table(tmp_path / "accounts.json").splitlines() == ["Others", "  chef  p"]


def test_no_demonstration_shows_no_accounts(tmp_path: Path) -> None:
    assert accounts_table(tmp_path / "none.json") == ""


def test_static_fingerprint_follows_the_files(checkout: Path) -> None:
    before = static_fingerprint(checkout)
    (checkout / "explorer" / "static" / "explorer" / "map.css").touch()
    assert static_fingerprint(checkout) != before


def test_static_fingerprint_ignores_what_is_not_static(checkout: Path) -> None:
    before = static_fingerprint(checkout)
    (checkout / "explorer" / "views.py").touch()
    assert static_fingerprint(checkout) == before


def test_npm_runs_again_when_the_lock_changes(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    (here.root / "node_modules").mkdir()
    commands: list[list[str]] = []
    monkeypatch.setattr(preparation, "run", lambda command, **_options: commands.append(command))
    said = [preparation.ensure_npm(here), preparation.ensure_npm(here)]
    (here.root / "package-lock.json").write_text("changed")
    said.append(preparation.ensure_npm(here))
    assert said == ["installed package-lock.json", "up to date", "installed package-lock.json"]
    assert all("--ignore-scripts" in command for command in commands)


def test_reset_refuses_a_folder_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(StepFailed, match="was not made by this script"):
        reset(read(tmp_path, {"PORTAL_DATA": "home"}), confirmed=True)
    assert (tmp_path / "home").is_dir()


def test_reset_without_anybody_to_ask_refuses(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    here.data.mkdir()
    (here.data / ".gisportal-data").touch()
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(StepFailed, match="nobody is there to confirm"):
        reset(here, confirmed=False)
    assert here.data.is_dir()


def test_exit_code_of_a_program_is_passed_on(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "raise SystemExit(5)"]
    assert run_in_foreground(program, variables=os.environ, folder=tmp_path) == 5


def test_program_ended_by_a_signal_gives_the_code_of_a_shell(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    assert run_in_foreground(program, variables=os.environ, folder=tmp_path) == 137


def test_options_after_test_belong_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def remember(_environment: Environment, arguments: list[str]) -> int:
        seen.append(arguments)
        return 0

    monkeypatch.setitem(cli.PASSING_ON, "test", remember)
    assert cli.main(["test", "-k", "name", "--lf"]) == 0
    assert seen == [["-k", "name", "--lf"]]


def test_failure_is_explained_and_not_thrown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_PORT", "no")
    assert cli.main(["down"]) == 1
    assert "remedy: " in capsys.readouterr().err


def test_every_kind_of_file_has_its_check() -> None:
    names = {check.name for check in all_checks(Path(__file__).parents[3])}
    assert {
        "Python lint",
        "Types",
        "Import contracts",
        "Templates",
        "Dockerfile",
        "YAML",
        "Shell scripts",
    } <= names
