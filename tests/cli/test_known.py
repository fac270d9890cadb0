"""`--write-known`: a run's findings, drafted as a profile accepts them; and those that are gone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from tests.cli.test_contracts import documented, told
from tests.cli.test_laws import PIN, TO_ONE, playing

if TYPE_CHECKING:
    from conftest import Here

__all__ = ("documented",)


def adopt(here: Here, name: str) -> None:
    """Put a drafted list into the profile."""
    drafted = (here.folder / name).read_text()
    profile = here.folder / "target.yaml"
    text = profile.read_text()
    entries = drafted.partition("known:\n")[2]
    assert entries
    profile.write_text(
        text.replace("known:\n", "known:\n" + entries) if "known:\n" in text else f"{text}\nknown:\n{entries}"
    )


def test_what_is_drafted_lets_the_same_run_end_well_and_is_gone_when_it_is_mended(here: Here) -> None:
    with playing(here, PIN, TO_ONE):
        first = here.antiphon("run", "--write-known", "known.yaml")
        assert first.code == 1, first.out + first.err
        assert "known findings known.yaml: 1 finding drafted, for the profile's `known`" in first.out
        text = (here.folder / "known.yaml").read_text()
        name, on, until = re.fullmatch(
            r"# What run (\w+) of ([-\d]+) found, drafted by `antiphon run --write-known`\. Put the list into the"
            r" profile: what it\n# names fails no run until its day is over\. Look at each, and add its `ticket`\.\n"
            r"known:\n"
            r'  - law: "a note that is pinned is heard in its room"\n'
            r'    operation: "POST /rooms/:id/notes"\n'
            r'    event: "note_pinned"\n'
            r'    because: "lost once in club: \w+ did not hear note_pinned within 5 s of rita\'s'
            r' POST /rooms/:id/notes; in run \1 of \2"\n'
            r"    until: ([-\d]+)\n",
            text,
        ).groups()  # type: ignore[union-attr]  # else the text is shown
        assert name == first.run_id
        assert dt.date.fromisoformat(until) - dt.date.fromisoformat(on) == dt.timedelta(days=90)
        adopt(here, "known.yaml")
        again = here.antiphon("run")
        assert again.code == 0, again.out + again.err
        assert "findings: 0 · known: 1\n" in again.out
        assert "is gone" not in again.out
    with playing(here):
        adopt(here, "known.yaml")
        mended = here.antiphon("run")
        assert mended.code == 0, mended.out + mended.err
        gone = "warning: known finding `a note that is pinned is heard in its room · note_pinned` is gone: take it out"
        assert gone in mended.out
        assert gone in here.antiphon("judge").out


def test_what_a_contract_finds_is_drafted_too_and_is_gone_when_it_is_mended(documented: Here) -> None:
    told(documented, "news", "{text: 7}")
    first = documented.antiphon("run", "--write-known", "known.yaml")
    assert first.code == 1, first.out + first.err
    assert 'known:\n  - event: "news"\n    because: "contract ' in (documented.folder / "known.yaml").read_text()
    adopt(documented, "known.yaml")
    again = documented.antiphon("run")
    assert again.code == 0, again.out + again.err
    assert "findings: 0 · known: 1\n" in again.out
    assert "is gone" not in again.out
    told(documented, "news", "{text: hello}")
    mended = documented.antiphon("run")
    assert mended.code == 0, mended.out + mended.err
    assert "warning: known finding `news` is gone: take it out of `known`" in mended.out
    assert "known finding `news` is gone" in documented.antiphon("judge").out


def test_what_no_document_knows_is_accepted_where_it_was_seen_and_nowhere_else(documented: Here) -> None:
    told(documented, "news", "{text: hello}")
    scenario = documented.folder / "scenarios" / "news.yaml"
    also = scenario.read_text().replace("event: news, ", 'event: gossip, data: {}}, {to: "{{ bob.id }}", event: news, ')
    scenario.write_text(also)
    first = documented.antiphon("run", "--write-known", "known.yaml")
    assert first.code == 1, first.out + first.err
    text = (documented.folder / "known.yaml").read_text()
    assert 'known:\n  - scenario: "news"\n    event: "gossip"\n    because: "undocumented once in news: ' in text
    adopt(documented, "known.yaml")
    again = documented.antiphon("run")
    assert again.code == 0, again.out + again.err
    documented.write("scenarios/more.yaml", also.replace("scenario: news", "scenario: more news"))
    elsewhere = documented.antiphon("run")
    assert elsewhere.code == 1
    assert "findings: 1 · known: 1\n" in elsewhere.out
    (documented.folder / "scenarios" / "more.yaml").unlink()
    told(documented, "news", "{text: hello}")
    assert "known finding `gossip · news` is gone" in documented.antiphon("run").out


def test_a_run_that_finds_nothing_drafts_an_empty_list(here: Here) -> None:
    with playing(here):
        said = here.antiphon("run", "--write-known", "known.yaml")
        assert said.code == 0, said.out + said.err
        assert "known findings known.yaml: 0 findings drafted" in said.out
        assert (here.folder / "known.yaml").read_text().endswith("\nknown: []\n")


def test_no_list_is_written_over_and_no_target_touched_then(here: Here) -> None:
    with playing(here):
        said = here.antiphon("run", "--write-known", "target.yaml")
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            "the known findings cannot be written to target.yaml: it is there already, and may say more than a draft"
            " does\n"
            "hint: name another file with --write-known, and move from it what is new\n"
        )
        said = here.antiphon("run", "--write-known", "no/known.yaml")
        assert said.code == 2
        assert "there is no such folder" in said.err
