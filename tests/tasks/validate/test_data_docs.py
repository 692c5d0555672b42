"""Great Expectations' own pages: which rules ran and how often they broke, but no value of any cell."""

from __future__ import annotations

from pathlib import Path

from expectations.rules import RULES
from tasks.validate import validate
from tests.support.folders import readable_by_others
from tests.support.workbooks import Records, row, submit

YEAR = 2020
_FEW = [rule for rule in RULES if rule.code in ("F202.projects", "F203.projects", "E301.notice", "N101")]


def test_rules_and_counts_without_values(tmp_path: Path) -> None:
    def change(records: Records) -> None:
        row(records, "projects", code="P03").update(is_classified=True, final=98_765_432, name="天狼星工程")
        records["profile"][0]["notice_number"] = "天狼星[2021]2号"

    folder = tmp_path / "docs"
    submission = submit(tmp_path, "sjzyj", change)
    for _ in range(2):  # pages of an earlier run are replaced
        verdict = validate([submission], YEAR, _FEW, data_docs=folder)
    assert {finding.rule for finding in verdict.findings["sjzyj"]} == {
        "F202.projects",
        "F203.projects",
        "E301.notice",
    }
    assert readable_by_others(folder) == []
    pages = [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
    assert (folder / "index.html").is_file()
    assert len(list(folder.glob("validations/projects/**/*.html"))) == 1
    assert any("F202.projects 全年预算－决算＝结余（错误）" in page for page in pages)
    for secret in ("天狼星", "98765432", "987654"):
        assert not any(secret in page for page in pages)
