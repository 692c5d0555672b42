"""Secrets of the alert channels: from the environment, else from a Secret block of the Prefect server."""

from __future__ import annotations

import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.alerting import find_secret
from tests.support.command import Command


def test_a_secret_comes_from_a_block_unless_the_environment_has_it(
    served: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with temporary_settings({PREFECT_API_URL: served.api}):
        Secret(value="from-block").save("smtp-password", overwrite=True)
        assert find_secret("SMTP_PASSWORD") == "from-block"
        assert find_secret("NO_SUCH_SECRET") is None
        monkeypatch.setenv("SMTP_PASSWORD", "from-environment")
        assert find_secret("SMTP_PASSWORD") == "from-environment"
