"""YAML with positions, addresses, templates and matchers: text to plain callables."""
