"""What the two public modules of ``frontend/`` tell at their heads."""

from __future__ import annotations

import re
from pathlib import Path

FRONTEND = Path(__file__).resolve().parents[3] / "frontend"
HEAD = re.compile(r"/\*!\n(.*?)\*/", re.DOTALL)
PUBLIC = ("api.js", "charts.js")


def javascript() -> str:
    return "\n\n".join(f"**`origination/{name}`**\n\n```text\n{head(name)}\n```" for name in PUBLIC)


def head(name: str) -> str:
    text = (FRONTEND / name).read_text(encoding="utf-8")
    lines = HEAD.match(text)[1].splitlines()
    return "\n".join(line.removeprefix(" *").removeprefix(" ") for line in lines).strip()
