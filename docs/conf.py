"""How the handbook is built: ``sphinx-build -W --keep-going -b html docs build/docs``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from pygments.lexers import PostgresLexer
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statsproject.settings")
django.setup()

from origination import __version__ as release  # noqa: E402

project = "Origination statistics"
author = "The django-origination-statistics authors"
copyright = author
version = release

extensions = ["myst_parser", "made"]
myst_enable_extensions = ["colon_fence"]
# A heading is linked by its words, as on the pages of a repository.
myst_heading_anchors = 3
exclude_patterns = ["_ext"]
nitpicky = True

html_theme = "furo"
html_title = project
html_show_copyright = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    # Pygments' SQL knows no $$.
    app.add_lexer("sql", PostgresLexer)
