"""How the documentation is built: Sphinx, MyST and furo; `make docs`."""

import importlib.metadata

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
