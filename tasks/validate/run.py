"""Run the expectations with Great Expectations: one suite a frame, one validation a frame."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from expectations.rules import Rule
from tasks.validate.data_docs import plan_data_docs, write_data_docs
from tasks.validate.plan import ROW_ID, Expected


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule over the whole batch: the rows that broke it, or why it could not run."""

    rule: Rule
    frame: str
    broken_rows: tuple[int, ...] = ()
    crash: str = ""


def run_expectations(
    plan: Iterable[Expected], frames: dict[str, pd.DataFrame], data_docs: Path | None = None
) -> list[RuleResult]:
    """Validate every frame once. Outcomes come in the order of the plan, one for each rule.

    `data_docs`: the folder for Great Expectations' own pages, if wanted.
    """
    gx = load_great_expectations()
    context = gx.get_context(mode="ephemeral")
    if data_docs:
        plan_data_docs(context, data_docs)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("batch")
    plan = list(plan)
    outcomes: dict[str, RuleResult] = {}
    for name, group in groupby(sorted(plan, key=lambda e: e.frame), key=lambda e: e.frame):
        expected = list(group)
        suite = gx.ExpectationSuite(name=name, expectations=[_expectation(gx, e) for e in expected])
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
        definition = gx.ValidationDefinition(name=name, data=batch, suite=context.suites.add(suite))
        result = context.validation_definitions.add(definition).run(
            batch_parameters={"dataframe": frames[name]},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [ROW_ID],
                "return_unexpected_index_query": False,
            },
        )
        by_code = {e.rule.code: e for e in expected}
        for one in result.results:
            code = one.expectation_config.meta["rule"]
            outcomes[code] = _outcome(by_code[code], one)
    if data_docs:
        write_data_docs(context, data_docs)
    return [outcomes.get(e.rule.code, RuleResult(e.rule, e.frame, crash="没有返回结果")) for e in plan]


def load_great_expectations() -> Any:
    """Import the library on first use: that takes 4 to 17 seconds, too long for `jixiao --help`."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    import great_expectations

    # This module sets its own level and tells about a temporary folder at every start.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return great_expectations


def _expectation(gx: Any, expected: Expected) -> Any:
    kind = getattr(gx.expectations, expected.kind)
    rule = expected.rule
    return kind(
        **expected.arguments, meta={"rule": rule.code}, notes=f"{rule.code} {rule.title}（{rule.severity}）"
    )


def _outcome(expected: Expected, result: Any) -> RuleResult:
    crash = _crash(result.exception_info or {})
    if crash:
        return RuleResult(expected.rule, expected.frame, crash=crash)
    if result.success:
        return RuleResult(expected.rule, expected.frame)
    broken = result.result.get("unexpected_index_list") or []
    if not broken:
        return RuleResult(expected.rule, expected.frame, crash="没有返回不符合的行")
    return RuleResult(expected.rule, expected.frame, tuple(int(row[ROW_ID]) for row in broken))


def _crash(info: dict[str, Any]) -> str:
    """Tell a rule that crashed from one that failed, which look alike but for the exception info."""
    parts = [info] if "raised_exception" in info else list(info.values())
    return "；".join(str(p["exception_message"]) for p in parts if p.get("raised_exception"))
