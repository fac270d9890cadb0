"""How the documentation is built: Sphinx, MyST and furo; `make docs`."""

import importlib.metadata
import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "tools"))

project = "Antiphon"
author = "the Antiphon maintainers"
copyright = "the Antiphon maintainers, Apache-2.0"  # noqa: A001 - Sphinx calls it so
release = importlib.metadata.version("antiphon")

extensions = ["myst_parser"]
exclude_patterns = ["_build", "tools", "examples"]
nitpicky = True
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Antiphon {release}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Put into pages what is made when they are built."""
    from built_parts import built

    def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
        source[0] = built(source[0])

    app.connect("source-read", fill)
