"""The offline sealer: one page in one file, which is opened from disk and seals without any network.

Its style sheet and script are inside, and named by their hashes in a policy that allows nothing else: no request of
any kind, not even by a script that somebody slipped in. pages.py writes it, of the same
parts as the pages.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

SEALER: Final = "/sealer.html"
SEALER_HEADERS: Final = (("Content-Disposition", 'attachment; filename="sealer.html"'),)
"""It is for the disk: a browser that showed it from the site would find nothing of it allowed."""


def sealer_policy(style: str, script: str) -> str:
    """The Content-Security-Policy that stands in the page itself; `frame-ancestors` has no meaning there."""
    return (
        f"default-src 'none';script-src {_source(script)};style-src {_source(style)};"
        "form-action 'none';base-uri 'none';require-trusted-types-for 'script';trusted-types 'none'"
    )


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
