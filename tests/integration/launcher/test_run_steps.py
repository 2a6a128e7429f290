"""The process that runs Django's commands of a preparation, as the launcher speaks to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).resolve().parents[3] / "deploy" / "run_steps.py"
PATIENCE_S = 120
WHO = "from django.db import connection; print(connection.settings_dict['USER'])"
ENDLESS = "import signal; signal.pause()"
VARIABLES = {
    **os.environ,
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/none",
    "PORTAL_DATABASE_OWNER_URL": "postgresql://portal_owner@127.0.0.1:1/none",
    "PORTAL_DEMO": "0",
    "DJANGO_SETTINGS_MODULE": "without_applications",
}
# The portal's settings; its applications, which no command of these tests needs, take seconds to load.
SETTINGS = "from gisportal.settings.base import *\nINSTALLED_APPS = []\n"


def step(folder: Path, title: str, *words: str, as_owner: bool = False) -> dict[str, Any]:
    return {"title": title, "words": words, "log": str(folder / f"{title}.log"), "as_owner": as_owner}


def started(folder: Path, plan: list[list[dict[str, Any]]]) -> subprocess.Popen[str]:
    (folder / "without_applications.py").write_text(SETTINGS)
    variables = VARIABLES | {"PYTHONPATH": str(folder)}
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM)], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert program.stdin is not None
    program.stdin.write(f"{json.dumps(plan)}\n")
    program.stdin.flush()
    return program


def events(output: str) -> list[tuple[str, str]]:
    return [(event["title"], event["state"]) for event in map(json.loads, output.splitlines())]


def test_commands_of_a_chain_run_in_turn_each_as_its_role(tmp_path: Path) -> None:
    chain = [
        step(tmp_path, "tables", "shell", "--no-imports", "-c", WHO, as_owner=True),
        step(tmp_path, "rows", "shell", "--no-imports", "-c", WHO),
    ]
    with started(tmp_path, [chain]) as program:
        assert program.stdout is not None
        output = program.stdout.read()  # its input stays open, as the launcher's does
    assert program.returncode == 0
    assert events(output) == [
        ("tables", "begins"),
        ("tables", "ended"),
        ("rows", "begins"),
        ("rows", "ended"),
    ]
    assert (tmp_path / "tables.log").read_text() == "portal_owner\n"
    assert (tmp_path / "rows.log").read_text() == "portal\n"


def test_failure_ends_the_other_chain_and_what_would_follow(tmp_path: Path) -> None:
    failing = [step(tmp_path, "demo", "no_such_command"), step(tmp_path, "later", "help")]
    endless = [step(tmp_path, "endless", "shell", "--no-imports", "-c", ENDLESS)]
    with started(tmp_path, [failing, endless]) as program:
        assert program.stdout is not None
        output = program.stdout.read()
    assert program.returncode == 1
    assert set(events(output)) == {("demo", "begins"), ("demo", "failed"), ("endless", "begins")}
    assert (tmp_path / "demo.log").read_text().startswith("CommandError: Unknown command")


def test_commands_end_with_who_asked_for_them(tmp_path: Path) -> None:
    with started(tmp_path, [[step(tmp_path, "endless", "shell", "--no-imports", "-c", ENDLESS)]]) as program:
        assert program.stdout is not None
        assert events(program.stdout.readline()) == [("endless", "begins")]
        program.communicate(timeout=PATIENCE_S)  # closes its input; its output ends with the last command
    assert program.returncode == 1
