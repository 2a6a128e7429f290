"""Files that wait in the wizard: what a browser sends of their form, what a worker would do, done by the test."""

from __future__ import annotations

import html
import re

from datasets.imports.jobs import UPLOAD_KINDS
from datasets.models import Upload
from datasets.vocabulary import UPLOAD_STAGES, UploadStage


def at_stage(stage: UploadStage) -> dict[str, str]:
    """Return the columns of an upload that is there."""
    work, state = next(pair for pair, name in UPLOAD_STAGES.items() if name is stage)
    return {"work": work, "state": state}


def work() -> None:
    """Read and load everything that was requested."""
    for upload in Upload.objects.unfinished().order_by("requested_at"):
        UPLOAD_KINDS[upload.work].run(upload.pk)


def inputs(page: str) -> dict[str, str]:
    """Return what a browser would send back of the form of the columns, unchanged."""
    form = page[page.index("colonnes-TOTAL_FORMS") :]
    sent = {
        "colonnes-TOTAL_FORMS": re.findall(r'TOTAL_FORMS" value="(\d+)"', page)[0],
        "colonnes-INITIAL_FORMS": "0",
    }
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else "on" if 'type="checkbox"' in tag else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = text
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in sent.items()}
