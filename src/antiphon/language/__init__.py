"""YAML with positions, addresses, templates, matchers: text to plain callables."""
