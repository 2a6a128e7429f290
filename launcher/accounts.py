"""The demonstration's accounts, shown when the portal is up."""

import json
from pathlib import Path
from typing import Any

FILE = "demo-accounts.json"
COLUMNS = ("username", "password", "groups", "description")


def accounts_table(path: Path) -> str:
    """The accounts as aligned columns; empty when there is no demonstration."""
    try:
        accounts = json.loads(path.read_text())
    except (OSError, ValueError):
        return ""
    rows = [COLUMNS, *(tuple(_cell(account.get(name, "")) for name in COLUMNS) for account in accounts)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _cell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
