"""The directive ``made``: a table of the reference, made from the code when the page is built."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from makers import MAKERS
from sphinx.util.docutils import SphinxDirective


class Made(SphinxDirective):
    """``{made} settings``: the name of one of ``MAKERS``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(MAKERS[self.arguments[0]]())


def setup(app: Any) -> dict[str, Any]:
    app.add_directive("made", Made)
    # What is made depends on the code, which no time of a page tells.
    return {"parallel_read_safe": True}
