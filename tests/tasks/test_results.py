"""What became of each unit, in words an operator can act on."""

from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest

from expectations.rules import Severity
from tasks.errors import ExplainedError
from tasks.results import State, UnitResult, describe_error, summarize
from tests.support.memory import FINDING


def _result(code: str, state: State) -> UnitResult:
    return UnitResult(code, f"{code}单位", state)


def test_summary_counts_and_names_those_missed() -> None:
    results = [_result("a", State.PUBLISHED), _result("b", State.UNCHANGED)]
    assert summarize(results) == "2/2 个单位已发布"
    results += [_result("c", State.BLOCKED), _result("d", State.FAILED)]
    assert summarize(results) == "2/4 个单位已发布；未发布：c c单位（未通过核对）、d d单位（处理出错）"


@pytest.mark.parametrize(
    ("state", "is_published"),
    [(State.PUBLISHED, True), (State.UNCHANGED, True), (State.BLOCKED, False), (State.FAILED, False)],
)
def test_unchanged_counts_as_published(state: State, is_published: bool) -> None:
    assert _result("a", state).is_published is is_published


def test_critical_findings_are_those_that_block() -> None:
    warning = replace(FINDING, severity=Severity.WARNING)
    assert replace(_result("a", State.BLOCKED), findings=(FINDING, warning)).critical == (FINDING,)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "磁盘空间不足，请清理后重新运行"),
        (errno.EDQUOT, "磁盘配额已满，请清理后重新运行"),
        (errno.EFBIG, "文件大小超过系统限制，请检查磁盘配额后重新运行"),
        (errno.EROFS, "输出目录只读，请改用可写目录"),
        (errno.EACCES, "没有写入权限，请检查输出目录权限"),
        (errno.EPERM, "没有写入权限，请检查输出目录权限"),
        (errno.ENOTDIR, "输出路径不是目录，请检查 --out"),
        (errno.EEXIST, "输出路径已被同名文件占用，请检查 --out"),
        (errno.ENOENT, "没有找到文件或文件夹，请核对路径"),
        (errno.EIO, "读写失败：Input/output error"),
    ],
)
def test_disk_errors_say_what_to_do_and_no_path(number: int, words: str) -> None:
    assert (
        describe_error(OSError(number, os.strerror(number), "/secret/place/report.docx"))
        == f"{words}（report.docx）"
    )
    assert describe_error(OSError(number, os.strerror(number))) == words


def test_a_file_of_our_own_is_told_by_its_folder() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/secret/2020/dsjzx/.writing-e0ef0bf0")
    assert describe_error(error) == "没有写入权限，请检查输出目录权限（dsjzx）"


def test_other_errors() -> None:
    assert describe_error(ExplainedError("没有中文字体，请安装")) == "没有中文字体，请安装"
    assert describe_error(KeyError("budget")) == "程序错误：KeyError：'budget'"
