"""Tests of the pages: formats, macros, messages, static files, contrast of the colours."""
