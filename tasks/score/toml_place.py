"""Read a table of a TOML file field by field; what is wrong is said with file, place and remedy."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from tasks.score.profile import ProfileError

Word = TypeVar("Word", bound=StrEnum)
_HUNDREDTHS = 100


class Place:
    """One table of the file. Every field is taken once; `close` refuses what nobody took."""

    def __init__(self, file: str, name: str, fields: dict[str, Any]) -> None:
        self.file, self.name = file, name
        self._fields = dict(fields)

    def fail(self, what: str, remedy: str) -> NoReturn:
        """Raise ProfileError about this place."""
        raise ProfileError(f"评分办法 {self.file}：{self.name}：{what}。{remedy}")

    def has(self, key: str) -> bool:
        """Whether the field is there and not yet taken."""
        return key in self._fields

    def text(self, key: str, default: str | None = None) -> str:
        """A field of words; without a default it must be there."""
        value = self._take(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.fail(f"{key} 应为文字，现为“{value}”", f'请写成 {key} = "…"')
        return value.strip()

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """A field that is one of some words."""
        value = self.text(key, default)
        if value not in list(words):
            self.fail(f"{key} 现为“{value}”", f"请改为 {'、'.join(words)} 之一")
        return words(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            self.fail(f"{key} 应为文字的列表", f'请写成 {key} = ["…"]')
        return tuple(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """A field that is true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.fail(f"{key} 现为“{value}”", "请改为 true 或 false")
        return value

    def number(self, key: str, default: int | None = None) -> Fraction:
        """A number; without a default it must be there."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            self.fail(f"{key} 应为数字，现为“{value}”", f"请写成 {key} = 10")
        return Fraction(value)

    def maybe_number(self, key: str) -> Fraction | None:
        """A number that may be left out."""
        return self.number(key) if self.has(key) else None

    def year(self, key: str) -> int:
        """A whole number."""
        value = self.number(key)
        if value.denominator != 1:
            self.fail(f"{key} 应为整数，现为“{value}”", f"请写成 {key} = 2020")
        return int(value)

    def points(self, key: str, default: int | None = None) -> int:
        """Points in hundredths: not negative, two decimals at most."""
        value = self.number(key, default) * _HUNDREDTHS
        if value < 0:
            self.fail(f"{key} 不能为负数", "请改为不小于 0 的数")
        if value.denominator != 1:
            self.fail(f"{key} 的小数超过两位", "请改为最多两位小数")
        return int(value)

    def tables(self, key: str, name: str) -> list[Place]:
        """The tables of a list, each called by `name` and its number."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            self.fail(f"没有 {key}", f"请至少写一段 [[{key}]]")
        return [
            Place(self.file, f"{self.name}{name}第{number}项".removeprefix("全文"), fields)
            for number, fields in enumerate(value, start=1)
        ]

    def table(self, key: str) -> Place:
        """A table within this one."""
        value = self._take(key, None)
        if not isinstance(value, dict):
            self.fail(f"没有 {key}", f"请写一段 [{key}]")
        return Place(self.file, f"[{key}]", value)

    def close(self) -> None:
        """Refuse fields that nobody took: a misspelt one would silently not count."""
        if unknown := sorted(self._fields):
            self.fail(f"不认识的字段 {'、'.join(unknown)}", "请核对拼写，或删去该字段")

    def _take(self, key: str, default: Any) -> Any:
        if key not in self._fields:
            if default is None:
                self.fail(f"缺少 {key}", "请补上该字段")
            return default
        return self._fields.pop(key)
