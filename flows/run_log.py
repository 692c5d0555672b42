"""Keep Prefect's tracebacks of errors that were told to the operator out of the logs; all others stay."""

from __future__ import annotations

import logging

from flows.annual_report import NotAllPublishedError
from tasks.errors import ExplainedError

_RUN, _PROCESS, _STEP = "prefect.flow_runs", "prefect.engine", "prefect.task_runs"
"""The log of a run, what `jixiao serve` or a worker prints about its process, and the log of a step."""


def leave_out_tracebacks() -> None:
    """From now on: nothing where the state of the run has said it; the message alone where a step failed."""
    for name in (_RUN, _PROCESS):
        logging.getLogger(name).addFilter(_is_news)
    logging.getLogger(_STEP).addFilter(_in_a_line)


def _is_news(record: logging.LogRecord) -> bool:
    return not isinstance(_error_of(record), NotAllPublishedError | ExplainedError)


def _in_a_line(record: logging.LogRecord) -> bool:
    if isinstance(error := _error_of(record), ExplainedError):
        record.msg, record.args, record.exc_info = "%s", (str(error),), None
    return True


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None
