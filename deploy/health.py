"""Whether the Prefect API that this container works with answers: for the HEALTHCHECK of the image."""

from __future__ import annotations

import os
import sys
import urllib.request

DEFAULT = "http://127.0.0.1:4200/api"


def main() -> int:
    """Return 0 when it answers, 1 when it does not."""
    url = (os.environ.get("PREFECT_API_URL") or DEFAULT).rstrip("/")
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=8) as answer:  # noqa: S310  the operator's own
            return 0 if answer.status == 200 else 1
    except (OSError, ValueError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
