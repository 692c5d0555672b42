"""Whether data read back from a file has the shape that is relied on."""

from __future__ import annotations

from typing import Any

from tasks.render.text import plain

ANY = "*"
"""Stands for any key of a mapping."""


def fits(value: Any, shape: Any) -> bool:
    """Tell whether a value has a shape: a type, one of some words, alternatives, a list, fields."""
    match shape:
        case dict():
            if not isinstance(value, dict):
                return False
            if ANY in shape:
                return all(fits(key, str) and fits(inner, shape[ANY]) for key, inner in value.items())
            return value.keys() == shape.keys() and all(fits(value[key], shape[key]) for key in shape)
        case list():
            return isinstance(value, list) and all(fits(inner, shape[0]) for inner in value)
        case tuple():
            return any(fits(value, inner) for inner in shape)
        case frozenset():
            return isinstance(value, str) and value in shape
        case None:
            return value is None
    if shape is bool:
        return isinstance(value, bool)
    if shape is str:
        return isinstance(value, str) and plain(value) == value
    return type(value) is int and value >= 0
