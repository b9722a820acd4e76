"""The server hands out exactly Streamlit's unchanging files, and leaves everything else to the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit import delta_generator
from streamlit.components.v2 import manifest_scanner
from streamlit.web.server.starlette import starlette_server_config

from sop.ui import early
from sop.ui.serving import static_files
from sop.ui.serving.static_files import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files that may be handed out, one of another kind, one outside."""
    inside = tmp_path / "static"
    (inside / "js").mkdir(parents=True)
    (inside / "js" / "index.abc.js").write_text("1;", encoding="utf-8")
    (inside / "font.woff2").write_bytes(b"\0\1")
    (inside / "index.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "secret.js").write_text("2;", encoding="utf-8")
    return inside


def asked(folder: Path, path: str, method: str = "GET", kind: str = "http") -> list[dict[str, Any]]:
    """What is sent in answer; the app behind says that it was asked."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "app"})

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    answer = StaticFiles(app, folder)({"type": kind, "method": method, "path": path}, receive, send)
    with pytest.raises(StopIteration):  # nothing is waited for: it ends at once
        answer.send(None)
    return sent


def test_known_files_are_handed_out(folder: Path) -> None:
    """Content, kind, length, and that they may be kept for good."""
    start, body = asked(folder, "/static/js/index.abc.js")
    assert start["status"] == 200
    assert dict(start["headers"]) == {
        b"content-type": b"text/javascript; charset=utf-8",
        b"content-length": b"2",
        b"cache-control": b"public, immutable, max-age=31536000",
    }
    assert body["body"] == b"1;"
    assert asked(folder, "/static/font.woff2")[1]["body"] == b"\0\1"
    assert static_files.seconds_since_last() < 10.0


@pytest.mark.parametrize(
    "path",
    ["/static/index.html", "/static/../secret.js", "/static/js/..%2f..%2fsecret.js", "/secret.js", "/", "/Demand"],
)
def test_anything_else_is_the_apps(folder: Path, path: str) -> None:
    """Pages, files of other kinds and paths that lead out of the folder are not answered here."""
    assert asked(folder, path) == [{"type": "app"}]


def test_only_reading_is_answered(folder: Path) -> None:
    """Sending something, or a socket, goes to the app."""
    assert asked(folder, "/static/font.woff2", method="POST") == [{"type": "app"}]
    assert asked(folder, "/static/font.woff2", kind="websocket") == [{"type": "app"}]


def test_files_may_be_kept_as_long_as_streamlit_says() -> None:
    """The header is the one Streamlit gives the same files."""
    seconds = starlette_server_config.STATIC_ASSET_CACHE_MAX_AGE_SECONDS
    assert f"public, immutable, max-age={seconds}" == static_files._FOR_GOOD


def test_what_is_spared_is_still_there_to_be_spared() -> None:
    """Streamlit has the two names a start does without; when it drops one, the start may be slower again."""
    assert callable(manifest_scanner.scan_component_manifests)
    assert isinstance(delta_generator._use_warning_has_been_displayed, bool)


def test_nobody_waits_without_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first visit figures are sent at once."""
    monkeypatch.setattr(early, "_drawn", [])
    monkeypatch.setattr(early, "sleep", lambda _: pytest.fail("waited"))
    early.wait()
    early.shown()
