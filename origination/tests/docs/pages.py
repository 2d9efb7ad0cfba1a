"""A page's marked blocks as one shell script, and what the page says that they print.

A comment marks the fenced block that follows it:

    <!-- run -->         commands; ``<!-- run: 1 -->`` where their status is 1
    <!-- prints -->      what the commands before it print
    <!-- file: NAME -->  text of a new file; ``append`` instead of ``file`` adds to one
    <!-- serve: PORT --> a server, which runs until the page ends

``<!-- database: postgresql -->`` stands on a page whose site has calls, on that engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"^( *)<!-- (?P<kind>run|prints|file|append|serve)(?:: (?P<what>\S+))? -->\s*?\n+"
    r"\1```\w*\n(?P<text>.*?)^\1```",
    re.DOTALL | re.MULTILINE,
)
ON_POSTGRESQL = "<!-- database: postgresql -->"
END = "--- end of a block, status "


@dataclass
class Step:
    kind: str
    what: str | None
    text: str
    prints: str | None = None

    @property
    def status(self) -> int:
        return int(self.what or 0) if self.kind == "run" else 0


def steps(page: Path) -> list[Step]:
    found: list[Step] = []
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        text = re.sub(f"^{match[1]}", "", match["text"], flags=re.MULTILINE)
        if match["kind"] == "prints":
            found[-1].prints = text
        else:
            found.append(Step(match["kind"], match["what"], text))
    return found


def is_about_postgresql(page: Path) -> bool:
    return ON_POSTGRESQL in page.read_text(encoding="utf-8")


def script(found: list[Step]) -> str:
    return "\n".join(f'{SHELL[step.kind](step)}\necho "{END}$?"' for step in found)


def _file(step: Step, operator: str = ">", before: str = "") -> str:
    return f"cat {operator} {step.what} <<'END OF FILE'\n{before}{step.text}END OF FILE"


def _append(step: Step) -> str:
    return _file(step, ">>", "\n\n")


def _serve(step: Step) -> str:
    address = f"http://127.0.0.1:{step.what}/"
    ready = f"curl -s -o /dev/null --retry 40 --retry-delay 1 --retry-connrefused {address}"
    return f"( {step.text.strip()} ) >server.log 2>&1 &\n{ready}"


SHELL = {
    "run": lambda step: step.text.rstrip(),
    "file": _file,
    "append": _append,
    "serve": _serve,
}
