"""Names in the UI that more than one module goes by."""

from __future__ import annotations

TAG = "绩效自评"
"""On every run of ours."""
BY_ITSELF = "自动重跑"
"""On a run that nobody asked for: a mended unit."""
NOT_RUN = "未运行"
"""The state of a run that met something wrong before it began."""
RERUN = "单位重跑"
"""The flow and deployment that reruns units."""
