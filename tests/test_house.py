"""The house rules that no other tool holds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sop.ui.glossary import glossary_markdown

ROOT = Path(__file__).resolve().parents[1]
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def imported(path: Path) -> set[str]:
    """Modules a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("page", SCREENS, ids=lambda path: path.name)
def test_pages_ask_the_screen_room_only(page: Path) -> None:
    """A page draws with sop.ui and knows domain words; it never reaches past the workspace."""
    ours = {name for name in imported(page) if name.split(".")[0] == "sop"}
    allowed = ("sop.ui", "sop.domain", "sop.workspace")
    assert {name for name in ours if not name.startswith(allowed)} == set()


@pytest.mark.parametrize("page", SCREENS[1:], ids=lambda path: path.name)
def test_pages_stay_short(page: Path) -> None:
    """A page reads state, asks the workspace and draws: it fits on a screen or two."""
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 90


def test_readme_and_ci_run_the_same_test_command() -> None:
    """What CI passes is what README tells a newcomer to run."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line for line in readme.splitlines() if line.startswith("python3 -m venv") and "pytest" in line]
    assert len(commands) == 1
    assert commands[0] in ci.splitlines()


def test_every_dependency_has_its_reason() -> None:
    """Each pinned runtime library is named in the decision about dependencies."""
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    libraries = [line.split("==")[0] for line in pinned if "==" in line]
    assert len(libraries) > 5
    assert [name for name in libraries if f"| {name} |" not in reasons] == []


def test_the_glossary_page_is_up_to_date() -> None:
    """docs/glossary.md says what the help texts on screen say."""
    written = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert written == glossary_markdown(), "run: python -m sop.ui.glossary"
