"""What every answer of the desk's pages says to the browser, refusals included."""

from __future__ import annotations

from typing import Final

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    # With 'no-referrer' a browser says "Origin: null" when it posts, and then nobody knows whose form it was.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=()",
    "X-DNS-Prefetch-Control": "off",
}


def with_ours(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """An answer's headers, ours in place of those of the same name."""
    ours = {name.lower() for name in HEADERS}
    return [(name, value) for name, value in headers if name.lower() not in ours] + list(HEADERS.items())
