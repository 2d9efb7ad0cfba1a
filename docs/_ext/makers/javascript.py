"""The public names of the two modules for pages of a site: their heads and their JSDoc."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from .markdown import code, table

FRONTEND = Path(__file__).resolve().parents[3] / "frontend"
PUBLIC = ("api.js", "charts.js")
HEAD = re.compile(r"/\*!\n(.*?)\*/", re.DOTALL)
# A comment, and the export or the method after it.
DESCRIBED = re.compile(r"^ */\*\*((?:(?!\*/)[\s\S])*)\*/\n(export .*|  \w.*) \{$", re.MULTILINE)
TAG = re.compile(r"@(?P<name>param|returns) \{(?P<type>.*?)\}(?=\s|$)\s*(?P<told>.*)", re.DOTALL)
NAMED = re.compile(r"(?P<name>[\w.]+|\[[\w.]+\]) - (?P<told>.*)", re.DOTALL)
EXAMPLE = re.compile(r"(?:^    .*\n)+", re.MULTILINE)


class Described(NamedTuple):
    signature: str
    told: str
    parameters: list[tuple[str, ...]]
    returns: str


def javascript() -> str:
    return "\n\n".join(map(module, PUBLIC))


def module(name: str) -> str:
    source = (FRONTEND / name).read_text(encoding="utf-8")
    entries = (entry(each) for each in described(source))
    return "\n\n".join([f"**`origination/{name}`**", head(source), *entries])


def head(source: str) -> str:
    text = _unstarred(HEAD.match(source)[1])
    return EXAMPLE.sub(lambda found: f"```javascript\n{dedent(found[0])}```\n", text)


def entry(of: Described) -> str:
    heads = ("parameter", "type", "meaning")
    parts = [f"**{code(of.signature)}**", of.told]
    if of.parameters:
        parts.append(table(heads, of.parameters))
    return "\n\n".join([*parts, of.returns]).strip()


def described(source: str) -> Iterator[Described]:
    owner = ""
    for comment, line in DESCRIBED.findall(source):
        if line.startswith("export class"):
            owner = line.split()[2]
        told, *tags = re.split(r"(?:\n|^)(?=@)", _unstarred(comment))
        yield Described(_signature(line, owner), _line(told), *_tags(tags))


def _signature(line: str, owner: str) -> str:
    """As it is called: ``new Api(…)``, ``api.login(…)``, ``timeRange(…)``."""
    call = re.sub(r"export (function )?|async ", "", line).strip()
    if line.startswith("export"):
        return call
    if call.startswith("constructor"):
        return call.replace("constructor", f"new {owner}")
    return f"{owner.lower()}.{call}"


def _tags(texts: list[str]) -> tuple[list[tuple[str, ...]], str]:
    found = [TAG.match(text) for text in texts]
    parameters = [_parameter(tag) for tag in found if tag["name"] == "param"]
    returns = [f"Returns {_typed(tag)}" for tag in found if tag["name"] == "returns"]
    return parameters, "".join(returns)


def _parameter(tag: re.Match[str]) -> tuple[str, ...]:
    named = NAMED.match(tag["told"])
    name = named["name"].strip("[]")
    kind = code(_type(tag)) + (", optional" if name != named["name"] else "")
    return code(name), kind, _line(named["told"])


def _typed(tag: re.Match[str]) -> str:
    told = _line(tag["told"])
    return f"{code(_type(tag))}: {told}." if told else f"{code(_type(tag))}."


def _type(tag: re.Match[str]) -> str:
    """JSDoc's ``?number`` as people write it."""
    return re.sub(r"\?(\w+)", r"\1 or null", _line(tag["type"]))


def _line(text: str) -> str:
    return " ".join(text.split())


def _unstarred(comment: str) -> str:
    lines = comment.strip("\n").splitlines()
    return "\n".join(re.sub(r"^ *\* ?", "", line) for line in lines).strip()
