"""Who is in which room when: certainly, certainly not, or perhaps, as far as a history can tell."""
