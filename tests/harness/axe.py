"""What axe-core finds in the page that a browser shows: every rule of WCAG 2.2 A and AA, and axe's best practices.

It runs in a world of its own beside the page's, so that it can be asked at every security level, and sees the page as
it is: no header of ours forbids it, and nothing that the page says or does is in its way.
"""

from __future__ import annotations

from pathlib import Path

from tests.harness.firefox import Firefox

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ASK = """
const found = await axe.run(document, {
  runOnly: {type: "tag", values: arguments[0]},
  preload: false,  // it would fetch style sheets once more
  iframes: false,  // none of ours shows anything
});
return found.violations.flatMap(({id, nodes}) =>
  nodes.map((node) => `${id}: ${node.html.slice(0, 200)} (${node.failureSummary.split("\\n")[1].trim()})`));
"""


def complaints(browser: Firefox) -> list[str]:
    """One line for each element with which axe finds something wrong; nothing where all is well."""
    found = browser.run_apart(AXE.read_text() + ";" + _ASK, TAGS)
    assert isinstance(found, list)
    return [str(line) for line in found]
