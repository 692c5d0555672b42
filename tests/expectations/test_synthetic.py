"""The whole catalogue is silent on units that are sound and different from each other."""

from __future__ import annotations

from pathlib import Path

from bench.synthetic import write_units
from tasks.pull import load_registry, pull_unit
from tasks.validate import Background, validate


def test_nothing_is_found_in_sound_units(tmp_path: Path) -> None:
    units = load_registry(write_units(tmp_path / "units", 20))
    submissions = [pull_unit(unit, tmp_path / "inputs" / unit.code) for unit in units]
    verdict = validate(submissions, 2020, background=Background(units))
    assert [finding.as_line() for found in verdict.findings.values() for finding in found] == []
