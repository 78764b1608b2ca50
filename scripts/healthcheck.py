"""Says by its exit code whether a container does its work: `healthcheck.py web|worker|beat` (0 = yes).

web: /healthz answers.  worker: it answers Celery's ping.  beat: its schedule was written within ten minutes.
"""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


def web() -> bool:
    """Ask /healthz the way the proxy does: with a host name the portal answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    request = urllib.request.Request(
        f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz", headers={"Host": host}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return bool(answer.status == 200)


def worker() -> bool:
    """Ask the worker of this container, through the broker."""
    befehl = ["celery", "-A", "konferenz", "inspect", "ping", "--timeout", "8", "-d", f"celery@{os.uname().nodename}"]
    return subprocess.run(befehl, capture_output=True, check=False).returncode == 0


def beat() -> bool:
    """Look at the age of the schedule."""
    dateien = list(Path(os.environ.get("BEAT_SCHEDULE_DIR", "/tmp")).glob("celerybeat-schedule*"))
    return any(time.time() - datei.stat().st_mtime < 600 for datei in dateien)


if __name__ == "__main__":
    try:
        sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
    except OSError as fehler:
        print(fehler)
        sys.exit(1)
