"""The labels, in both languages, are those of FORMAT.md, section 1."""

from __future__ import annotations

import re

from offramp.crypto import labels
from tests.crypto.vectors import FOLDER

FORMAT = (FOLDER.parent / "FORMAT.md").read_text()
LISTED = re.findall(r"`(offramp/[a-z-]+)`", next(re.finditer(r"^The labels: .*$", FORMAT, re.MULTILINE))[0])


def test_the_labels_are_those_of_the_format() -> None:
    ours = [value for name, value in vars(labels).items() if name.isupper()]
    assert sorted(ours) == sorted(text.encode().ljust(16, b"\0") for text in LISTED)
    assert len(set(ours)) == len(ours)
    assert all(len(value) == 16 for value in ours)


def test_the_page_has_the_same_labels() -> None:
    script = (FOLDER.parent / "js" / "hashing.mjs").read_text()
    theirs = dict(re.findall(r'export const (\w+) = /\* @__PURE__ \*/ label\("(.*)"\);', script))
    assert len(theirs) == 14
    for name, text in theirs.items():
        assert getattr(labels, name) == text.encode().ljust(16, b"\0")
