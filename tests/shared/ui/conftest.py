"""The fixture of pages."""

from pathlib import Path

import pytest

from tests.shared.ui.pages_app import Pages


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """An application with one page, that each test writes."""
    return Pages(tmp_path)
