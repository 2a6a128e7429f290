"""The demonstration's accounts, shown when the portal is up."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = "demo-accounts.json"
# Kind of account → the heading over those of that kind, in this order.
HEADINGS = {"agent": "Directorates", "town": "Towns", "elected": "Elected", "partner": "Partners"}
OTHERS = "Others"


def accounts_table(path: Path) -> str:
    """The accounts as aligned columns, those of a kind together; empty when there is no demonstration."""
    try:
        accounts = json.loads(path.read_text())
    except (OSError, ValueError):
        return ""
    rows = [_row(account) for account in accounts]
    widths = [max((len(row[index]) for row in rows), default=0) for index in (0, 1)]
    lines: dict[str, list[str]] = {heading: [] for heading in (*HEADINGS.values(), OTHERS)}
    for account, row in zip(accounts, rows, strict=True):
        lines[HEADINGS.get(str(account.get("kind")), OTHERS)].append(_line(row, widths))
    return "\n".join(line for heading, group in lines.items() if group for line in (heading, *group))


def _row(account: Mapping[str, Any]) -> tuple[str, str, str]:
    groups = ", ".join(map(str, account.get("groups", ())))
    shows = ": ".join(filter(None, (groups, str(account.get("description", "")))))
    return str(account.get("username", "")), str(account.get("password", "")), shows


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    username, password, shows = row
    return f"  {username:<{widths[0]}}  {password:<{widths[1]}}  {shows}".rstrip()
