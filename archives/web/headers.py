"""Headers of every answer: nothing from elsewhere, no inline script, no guessing of types."""

from flask import Response, request

from archives.web.application import Application

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(origin: str) -> str:
    """What pages may load; `origin` is where the office's own base map comes from, "" for none."""
    if not origin:
        return POLICY
    return POLICY.replace("img-src 'self' data:", f"img-src 'self' data: {origin}; connect-src 'self' {origin}")


def install(app: Application) -> None:
    """Set the headers on every answer; pages are private and not kept by caches."""
    headers = {"Content-Security-Policy": policy(app.settings.base_map_origin), **HEADERS}

    @app.after_request
    def _set(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if app.settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
