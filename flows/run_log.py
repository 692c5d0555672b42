"""What Prefect need not write into the log of a run: its state has said it, in Chinese and in full."""

from __future__ import annotations

import logging

from flows.annual_report import NotAllPublishedError
from tasks.errors import ExplainedError

_LOGGERS = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")
"""The log of a run and of its steps, and what `jixiao serve` or a worker prints about its process."""


def leave_out_tracebacks() -> None:
    """Keep tracebacks of errors that were told to the operator out of the log; all others stay."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, NotAllPublishedError | ExplainedError)
