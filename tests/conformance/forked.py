"""Other people's libraries, loaded once: a program that answers each question in a copy of itself.

QGIS takes longer to load than to answer most of what tests ask. Each question still has a process of its own, with the
environment, the profile and the connections of that question alone.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 120
# Runs what loads the libraries, then each line of its input in a child, whose words and code are a line of its output.
_SERVER = """
import json, os, sys, tempfile, traceback
loading, questions, answers = sys.argv[1], sys.stdin.buffer, os.fdopen(os.dup(1), "w")
sys.stdin = open(os.devnull)
exec(loading, {})
def run(script, arguments, variables):
    os.environ.update(variables)
    sys.argv = ["-c", *arguments]
    try:
        exec(compile(script, "<question>", "exec"), {"__name__": "__main__"})
        return 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
for line in questions:
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+", errors="replace") as complained:
        if not (child := os.fork()):
            os.dup2(said.fileno(), 1)
            os.dup2(complained.fileno(), 2)
            os._exit(run(**json.loads(line)))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        complained.seek(0)
        print(json.dumps([code, said.read(), complained.read()]), file=answers, flush=True)
"""


@dataclass
class ForkedProgram:
    """An interpreter and the Python that loads its libraries; started by the first question."""

    python: str
    loading: str
    variables: Mapping[str, str]
    _process: subprocess.Popen[str] | None = None

    def told(self, script: str, arguments: Sequence[str], variables: Mapping[str, str]) -> list[Any]:
        """Run Python in a copy of the program; return the list that its last line holds."""
        process = self._running()
        assert process.stdin and process.stdout
        asked = {"script": script, "arguments": list(arguments), "variables": dict(variables)}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], PATIENCE_SECONDS)[0]:
            self.stop()
            raise TimeoutError(script)
        answer = process.stdout.readline()
        assert answer, "the program ended"
        code, said, complained = json.loads(answer)
        assert code == 0, complained[-2_000:]
        return list(json.loads([line for line in said.splitlines() if line.startswith("[")][-1]))

    def stop(self) -> None:
        """End the program, and the copy that may be answering."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            kept = {
                name: value
                for name, value in os.environ.items()
                if not name.lower().endswith("_proxy") and not name.startswith(("PYTHON", "GDAL", "PROJ"))
            }
            self._process = subprocess.Popen(
                [self.python, "-W", "ignore", "-c", _SERVER, self.loading],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
                env={**kept, **self.variables},
            )  # fmt: skip
            atexit.register(self.stop)
        return self._process
