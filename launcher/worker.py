"""The worker of the queue: started beside the web server, recognised later by its process, stopped with it.

The portal serves without it; only what takes long waits. So a worker that does not start is told, and stops nothing.
"""

import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from launcher.credentials import write_private
from launcher.environment import Environment
from launcher.errors import StepFailed
from launcher.processes import Identity, end, identify, is_same, orphans
from launcher.steps import ending, tail

RECORD = "worker.json"
# A worker whose settings or database are wrong has ended by then.
PATIENCE = 1.5


def is_running(data: Path) -> bool:
    """Whether the worker started from this data folder still lives."""
    kept = _recorded(data)
    return kept is not None and is_same(kept)


def _recorded(data: Path) -> Identity | None:
    try:
        return Identity(**json.loads((data / RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def start(environment: Environment, variables: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """Start a worker in a session of its own; return it, and what to say when it ended at once, else nothing."""
    log = environment.logs / "worker.log"
    begin = log.stat().st_size if log.exists() else 0
    command = [str(environment.python), "manage.py", "run_worker"]
    with log.open("ab") as output:
        program = subprocess.Popen(
            command, cwd=environment.root, env=dict(variables), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    identity = identify(program.pid)
    if identity is not None:
        write_private(environment.data / RECORD, json.dumps(asdict(identity)) + "\n")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if program.poll() is not None:
            (environment.data / RECORD).unlink(missing_ok=True)
            cause = (tail(log, begin) or ending("the worker", program.returncode)).splitlines()[-1]
            return program, f"not running: {cause} (log: {log})"
        time.sleep(0.1)
    return program, ""


def stop(data: Path) -> bool:
    """Stop the worker of this data folder, and what a killed one left; False when nothing was running."""
    kept = _recorded(data)
    if kept is None:
        return False
    living = [kept] if is_same(kept) else orphans(kept)
    for process in living:
        if not end(process):
            raise StepFailed(f"the worker (pid {process.pid}) does not end", f"kill -9 {process.pid}")
    (data / RECORD).unlink(missing_ok=True)
    return bool(living)
