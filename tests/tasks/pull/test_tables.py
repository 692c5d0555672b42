"""Problems D201–D212: a real unit's sheets broken in one way each, and exactly what is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from expectations.contract import CONTRACT, Table, Type
from tasks.pull import Trouble
from tasks.pull.sheet import MAX_TROUBLES
from tasks.pull.values import compact
from tests.support.raw import BOOK, Book, part_of, pull_content
from tests.support.workbooks import example_records, submit

BUDGET, BASIC, PROJECTS, PROFILE = "预算收支总表", "基本支出", "项目支出", "单位概况"
Change = Callable[[Book], object]


def put(label: str, **cells: object) -> Change:
    """Set cells of a sheet."""

    def change(book: Book) -> None:
        for cell, value in cells.items():
            book.put(label, cell, value)

    return change


def rename_sheet(label: str, name: str) -> Change:
    return lambda book: book.replace(BOOK, f'name="{label}"', f'name="{name}"')


def hide_sheet(label: str, state: str) -> Change:
    return lambda book: book.replace(BOOK, f'name="{label}"', f'name="{label}" state="{state}"')


def hide_row(label: str, row: int, value: str = "1") -> Change:
    return lambda book: book.replace(label, f'<row r="{row}" ', f'<row r="{row}" hidden="{value}" ')


def merge(label: str, *areas: str) -> Change:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return lambda book: book.replace(label, "</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")


def clear(label: str, rows: range, letters: str) -> Change:
    return put(label, **{f"{letter}{row}": None for row in rows for letter in letters})


def budget(
    problem: str, column: str = "", cell: str = "", row: int = 0, label: str = "", **said: str
) -> Trouble:
    return Trouble(problem, "budget", column, BUDGET, cell, row, label, **said)


CASES: dict[str, tuple[Change, list[Trouble]]] = {
    "missing_sheet: renamed": (
        rename_sheet(BUDGET, "预算收支表"),
        [Trouble("missing_sheet", "budget", label=BUDGET, detail="（现有“预算收支表”，是否改过名称）")],
    ),
    "missing_sheet: no other sheet of the contract is taken for it": (
        rename_sheet(BASIC, "Sheet1"),
        [Trouble("missing_sheet", "basic", label=BASIC)],
    ),
    "missing_sheet: one that can be absent, renamed": (
        rename_sheet("管理自查", "管理自查表"),
        [
            Trouble(
                "missing_sheet", "checklist", label="管理自查", detail="（现有“管理自查表”，是否改过名称）"
            )
        ],
    ),
    "missing_column: renamed": (
        put(BUDGET, E3="年末决算数"),
        [
            budget(
                "missing_column", "final", "A3", label="决算数", detail="（现有“年末决算数”，是否改过标题）"
            ),
        ],
    ),
    "missing_column: removed": (
        put(BUDGET, E3=None),
        [budget("missing_column", "final", "A3", label="决算数")],
    ),
    "missing_column: line of a form": (
        put(PROFILE, A6="单位全名"),
        [
            Trouble(
                "missing_column",
                "profile",
                "name",
                PROFILE,
                label="单位全称",
                detail="（现有“单位全名”，是否改过标题）",
            ),
        ],
    ),
    "missing_optional_column": (
        put(BUDGET, G3="备注"),
        [budget("missing_optional_column", "carry_in", "A3", label="上年结转结余")],
    ),
    "repeated_column: of a list": (
        put(BUDGET, I3="决算数", J3="决算数"),
        [budget("repeated_column", "final", "I3", 3, "决算数")],
    ),
    "repeated_column: line of a form": (
        put(PROFILE, A21="单位全称", B21="另一个名称"),
        [Trouble("repeated_column", "profile", "name", PROFILE, "A21", 21, "单位全称")],
    ),
    "missing_row": (
        clear(BUDGET, range(9, 10), "ABCDEF"),
        [budget("missing_row", "item", label="国有资本经营预算")],
    ),
    "repeated_row": (
        put(BUDGET, A11="社会保险基金预算", D11=7),
        [budget("repeated_row", "item", "A11", 11, "社会保险基金预算")],
    ),
    "total_row: in the code": (
        put(PROJECTS, A11="小计", F11="不是数字"),
        [Trouble("total_row", "projects", "code", PROJECTS, "A11", 11, "项目编号", "小计")],
    ),
    "total_row: in the name": (
        put(PROJECTS, A11="　", B11="合　计：", F11=5),
        [Trouble("total_row", "projects", "name", PROJECTS, "B11", 11, "项目名称", "合计：")],
    ),
    "total_row: in the category": (
        put(PROJECTS, C11="总计", F11=5),
        [Trouble("total_row", "projects", "category", PROJECTS, "C11", 11, "项目类别", "总计")],
    ),
    "no_header": (
        put("人员编制", A3="甲", B3="乙", C3="丙"),
        [
            Trouble(
                "no_header",
                "staffing",
                sheet="人员编制",
                detail="人员类别、编制（核定）数、年末实有人数、上年末实有人数…",
            ),
        ],
    ),
    "empty_table: list": (
        clear("文字说明", range(4, 44), "ABCD"),
        [Trouble("empty_table", "narratives", sheet="文字说明")],
    ),
    "empty_table: form": (
        clear(PROFILE, range(4, 21), "B"),
        [Trouble("empty_table", "profile", sheet=PROFILE)],
    ),
    "merged_cells: down a column": (
        merge(BUDGET, "D5:D6"),
        [budget("merged_cells", "", "D5", 5, value="D5:D6")],
    ),
    "merged_cells: from the header into the data": (
        merge(BUDGET, "D3:D4"),
        [budget("merged_cells", "", "D3", 3, value="D3:D4")],
    ),
    "merged_cells: first line of a form": (
        merge(PROFILE, "A4:B4"),
        [Trouble("merged_cells", "profile", "", PROFILE, "A4", 4, value="A4:B4")],
    ),
    "merged_cells: whole sheet": (
        merge(BUDGET, "A1:XFD1048576"),
        [budget("merged_cells", "", "A1", 1, value="A1:XFD1048576")],
    ),
    "hidden_row: of a list": (
        hide_row(PROJECTS, 6),
        [Trouble("hidden_row", "projects", "", PROJECTS, "A6", 6)],
    ),
    "hidden_row: of a form": (
        hide_row(PROFILE, 6, "true"),
        [Trouble("hidden_row", "profile", "", PROFILE, "B6", 6)],
    ),
    "hidden_sheet": (
        hide_sheet(BUDGET, "hidden"),
        [budget("hidden_sheet", label=BUDGET)],
    ),
    "hidden_sheet: deeply": (
        hide_sheet("公务用车", "veryHidden"),
        [Trouble("hidden_sheet", "vehicles", "", "公务用车", label="公务用车")],
    ),
}

FINE: dict[str, Change] = {
    "merged title": merge(BUDGET, "A1:H1", "A2:H2"),
    "merged header": merge(BUDGET, "A3:B3"),
    "merged beside the table": merge(BUDGET, "J5:K6"),
    "formatted empty rows": lambda book: [book.put(BUDGET, f"A{row}", body="") for row in range(20, 60)],
    "blank texts in empty rows": put(BUDGET, A14="　 ", C15="\u00a0", D16="\u200b"),
    "remark beside the table": put(BUDGET, K8="已核对"),
    "hidden empty row": hide_row(PROJECTS, 12),
    "hidden empty line of a form": hide_row(PROFILE, 10),
    "visible by name": hide_sheet(BUDGET, "visible"),
    "not hidden, said so": hide_row(PROJECTS, 6, "0"),
    "header broken into lines": put(BUDGET, D3="全年\n预算数", E3=" 决 算 数　"),
    "alias of a column's row": put(BUDGET, A4="支出合计"),
    "blanks within a label": put(BUDGET, A4="合　计", A5=" 基本支出\u00a0"),
    "optional row of which only the label stands": put(BUDGET, A11="其他资金"),
    "sheet name with blanks": rename_sheet(BUDGET, f" {BUDGET}　"),
    "no sheet of a table that can be absent": rename_sheet("自评补充数据", "补充"),
    "unknown sheets": lambda book: book.replace(BOOK, 'name="填报说明"', f'name="{"长" * 10_000}"'),
}


@pytest.mark.parametrize("name", CASES)
def test_reports_exactly(name: str, tmp_path: Path) -> None:
    change, expected = CASES[name]
    book = Book()
    change(book)
    assert list(book.pull(tmp_path).troubles) == expected
    assert name.split(":")[0] == expected[0].problem


@pytest.mark.parametrize("name", FINE)
def test_takes_no_offence(name: str, tmp_path: Path) -> None:
    expected = Book().pull(tmp_path)
    book = Book()
    FINE[name](book)
    submission = book.pull(tmp_path)
    assert submission.troubles == ()
    assert submission.rows == expected.rows
    assert submission.snapshot != expected.snapshot


@pytest.mark.parametrize("unit", ["sjzyj", "dsjzx"])
def test_reads_what_was_written(unit: str, tmp_path: Path) -> None:
    submission = submit(tmp_path, unit)
    assert submission.troubles == ()
    for name, records in example_records(unit).items():
        assert [_filled(record) for record in submission.rows[name]] == _as_read(CONTRACT[name], records)


def _filled(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None and name != "sheet_row"}


def _as_read(table: Table, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if table.fixed_by:  # the sheet has them in the contract's order
        order = list(table[table.fixed_by].label_by_code)
        records = sorted(records, key=lambda record: order.index(record[table.fixed_by]))
    return [
        {name: str(value) if table[name].type is Type.NUMBER else value for name, value in record.items()}
        for record in records
    ]


def test_unlabelled_fixed_row_is_kept_for_the_rules(tmp_path: Path) -> None:
    submission = Book().put(BUDGET, "D11", 7).pull(tmp_path)
    assert submission.troubles == ()
    assert _filled(submission.rows["budget"][-1]) == {"adjusted": 700}
    assert submission.rows["budget"][-1]["sheet_row"] == 11


def test_of_two_equal_columns_neither_is_read(tmp_path: Path) -> None:
    submission = Book().put(BUDGET, "I3", "决算数").put(BUDGET, "I4", 1).pull(tmp_path)
    assert "final" not in submission.rows["budget"][0]
    assert "final" not in submission.placements["budget"].letters


def test_of_two_equal_lines_of_a_form_the_first_is_read(tmp_path: Path) -> None:
    submission = Book().put(PROFILE, "A21", "单位全称").put(PROFILE, "B21", "另一个名称").pull(tmp_path)
    (profile,) = submission.rows["profile"]
    assert (profile["name"], profile["sheet_row"]) == ("长沙市数据资源管理局", 0)


def test_misnamed_fixed_row_is_left_out(tmp_path: Path) -> None:
    submission = Book().put(BUDGET, "A11", "其它资金").put(BUDGET, "D11", 7).pull(tmp_path)
    assert [(t.problem, t.cell) for t in submission.troubles] == [("not_choice", "A11")]
    assert len(submission.rows["budget"]) == 7


def test_rows_do_not_depend_on_the_order_of_columns(tmp_path: Path) -> None:
    expected = submit(tmp_path)
    path = tmp_path / "sjzyj.xlsx"
    book = openpyxl.load_workbook(path)
    for label in (BUDGET, PROJECTS, "绩效指标"):
        sheet = book[label]
        columns = [[cell.value for cell in column] for column in sheet.iter_cols(min_row=3)]
        for number, values in enumerate([[None], *reversed(columns)], start=1):
            for row in range(3, sheet.max_row + 1):
                sheet.cell(row, number).value = values[row - 3] if row - 3 < len(values) else None
    book.save(path)
    submission = pull_content(tmp_path, path.read_bytes())
    assert submission.troubles == ()
    assert submission.rows == expected.rows
    assert expected.placements["budget"].address("item", 4) == "A4"
    assert submission.placements["budget"].address("item", 4) == "I4"


def test_addresses(tmp_path: Path) -> None:
    placements = Book().pull(tmp_path).placements
    assert placements["budget"].address("final", 7) == "E7"
    assert placements["budget"].address("final", 0) == ""
    assert placements["budget"].address("nothing", 7) == ""
    assert placements["profile"].address("name", 0) == "B6"


@pytest.mark.parametrize("header_row", [1, 9, 10])
def test_header_may_stand_lower_or_higher(header_row: int, tmp_path: Path) -> None:
    book = Book()
    moved = re.sub(
        r'(<row r="|<c r="[A-Z]+)(\d+)"',
        lambda m: f'{m[1]}{int(m[2]) + header_row - 3}"',
        re.sub(r'<row r="[12]".*?</row>', "", book.parts[part_of(BUDGET)].decode()),
    )
    book.parts[part_of(BUDGET)] = moved.encode()
    submission = book.pull(tmp_path)
    assert submission.troubles == ()
    assert [record["sheet_row"] for record in submission.rows["budget"]] == [
        header_row + n for n in range(1, 8)
    ]


def test_header_far_down_is_not_searched_for(tmp_path: Path) -> None:
    book = Book()
    content = re.sub(r'<row r="[12]".*?</row>', "", book.parts[part_of(BUDGET)].decode())
    moved = re.sub(r'(<row r="|<c r="[A-Z]+)(\d+)"', lambda m: f'{m[1]}{int(m[2]) + 8}"', content)
    book.parts[part_of(BUDGET)] = moved.encode()
    assert [trouble.problem for trouble in book.pull(tmp_path).troubles] == ["no_header"]


def test_something_else_pasted_over_a_sheet_is_one_trouble(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="F{row}" t="str"><v>x</v></c></row>' for row in range(20, 21 + MAX_TROUBLES)
    )
    submission = Book().replace(PROJECTS, "</sheetData>", f"{rows}</sheetData>").pull(tmp_path)
    (trouble,) = submission.troubles
    assert (trouble.problem, trouble.detail) == ("too_big", "工作表“项目支出”中无法识别的内容超过 500 处")


def test_labels_have_no_blanks() -> None:
    """Labels are compared without blanks, so none may contain one."""
    labels = [table.label for table in CONTRACT.tables]
    for column in (column for table in CONTRACT.tables for column in table.columns):
        labels += [column.label, *column.aliases, *column.code_by_label]
    assert [label for label in labels if label != compact(label)] == []
