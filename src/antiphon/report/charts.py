"""The small charts of the HTML report, as inline SVG without script or style."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from antiphon.core.durations import duration_text
from antiphon.judge.verdicts import PlayOutcome
from antiphon.report.measured import Bar

_WIDTH = 720


def outcome_bar(counts: Sequence[tuple[PlayOutcome, int]]) -> str:
    """Return how many scenarios came out how as one bar of shares; empty if there are none."""
    every = sum(count for _, count in counts)
    if not every:
        return ""
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts if count)
    parts = []
    x = 0.0
    for outcome, count in counts:
        if count:
            width = _WIDTH * count / every
            kind = str(outcome).replace(" ", "-")
            parts.append(
                f'<rect class="fill-{kind}" x="{x:.2f}" y="0" width="{max(width - 2, 1):.2f}" height="10" '
                f'fill="currentColor"><title>{count} {outcome}</title></rect>'
            )
            x += width
    return (
        f'<svg class="bar" role="img" aria-label="{escape(told, quote=True)}" viewBox="0 0 {_WIDTH} 10" '
        f'preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def histogram_chart(bars: Sequence[Bar], *, label: str, limit_s: float | None = None) -> str:
    """Return a distribution as bars over their bounds, with its limit where that lies among them."""
    if not bars:
        return ""
    step, height, foot = 44, 64, 18
    width = max(step * len(bars), step)
    most = max(bar.count for bar in bars)
    parts = []
    for number, bar in enumerate(bars):
        tall = max(height * bar.count / most, 1.5) if bar.count else 0.0
        over = limit_s is not None and bar.upto_s > limit_s
        told = f"{bar.count} up to {duration_text(bar.upto_s)}"
        parts.append(
            f'<g><title>{told}</title><rect class="{"fill-failed" if over else "fill-value"}" x="{number * step + 3}" '
            f'y="{height - tall + 14:.1f}" width="{step - 6}" height="{tall:.1f}" fill="currentColor"/>'
            f'<text class="tick" x="{number * step + step / 2:.0f}" y="{height + 14 + 14}" text-anchor="middle" '
            f'font-size="10" fill="currentColor">{_tick(bar.upto_s)}</text>'
        )
        if bar.count:
            parts.append(
                f'<text class="tick" x="{number * step + step / 2:.0f}" y="{height - tall + 10:.1f}" '
                f'text-anchor="middle" font-size="10" fill="currentColor">{bar.count:,}</text>'
            )
        parts.append("</g>")
    return (
        f'<svg class="histogram" role="img" aria-label="{escape(label, quote=True)}" width="{width}" '
        f'height="{height + foot + 16}" viewBox="0 0 {width} {height + foot + 16}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _tick(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return duration_text(seconds)
