"""The reference names all that a page of a site can import, as a browser sees it."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "docs" / "_ext"))
from makers.javascript import PUBLIC, described, module

# Calls that the bundle offers: exports, and what their instances do.
OFFERED = """async (address) => {
  const calls = [];
  for (const [name, thing] of Object.entries(await import(address))) {
    const isClass = /^class\\b/.test(thing);
    calls.push(isClass ? `new ${name}` : name);
    if (!isClass) continue;
    const methods = Object.getOwnPropertyNames(thing.prototype).filter((n) => n !== "constructor");
    calls.push(...methods.map((method) => `${name.toLowerCase()}.${method}`));
  }
  return calls;
}"""
SOURCE = """
/** Nothing of a site's. */
function hidden(one) {
}
/** A thing.
 * It has two lines. */
export class Thing extends Other {
  /**
   * @param {?number} [size] - in pixels,
   *   or none
   */
  constructor(size = null) {
  }

  #own() {
  }

  /** Goes. */
  async go({ far } = {}) {
  }
}
/** @returns {Array<{id: string}>} all */
export function all(of) {
}
"""


@pytest.mark.parametrize("name", PUBLIC)
def test_every_call_that_a_page_can_import_is_on_the_page(visit, name):
    offered = visit("/health").evaluate(OFFERED, f"/static/origination/{name}")
    made = re.findall(r"^\*\*`((?:new )?[\w.]+)\(", module(name), re.MULTILINE)
    assert offered
    assert sorted(made) == sorted(offered)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_parameter_has_a_meaning(name):
    rows = re.findall(r"^\| `.*\|$", module(name), re.MULTILINE)
    assert len(rows) > 5
    assert [row for row in rows if re.search(r"\|\s*\|", row)] == []


def test_a_comment_becomes_what_a_reader_calls():
    found = list(described(SOURCE))
    assert [each.signature for each in found] == [
        "class Thing extends Other",
        "new Thing(size = null)",
        "thing.go({ far } = {})",
        "all(of)",
    ]
    assert found[0].told == "A thing. It has two lines."
    assert found[1].parameters == [("`size`", "`number or null`, optional", "in pixels, or none")]
    assert found[3].returns == "Returns `Array<{id: string}>`: all."
