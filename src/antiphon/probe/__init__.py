"""The target's database, read only: one query at a time, bound values, a time-out, a thousand rows."""
