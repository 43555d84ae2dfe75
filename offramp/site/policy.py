"""What a browser may do with our pages: the headers of every answer, and first of all the Content-Security-Policy."""

from __future__ import annotations

from typing import Final

# 'none' unless named: a page needs its own scripts, styles and images, and talks to nobody else.
# No form is ever submitted by the browser itself: that would be plaintext.
POLICY: Final = (
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';"
    "form-action 'none';frame-ancestors 'none';base-uri 'none';"
    "require-trusted-types-for 'script';trusted-types 'none'"
)

# Where there is the form for a file that is sealed already, for browsers without scripts.
FORM_POLICY: Final = POLICY.replace("form-action 'none'", "form-action 'self'")

POLICY_HEADER: Final = "Content-Security-Policy"
FORM_HEADERS: Final = ((POLICY_HEADER, FORM_POLICY),)
"""The headers of a page that has that form; they take the place of every answer's own."""

LEAVE_HEADERS: Final = (("Clear-Site-Data", '"cache","cookies","storage"'),)
"""The headers of the page that people leave to. We store nothing; whoever doubts it sees that nothing is left."""

HEADERS: Final = (
    (POLICY_HEADER, POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # Not even to ourselves: what is sent from the page of answers must look like what is sent from the first.
    # The page's own POST then says `Origin: null`, which nothing here looks at.
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""The headers of every answer, but where an answer has one of these names itself. Manifests list them."""
