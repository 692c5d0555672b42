"""Failures that are explained to the operator."""

from __future__ import annotations


class ExplainedError(Exception):
    """A failure whose message is for the operator: in Chinese, with what to do."""
