"""The session cookie: host-only, unreadable by scripts, not sent from other sites' forms."""

from fastapi import Request, Response

from shared.security.sessions import ABSOLUTE, cookie_name

__all__ = ["clear_session_cookie", "cookie_name", "set_session_cookie"]


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    """Give the browser the session that was just opened (`sessions.open_session`)."""
    response.set_cookie(
        request.app.state.session_cookie,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=request.app.state.secure,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(
        request.app.state.session_cookie,
        path="/",
        secure=request.app.state.secure,
        httponly=True,
        samesite="lax",
    )
