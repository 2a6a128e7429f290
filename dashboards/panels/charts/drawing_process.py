"""The process that draws charts without a browser: a warm JavaScript engine, fed specifications, gives PNG or SVG.

Started by ``drawing``, as a program without any part of the portal. Each request and each answer is a line of JSON,
whose ``size`` is that of the bytes after it. It makes no request, and ends with its parent.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import vl_convert
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_PR_SET_PDEATHSIG = 1
_WEIGHTS = (400, 600)
_MEGABYTE = 1024 * 1024


def run(requests: BinaryIO, answers: BinaryIO, megabytes: int, font: str, folder: str) -> None:
    """Answer requests until there are no more; ``font`` is that of the portal, ``folder`` holds what is made of it."""
    _bound(megabytes)
    _install(Path(font), Path(folder))
    vl_convert.register_font_directory(folder)
    while line := requests.readline():
        request = json.loads(line)
        specification = json.loads(requests.read(request["size"]))
        try:
            picture, fault = draw(specification, request["form"], request["scale"]), ""
        except Exception as error:  # any refusal of the engine is the answer, and the loop goes on
            picture, fault = b"", f"{type(error).__name__}: {error}"
        _send(answers, {"size": len(picture), "fault": fault[:500]}, picture)


def draw(specification: dict[str, Any], form: str, scale: float) -> bytes:
    """Return a specification of Vega-Lite as ``png`` or ``svg``."""
    if form == "svg":
        return str(vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])).encode()
    return bytes(vl_convert.vegalite_to_png(specification, scale=scale, allowed_base_urls=[]))


def _bound(megabytes: int) -> None:
    """Limit the memory, and end with the parent; over the limit the engine fails and ``drawing`` starts another."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _install(font: Path, folder: Path) -> None:
    """Write the font as the engine reads it, once for all: one file a weight, not compressed."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight in _WEIGHTS:
        file = folder / f"{font.stem}-{weight}.ttf"
        if not font.is_file() or file.is_file():
            continue
        made = instancer.instantiateVariableFont(TTFont(font), {"wght": weight})
        made["OS/2"].usWeightClass = weight
        made.flavor = None
        # Another child may write it at the same time.
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            try:
                made.save(part)
                part.flush()
            except OSError:
                Path(part.name).unlink(missing_ok=True)
                raise
        Path(part.name).replace(file)


def _send(answers: BinaryIO, head: dict[str, Any], content: bytes) -> None:
    answers.write(json.dumps(head).encode() + b"\n" + content)
    answers.flush()


if __name__ == "__main__":
    run(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]), sys.argv[2], sys.argv[3])
