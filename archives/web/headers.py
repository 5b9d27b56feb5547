"""Headers of every answer: nothing from elsewhere, no inline script, no guessing of types."""

from flask import Response, request

from archives.web.application import Application

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Application) -> None:
    """Set the headers on every answer; pages are private and not kept by caches."""

    @app.after_request
    def _set(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if app.settings.https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
