"""The checks of the house: each is a program, all are run, every failure is shown."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.advice import advice
from launcher.applications import applications
from launcher.environment import Environment, django_variables

SCRIPTS = ("portal", ".ci/run", "deploy/entrypoint.sh")
NO_DATABASE = (
    "postgresql://nobody@127.0.0.1:1/none"  # makemigrations warns that it cannot connect, and goes on
)
YAML_RULES = "{extends: default, rules: {line-length: {max: 120}}}"
UNPOOLED = {"DJANGO_SETTINGS_MODULE": "gisportal.settings.test"}  # a pool would wait for that database
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "gisportal.settings.base",
    "PORTAL_DEMO": "0",
    "PORTAL_HOSTS": "portail.example.org",
    "PORTAL_PROXIES": "1",
    "PORTAL_EMAIL_URL": "smtps://courriel.example.org",
    "PORTAL_DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1:1/none",
}


@dataclass(frozen=True)
class Check:
    """A named program; `missing` says why it cannot be run here."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""


def all_checks(root: Path) -> list[Check]:
    """What is checked, quickest first."""
    binaries, modules = root / ".venv" / "bin", root / "node_modules" / ".bin"
    python = str(binaries / "python")
    code = [name for name in applications(root) if (root / name).is_dir()]
    templates = [name for name in code if next((root / name).rglob("*.html"), None)]
    production = {**PRODUCTION, "PORTAL_SECRET_KEY": secrets.token_urlsafe(48)}
    shellcheck = (
        "" if shutil.which("shellcheck") else "shellcheck is not installed (apt-get install shellcheck)"
    )
    return [
        Check("Python format", [str(binaries / "ruff"), "format", "--check", "."]),
        Check("Python lint", [str(binaries / "ruff"), "check", "."]),
        Check("Import contracts", [str(binaries / "lint-imports")]),
        Check(
            "JavaScript and CSS", [str(modules / "biome"), "ci", "--colors=off", "--error-on-warnings", "."]
        ),
        Check("JavaScript types", [str(modules / "tsc"), "-p", "jsconfig.json", "--pretty", "false"]),
        Check("Templates", [str(binaries / "djlint"), "--lint", "--quiet", *templates]),
        Check("Shell scripts", ["shellcheck", *SCRIPTS], missing=shellcheck),
        Check("YAML", [str(binaries / "yamllint"), "--strict", "-d", YAML_RULES, "docker-compose.yml"]),
        Check("Dockerfile", [str(modules / "dockerfile-utils"), "lint", "Dockerfile"]),
        Check("Dockerfile (db)", [str(modules / "dockerfile-utils"), "lint", "deploy/database.Dockerfile"]),
        Check(
            "Migrations are complete",
            [python, "manage.py", "makemigrations", "--check", "--dry-run"],
            UNPOOLED,
        ),
        Check(
            "Production settings",
            [python, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
            production,
        ),
        Check("Types", [str(binaries / "mypy"), "--strict", "manage.py", *code]),
    ]


def run_checks(environment: Environment) -> list[str]:
    """Run everything and print advice; return the names of the checks that failed."""
    variables = django_variables(environment, NO_DATABASE)
    variables["NO_COLOR"] = "1"
    variables["PATH"] = f"{environment.root / '.venv' / 'bin'}:{variables.get('PATH', '')}"
    failed = [
        check.name
        for check in all_checks(environment.root)
        if not _passes(check, environment.root, variables)
    ]
    for line in advice(environment.root, applications(environment.root)):
        print(f"  {line}", flush=True)
    return failed


def _passes(check: Check, root: Path, variables: Mapping[str, str]) -> bool:
    if check.missing:
        print(f"- {check.name:<34} not run: {check.missing}", flush=True)
        return True
    started = time.monotonic()
    finished = subprocess.run(
        check.command, cwd=root, env={**variables, **check.variables}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    mark = "✓" if finished.returncode == 0 else "✗"
    print(f"{mark} {check.name:<34} {time.monotonic() - started:6.1f} s", flush=True)
    if finished.returncode != 0:
        print("\n".join(f"    {line}" for line in finished.stdout.strip().splitlines()), flush=True)
    return finished.returncode == 0
