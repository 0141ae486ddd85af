"""Security headers: on every answer, pages, files and failures alike.

A handler that needs another value sets its own header; these only fill what is missing.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from server.settings import Settings

HSTS = "max-age=63072000; includeSubDomains"
ADMIN_CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def content_security_policy(settings: Settings) -> str:
    """Nothing inline, nothing from elsewhere but map tiles."""
    images = "img-src 'self' data: blob:"
    if settings.tile_url:
        tiles = urlsplit(settings.tile_url.replace("{s}.", "*."))
        images += f" {tiles.scheme}://{tiles.netloc}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            images,
            "media-src 'self' blob:",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "font-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


def security_headers(settings: Settings) -> dict[bytes, bytes]:
    """By lower-case name, as ASGI sends them."""
    headers = {
        "content-security-policy": content_security_policy(settings),
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
        # Pages hold a tenant's data; what may be kept (assets, photos) says so itself.
        "cache-control": "no-store",
    }
    if settings.is_https:
        headers["strict-transport-security"] = HSTS
    return {name.encode(): value.encode() for name, value in headers.items()}
