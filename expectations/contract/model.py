"""The words a contract is written in: tables, columns, fixed rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Type(StrEnum):
    """What a cell may hold. The value is the word shown to the person who fills the cell."""

    TEXT = "文字"
    AMOUNT = "金额"
    COUNT = "整数"
    NUMBER = "数值"
    CHOICE = "选项"
    FLAG = "是/否"
    DATE = "日期"


class Unit(StrEnum):
    """The unit in which a cell is filled."""

    YUAN = "元"
    PERSON = "人"
    PIECE = "台/件"
    VEHICLE = "辆"
    PERCENT = "%"
    YEAR = "年"
    SQUARE_METRE = "㎡"
    NONE = ""


class Layout(StrEnum):
    """How a table lies on its sheet."""

    FORM = "form"
    """One record: a row per column, the label in the first cell and the value in the second."""
    LIST = "list"
    """A header row with the labels, then a row per record."""


@dataclass(frozen=True)
class Choice:
    """One word of a vocabulary: the code that programs use and the label that people see."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    """For the rows of a fixed table: whether the row must be there."""
    absent_is_zero: bool = False
    """For the rows of a fixed table that may be left out: whether that means zero or unknown."""


@dataclass(frozen=True)
class Column:
    """One column (or one line of a form)."""

    name: str
    label: str
    type: Type
    meaning: str
    unit: Unit = Unit.NONE
    required: bool = False
    choices: tuple[Choice, ...] = ()
    signed: bool = False
    """Whether a negative value is meaningful (adjustments, surplus)."""
    aliases: tuple[str, ...] = ()
    can_be_absent: bool = False
    """Whether a sheet may lack the column: those made before the column existed do."""

    @cached_property
    def code_by_label(self) -> dict[str, str]:
        """Every accepted label of the vocabulary and the code it stands for."""
        return {label: choice.code for choice in self.choices for label in (choice.label, *choice.aliases)}

    @cached_property
    def label_by_code(self) -> dict[str, str]:
        """The label people see for each code."""
        return {choice.code: choice.label for choice in self.choices}


@dataclass(frozen=True)
class Table:
    """One table a unit submits: one sheet of its workbook."""

    name: str
    label: str
    layout: Layout
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that tell one row from another within a unit; empty where rows may repeat."""
    fixed_by: str = ""
    """The vocabulary column whose required words must each have exactly one row."""
    optional: bool = False
    """Whether a workbook may have the sheet without any filled row."""
    can_be_absent: bool = False
    """Whether a workbook may lack the sheet: those made before the table existed do."""

    def __getitem__(self, name: str) -> Column:
        return self._column_by_name[name]

    @cached_property
    def _column_by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """Names of the money columns."""
        return tuple(c.name for c in self.columns if c.type is Type.AMOUNT)

    @cached_property
    def numerics(self) -> tuple[str, ...]:
        """Names of the money and count columns."""
        return tuple(c.name for c in self.columns if c.type in (Type.AMOUNT, Type.COUNT))


@dataclass(frozen=True)
class Contract:
    """All tables of a submission."""

    version: str
    tables: tuple[Table, ...]

    def __getitem__(self, name: str) -> Table:
        return self._table_by_name[name]

    @cached_property
    def _table_by_name(self) -> dict[str, Table]:
        return {table.name: table for table in self.tables}
