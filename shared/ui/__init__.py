"""Pages of Ancrage: one shell, one set of macros, French formats, static files."""

from shared.ui.assets import static_files
from shared.ui.flashes import FlashMiddleware, flash
from shared.ui.pages import Ui, allow_return, error_page, page, redirect

__all__ = [
    "FlashMiddleware",
    "Ui",
    "allow_return",
    "error_page",
    "flash",
    "page",
    "redirect",
    "static_files",
]
