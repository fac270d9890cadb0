"""The truth: tables, and the one writer that changes them."""
