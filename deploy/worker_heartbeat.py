"""Asks whether the worker of this container lives: its file bears the date of the last heartbeat the database took."""

import os
import socket
import sys
import time
from pathlib import Path

SILENT_S = 60
folder = Path(os.environ.get("PORTAL_DATA", ".data")) / "workers"
ages = [time.time() - file.stat().st_mtime for file in folder.glob(f"{socket.gethostname()}-*")]
if not ages:
    sys.exit("no worker was started here")
if min(ages) > SILENT_S:
    sys.exit(f"the last heartbeat of the worker is {min(ages):.0f} s old")
