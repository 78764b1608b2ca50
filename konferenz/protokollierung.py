"""Log lines nobody can forge: control characters of foreign text are escaped."""

import logging
import time


class ZeilenFormatter(logging.Formatter):
    """One line a record, UTC, CR and LF escaped (the traceback of a fault keeps its lines)."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
