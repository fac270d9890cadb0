"""Every fuzzed codec and loader, by name."""

from __future__ import annotations

from fuzz import http_checks, language_checks, record_checks, wire_checks
from fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        *wire_checks.TARGETS,
        *http_checks.TARGETS,
        *language_checks.TARGETS,
        *record_checks.TARGETS,
    )
}
