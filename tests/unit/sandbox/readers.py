"""Children that a file has taken over: what they answer is not what a reader answers."""

from __future__ import annotations

from sandbox.child import Job

_SOURCE = {
    "format": "csv", "name": "a", "titles": ["a", "b"], "hints": [None, None], "srid": None, "has_geometry": False,
    "layers": [], "layer": "",
}  # fmt: skip


def tells_nothing(job: Job) -> None:
    job.channel.send(["source"])


def tells_wrong_rows(job: Job) -> None:
    job.channel.send({"source": _SOURCE})
    job.channel.receive()
    job.channel.send({"lines": [1], "values": [["a", {"b": 1}]], "shapes": [-1], "last": True})


def tells_a_short_block(job: Job) -> None:
    _tell_block(job, 2, b"1\ta\tb\n")


def tells_a_wide_block(job: Job) -> None:
    _tell_block(job, 1, b"1\ta\tb\tc\n")


def _tell_block(job: Job, count: int, content: bytes) -> None:
    job.channel.send({"source": _SOURCE})
    job.channel.receive()
    job.channel.send({"count": count, "last": False}, content)
    job.channel.receive()


def names_no_fault(job: Job) -> None:
    job.channel.send({"refused": {"fault": "gettext_noop", "detail": "", "parameter": "", "line": 0}})
