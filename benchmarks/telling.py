"""The table of a measured work, and the page that keeps it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Cost
from benchmarks.peers import Peer, Size

TITLES = {
    "w1": "W1: {users} users, an emit with acknowledgement each {period:g} ms, {rounds} times",
    "w2": "W2: {users} users, a POST of small JSON as soon as the last is answered, {rounds} times",
    "w4": "W4: {users} users in rooms of {each}, each posts every {period:g} ms, {rounds} times; a delivery costs",
    "w5": "W5: {users} sockets hear {rounds} events each as fast as the server sends",
}
BUDGETS = {
    "w1": (("k6", 0.6), ("bare picows loop", 1.3)),
    "w2": (("k6", 0.25),),
    "w5": (("bare picows loop", 1 / 0.65),),
}
MORE = {"w4": (("Antiphon without laws", 5.0, 25.0, "bare picows loop's W1", 45.0),)}
"""How much more than somebody else it may cost, and how much at all, in µs, where a third costs so much."""
_VERSION = re.compile(r"\d+\.\d+[\w.]*")


def table(
    work: str,
    size: Size,
    costs: Mapping[Peer, Sequence[Cost]],
    versions: Mapping[str, str],
    left_out: Mapping[str, str],
    machine: str,
) -> str:
    """Return the table as Markdown: medians of the processor time for each piece of work, start included."""
    medians = {peer.name: statistics.median(cost.each_us for cost in found) for peer, found in costs.items()}
    title = TITLES[work].format(users=size.users, rounds=size.rounds, period=size.period_s * 1000, each=size.each)
    own = medians.get("Antiphon")
    lines = [
        f"## {title}",
        "",
        "| who | µs each | least to most | Antiphon is x | version | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for peer, found in costs.items():
        each = sorted(cost.each_us for cost in found)
        ratio = f"{own / medians[peer.name]:.2f}" if own is not None and peer.name != "Antiphon" else ""
        note = peer.note + (f"; {found[0].count:,} of {size.count:,}" if peer.share != 1 else "")
        span = f"{each[0]:.1f} to {each[-1]:.1f}"
        version = versions.get(peer.name, "")
        lines.append(f"| {peer.name} | {medians[peer.name]:.1f} | {span} | {ratio} | {version} | {note.strip('; ')} |")
    lines += ["", f"Medians of {max(map(len, costs.values()), default=0)}, alternating. {machine}.", ""]
    lines += _more(work, medians)
    for name, most in BUDGETS.get(work, ()):
        if own is not None and name in medians:
            ratio = own / medians[name]
            lines.append(f"- x {ratio:.2f} of {name}, budget x {most:g}: {'met' if ratio <= most else 'missed'}")
    lines += [f"- not measured: {name}, {why}" for name, why in left_out.items()]
    return "\n".join(lines) + "\n"


def _more(work: str, medians: Mapping[str, float]) -> Iterator[str]:
    """Yield whether budgets in µs are kept, scaled by what this machine takes for something that is known."""
    own = medians.get("Antiphon")
    for name, more_us, all_us, known, usual_us in MORE.get(work, ()):
        if own is None or name not in medians or known not in medians:
            continue
        scale = medians[known] / usual_us
        for what, cost, most in (
            (f"{own - medians[name]:.1f} µs more than {name}", own - medians[name], more_us),
            (f"{own:.1f} µs in all", own, all_us),
        ):
            kept = "met" if cost <= most * scale else "missed"
            yield f"- {what}, budget {most:g} x {scale:.2f} = {most * scale:.1f}: {kept}"


def version_in(lines: Sequence[str]) -> str:
    """Return the version that a program tells in its first lines."""
    found = next((match for line in lines if (match := _VERSION.search(line))), None)
    return found.group() if found is not None else ""


def keep(page: Path, work: str, text: str) -> None:
    """Put a table into its place of the page."""
    begin, end = f"<!-- {work} -->", f"<!-- end of {work} -->"
    old = page.read_text()
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")
