"""What the launcher prepares for Django, shows to people and accepts on its command line."""

import json
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings

from gisportal.settings.maps import read_basemaps
from launcher import cli, preparation
from launcher.checks import all_checks
from launcher.cli import STREETS, guide
from launcher.environment import Environment, read
from launcher.preparation import (
    ACCOUNTS_FILE,
    DjangoStep,
    database_fingerprint,
    run_django_steps,
    static_fingerprint,
)
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


def test_three_accounts_are_printed_and_where_the_rest_is(here: Environment) -> None:
    here.data.mkdir()
    names = ("elu", "administrateur", "urbaniste", "agent-jeux")
    accounts = [{"username": name, "password": f"pw-{name}", "groups": ["Lire", "Voir"]} for name in names]
    (here.data / ACCOUNTS_FILE).write_text(json.dumps(accounts))
    assert guide(here).splitlines() == [
        "  urbaniste       pw-urbaniste       Lire, Voir",
        "  agent-jeux      pw-agent-jeux      Lire, Voir",
        "  administrateur  pw-administrateur  Lire, Voir",
        "",
        "  all 4 accounts    .data/demo-accounts.json",
        "  what to try       docs/demo.md",
        "  logs              .data/logs/",
        "  streets on maps   PORTAL_BASEMAPS=fixtures/basemaps/plan-ign.json ./portal up, once it is down",
    ]


def test_no_demonstration_shows_no_accounts(tmp_path: Path) -> None:
    here = read(tmp_path, {"PORTAL_DATA": "/srv/data"})
    assert guide(here).splitlines()[0] == "  logs              /srv/data/logs/"


def test_a_portal_with_a_basemap_is_not_told_how_to_get_one(tmp_path: Path) -> None:
    here = read(tmp_path, {"PORTAL_DATA": "/srv/data", "PORTAL_BASEMAPS": "fixtures/basemaps/plan-ign.json"})
    assert guide(here).splitlines() == ["  logs              /srv/data/logs/"]


def test_the_basemap_with_streets_that_up_names_can_be_read() -> None:
    (entry,) = read_basemaps(str(settings.BASE_DIR / STREETS))
    assert entry["slug"] == "plan-ign"
    assert "PLANIGNV2" in entry["url"]


def test_static_fingerprint_follows_the_files(checkout: Path) -> None:
    before = static_fingerprint(checkout)
    (checkout / "explorer" / "static" / "explorer" / "map.css").touch()
    assert static_fingerprint(checkout) != before


def test_static_fingerprint_ignores_what_is_not_static(checkout: Path) -> None:
    before = static_fingerprint(checkout)
    (checkout / "explorer" / "views.py").touch()
    assert static_fingerprint(checkout) == before


def test_database_fingerprint_follows_code_and_settings(here: Environment) -> None:
    code = here.root / "explorer" / "models.py"
    code.write_text("1")
    before = database_fingerprint(here, {"PORTAL_DEMO": "1"})
    assert database_fingerprint(here, {"PORTAL_DEMO": "1", "PORTAL_PORT": "9000", "PATH": "/bin"}) == before
    assert database_fingerprint(here, {"PORTAL_DEMO": "0"}) != before
    code.write_text("12")
    assert database_fingerprint(here, {"PORTAL_DEMO": "1"}) != before


def test_database_is_prepared_again_when_the_accounts_are_lost(here: Environment) -> None:
    before = database_fingerprint(here, {"PORTAL_DEMO": "1"})
    here.data.mkdir()
    (here.data / ACCOUNTS_FILE).write_text("[]")
    assert database_fingerprint(here, {"PORTAL_DEMO": "1"}) != before


CHAIN = (
    DjangoStep("Database tables", ("migrate",), as_owner=True),
    DjangoStep("Catalogue", ("publish_layers",)),
)


def _django(here: Environment, script: str) -> None:
    """Put a program in the place of Django's process."""
    here.python.parent.mkdir(parents=True)
    here.python.write_text(
        f"#!{sys.executable}\nimport json, sys\nplan = json.loads(sys.stdin.readline())\n{script}"
    )
    here.python.chmod(0o755)
    here.logs.mkdir(parents=True)


def test_commands_of_django_are_steps_in_the_order_they_end(
    here: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    _django(
        here,
        "for step in plan[0]:\n"
        "    for state in ('begins', 'ended'):\n"
        "        print(json.dumps({'title': step['title'], 'state': state}))\n",
    )
    run_django_steps(here, os.environ, [CHAIN])
    marks = [line[:17].strip() for line in capsys.readouterr().out.splitlines()]
    assert marks == ["✓ Database tables", "✓ Catalogue"]


def test_command_of_django_that_fails_is_explained_by_its_log(
    here: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    _django(
        here,
        "step = plan[0][0]\n"
        "open(step['log'], 'a').write('no such table')\n"
        "for state in ('begins', 'failed'):\n"
        "    print(json.dumps({'title': step['title'], 'state': state}), flush=True)\n"
        "sys.stdin.read()\n",  # other commands are still running
    )
    with pytest.raises(StepFailed, match="no such table") as failure:
        run_django_steps(here, os.environ, [CHAIN])
    assert failure.value.remedy.endswith("./portal manage migrate")
    assert capsys.readouterr().out.startswith("✗ Database tables")


def test_django_that_does_not_load_is_explained(here: Environment) -> None:
    _django(here, "sys.exit('no settings')")
    with pytest.raises(StepFailed, match="no settings"):
        run_django_steps(here, os.environ, [CHAIN])


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
