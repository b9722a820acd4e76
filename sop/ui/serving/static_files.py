"""Streamlit's scripts, styles and fonts, handed out without leaving the server's own thread.

At the first visit Python reads its libraries while the browser fetches some eighty small files. Streamlit hands each
to another thread several times over, and each time it has to wait for Python; here a file is one answer. Their names
carry a hash, so they never change and may stay in the browser for good (as Streamlit says of them, too). Anything that
is not one of these files goes its usual way.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from streamlit import file_util

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
}
_FOR_GOOD: Final = "public, immutable, max-age=31536000"
_handed_out: list[float] = [float("-inf")]


class StaticFiles:
    """ASGI middleware around the app that answers for its unchanging files."""

    def __init__(self, app: ASGIApp, folder: Path | None = None) -> None:
        """``folder``: where the files addressed /static/... lie, Streamlit's own unless given."""
        self._app = app
        files = Path(file_util.get_static_dir()) / "static" if folder is None else folder
        self._files = {
            f"/static/{path.relative_to(files).as_posix()}": path
            for path in files.rglob("*")
            if path.suffix in _KINDS and path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a known file; let the app answer for everything else."""
        known = scope["type"] == "http" and scope["method"] == "GET"
        if known and (path := self._files.get(scope["path"])) is not None:
            await _hand_out(path, send)
        else:
            await self._app(scope, receive, send)


def seconds_since_last() -> float:
    """Seconds since a file was handed out last: while few, a browser is still fetching what it draws with."""
    return monotonic() - _handed_out[0]


async def _hand_out(path: Path, send: Send) -> None:
    content = path.read_bytes()
    _handed_out[0] = monotonic()
    headers = {"content-type": _KINDS[path.suffix], "content-length": str(len(content)), "cache-control": _FOR_GOOD}
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": told})
    await send({"type": "http.response.body", "body": content})
