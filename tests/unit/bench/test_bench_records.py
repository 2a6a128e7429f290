"""Each run of the benchmark leaves one file, and the table of the last ones is made from these files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench.figures import Figure, Late, Measures
from bench.records import BEGIN, END, read, table, value, write, write_table

PAGE = Figure("Page of 1,000", "≤ 2 × bare SQL", "1.98 × (8.5 ms, bare SQL 4.3)", True)
IMPORT = Figure("Import of 1,000,000 points", "≤ 60 s", "61.5 s, 243 MB", False)


def test_a_record_holds_what_was_measured_where_and_when(tmp_path: Path) -> None:
    path = write(tmp_path / "bench", "basic", Measures([PAGE, IMPORT], 90.0, 0.25), only=["page", "imports"])
    record = json.loads(path.read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-basic\.json", path.name)
    assert (record["run"], record["only"], record["seconds"], record["load"]) == (
        "basic",
        ["page", "imports"],
        90,
        0.25,
    )
    assert record["figures"][1] == {
        "name": "Import of 1,000,000 points",
        "bound": "≤ 60 s",
        "measured": "61.5 s, 243 MB",
        "is_met": False,
        "slowness": 1.0,
        "is_slow": False,
        "value": 61.5,
    }
    assert record["machine"]["cores"] >= 1
    assert set(record) >= {"commit", "has_changes", "started"}
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("measured", "number"),
    [("1.98 × (8.5 ms)", 1.98), ("1,118 ms", 1118), ("< 3 MB", 3), ("-0.4 ms", -0.4), ("not compared", None)],
)
def test_the_value_of_a_figure_is_its_first_number(measured: str, number: float | None) -> None:
    assert value(Figure("x", "", measured)) == number


def _record(run: str, day: int, *figures: Figure) -> dict[str, object]:
    return {
        "run": run,
        "started": f"2026-12-0{day}T08:00:00+00:00",
        "commit": f"0000000{day}",
        "has_changes": day == 4,
        "load": 0.1,
        "figures": [
            {"name": each.name, "bound": each.bound, "measured": each.measured, "is_met": each.is_met}
            for each in figures
        ],
    }


def test_the_table_has_the_last_runs_of_each() -> None:
    records = [_record("basic", day, PAGE, *([IMPORT] if day > 2 else [])) for day in (1, 2, 3, 4)]
    lines = table([*records, _record("wfs", 4, IMPORT)], last=3).splitlines()
    assert lines[:6] == [
        "### basic",
        "",
        "| figure | bound | 2026-12-02, 00000002, load 0.1 | 2026-12-03, 00000003, load 0.1"
        " | 2026-12-04, 00000004 and changes, load 0.1 |",
        "| --- | --- | --- | --- | --- |",
        f"| Page of 1,000 | ≤ 2 × bare SQL | {' | '.join([PAGE.measured] * 3)} |",
        "| Import of 1,000,000 points | ≤ 60 s | – | **61.5 s, 243 MB** | **61.5 s, 243 MB** |",
    ]
    assert "### wfs" in lines


def test_the_table_replaces_that_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    for _turn in range(2):
        write_table(page, [_record("basic", 1, PAGE)])
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n\n{BEGIN}\n\n### basic")
    assert text.endswith(f"\n\n{END}\n\nafter\n")
    assert "old" not in text
    assert text.count("### basic") == 1
    page.write_text("no mark", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(BEGIN)):
        write_table(page, [])


def test_records_are_read_the_oldest_first(tmp_path: Path) -> None:
    for day in (2, 1):
        (tmp_path / f"2026-12-0{day}T08-00-00-basic.json").write_text(json.dumps(_record("basic", day)))
    assert [record["started"][:10] for record in read(tmp_path)] == ["2026-12-01", "2026-12-02"]
    assert read(tmp_path / "absent") == []


def test_a_time_that_the_machine_explains_is_recorded_and_in_italics(tmp_path: Path) -> None:
    figure = Figure("Import of 1,000,000 points", "≤ 60 s", "90 s", Late(1.5), slowness=1.94)
    path = write(tmp_path, "basic", Measures([figure], 90.0, 0.25))
    record = json.loads(path.read_text(encoding="utf-8"))
    assert (record["slowness"], record["figures"][0]["is_met"], record["figures"][0]["is_slow"]) == (
        1.94,
        False,
        True,
    )
    lines = table([record]).splitlines()
    assert ", machine 1.94 × as slow" in lines[2]
    assert lines[4] == "| Import of 1,000,000 points | ≤ 60 s | *90 s* |"
