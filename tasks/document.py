"""Write the documentation that follows from the declarations: the contract's tables and the rules.

Usage: python -m tasks.document [folder]   (default docs)
"""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2

import templates
from expectations.contract import CONTRACT
from expectations.rules import RULES


def render_pages() -> dict[str, str]:
    """File name → Markdown of each generated page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(str(templates.__file__)).parent / "docs"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Markdown of our own declarations
    )
    return {
        "contract.md": environment.get_template("contract.md.j2").render(contract=CONTRACT),
        "rules.md": environment.get_template("rules.md.j2").render(rules=RULES),
    }


def main() -> None:
    """Write the pages into the folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, text in render_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
