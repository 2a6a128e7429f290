"""The one list of our packages: the root packages of ``.importlinter``."""

from configparser import ConfigParser
from pathlib import Path

_NOT_OURS = {"django"}


def applications(root: Path) -> tuple[str, ...]:
    """Return the names of our packages, in the order of the contracts."""
    names = _contracts(root)["importlinter"]["root_packages"].split()
    return tuple(name for name in names if name not in _NOT_OURS)


def rows(root: Path) -> list[tuple[str, ...]]:
    """Return the rows of packages from the top down: one knows those below it, and none of its own row."""
    lines = _contracts(root)["importlinter:contract:apps"]["layers"].split("\n")
    return [tuple(name.strip() for name in line.split("|")) for line in lines if line.strip()]


def _contracts(root: Path) -> ConfigParser:
    contracts = ConfigParser()
    contracts.read(root / ".importlinter", encoding="utf-8")
    return contracts
