"""The records of runs, one file of JSON each in ``$PORTAL_DATA/bench``, and the table of the last ones in Markdown.

A record holds ``run``, ``only``, ``arguments``, ``is_brief``; ``started`` (ISO 8601, UTC) and ``seconds``; ``commit``,
and whether files differed from it; the ``machine``; its ``load`` before the run and its ``slowness``; ``figures`` in
the order of their measure, each with its ``value``: the first number of what was measured.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, Measures

FOLDER = "bench"
BEGIN, END = "<!-- last runs -->", "<!-- end of last runs -->"
_NUMBER = re.compile(r"-?\d[\d,\u202f]*(?:\.\d+)?")
_MEMORY = re.compile(r"MemTotal:\s+(\d+) kB")


def write(
    folder: Path,
    run: str,
    measures: Measures,
    *,
    only: Sequence[str] = (),
    arguments: Sequence[str] = (),
    is_brief: bool = False,
) -> Path:
    """Write the record of a run that just ended, whole or not at all; return its path."""
    ended = datetime.now(UTC)
    record = {
        "run": run,
        "only": list(only),
        "arguments": list(arguments),
        "is_brief": is_brief,
        "started": datetime.fromtimestamp(ended.timestamp() - measures.seconds, UTC).isoformat(
            timespec="seconds"
        ),
        "seconds": round(measures.seconds, 1),
        **_commit(),
        "machine": _machine(),
        "load": round(measures.load, 2),
        "slowness": round(measures.slowness, 2),
        "figures": [_figure(figure) for figure in measures.figures],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{ended:%Y-%m-%dT%H-%M-%S}-{run}.json"
    unfinished = path.with_suffix(".part")
    unfinished.write_text(f"{json.dumps(record, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    unfinished.replace(path)
    return path


def _figure(figure: Figure) -> dict[str, Any]:
    """Return a figure as it is recorded; ``is_slow`` where the machine is too slow for a time."""
    is_met = None if figure.is_met is None else bool(figure.is_met)
    judged = {"is_met": is_met, "slowness": round(figure.slowness, 2)}
    return asdict(figure) | judged | {"is_slow": figure.is_slow, "value": value(figure)}


def value(figure: Figure) -> float | None:
    """Return the first number of what was measured, without its unit; None when there is none."""
    number = _NUMBER.search(figure.measured)
    return float(re.sub(r"[,\u202f]", "", number[0])) if number else None


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the records of a folder, the oldest first."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def table(records: Sequence[dict[str, Any]], *, last: int = 3) -> str:
    """Return the figures of the last records of each run as Markdown: a table a run, a column a record.

    A run of a part has its own column; a figure that a record has not is a dash, one whose bound was missed is bold, in
    italics where the machine is slower than the reference machine by more than the bound was missed.
    """
    return "\n\n".join(
        _table_of(run, [record for record in records if record["run"] == run][-last:])
        for run in dict.fromkeys(record["run"] for record in records)
    )


def write_table(page: Path, records: Sequence[dict[str, Any]]) -> None:
    """Replace the table of the last runs in a page of the documentation, between its two marks.

    Raises:
        ValueError: the page has not both marks.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _former, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page}: {BEGIN} and {END} are expected")
    page.write_text(f"{before}{begin}\n\n{table(records)}\n\n{end}{after}", encoding="utf-8")


def _table_of(run: str, records: Sequence[dict[str, Any]]) -> str:
    by_record = [{figure["name"]: figure for figure in record["figures"]} for record in records]
    bounds = {name: figure["bound"] for figures in by_record for name, figure in figures.items()}
    rows = [["figure", "bound", *(_heading(record) for record in records)], ["---"] * (2 + len(records))]
    rows += [
        [name, bound or "–", *(_cell(figures.get(name)) for figures in by_record)]
        for name, bound in bounds.items()
    ]
    return "\n".join([f"### {run}", "", *_lines(rows)])


def _lines(rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |" for row in rows]


def _heading(record: dict[str, Any]) -> str:
    changed = " and changes" if record["has_changes"] else ""
    brief = ", brief" if record.get("is_brief") else ""
    slow = f", machine {record['slowness']:g} × as slow" if record.get("slowness", 1) > 1 else ""
    return f"{record['started'][:10]}, {record['commit'] or 'no commit'}{changed}, load {record['load']:g}{slow}{brief}"


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "–"
    if figure.get("is_slow"):
        return f"*{figure['measured']}*"
    return f"**{figure['measured']}**" if figure["is_met"] is False else str(figure["measured"])


def _commit() -> dict[str, Any]:
    """Return the commit of this folder, and whether its files differ; no commit where there is no history."""
    git = shutil.which("git")
    root = Path(__file__).resolve().parents[1]
    if git is None or not (root / ".git").exists():
        return {"commit": "", "has_changes": False}

    def answer(*words: str) -> str:
        ended = subprocess.run([git, "-C", str(root), *words], capture_output=True, text=True, check=False)  # noqa: S603  (constants)
        return ended.stdout.strip()

    return {
        "commit": answer("rev-parse", "--short=8", "HEAD"),
        "has_changes": bool(answer("status", "--porcelain", "--untracked-files=no")),
    }


def _machine() -> dict[str, Any]:
    """Return the processor, its cores, the memory in MB, the system and the Python that measured."""
    facts = {
        name: path.read_text(encoding="utf-8") if (path := Path(name)).exists() else ""
        for name in ("/proc/cpuinfo", "/proc/meminfo")
    }
    model = re.search(r"model name\s*: (.+)", facts["/proc/cpuinfo"])
    memory = _MEMORY.search(facts["/proc/meminfo"])
    return {
        "processor": model[1].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "memory_mb": int(memory[1]) // 1024 if memory else None,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }
