"""What the script of the builder says again of the server is what the server says."""

from __future__ import annotations

import re
from pathlib import Path

from dashboards.builder.presenters import path_of
from dashboards.builder.script_words import script_words
from dashboards.documents.schema import RESERVED_PANELS

FOLDER = Path(__file__).resolve().parents[4] / "dashboards/static/dashboards/builder"
SOURCE = "\n".join(file.read_text("utf-8") for file in sorted(FOLDER.glob("*.js")))


def test_the_script_gives_no_panel_a_name_that_the_schema_refuses() -> None:
    words = re.search(r"const RESERVED = new Set\((.*?)\.split", SOURCE, re.DOTALL)
    assert words is not None
    assert set(re.findall(r"[a-z-]+", words[1])) >= set(RESERVED_PANELS)


def test_every_word_that_the_script_is_given_is_said() -> None:
    told = [key for table in script_words().values() for key in table]
    assert [key for key in told if not re.search(rf"\b{key}\b", SOURCE)] == []


def test_a_path_is_the_steps_that_lead_to_a_place() -> None:
    assert path_of("sections[0].panels[12].question.by") == ["sections", 0, "panels", 12, "question", "by"]
