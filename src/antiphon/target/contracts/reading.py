"""A profile with the contract documents that it names: what they promise, and their words beside its own."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from antiphon.core.errors import Mistake, ScenarioError
from antiphon.language.vocabulary import Vocabulary
from antiphon.target.contracts.asyncapi import read_asyncapi
from antiphon.target.contracts.model import ContractDocument, DocumentAt
from antiphon.target.contracts.openapi import read_openapi
from antiphon.target.contracts.parsing import parsed
from antiphon.target.contracts.references import Files, ReadFile
from antiphon.target.model import Target

Fetch = Callable[[DocumentAt, str], bytes]
"""Gives what a URL answers; raises an `AntiphonError` where it does not."""


def with_contracts(
    target: Target, read_file: ReadFile, fetch: Fetch | None = None
) -> tuple[Target, tuple[ScenarioError, ...]]:
    """Return the profile with its contract documents, and all that is wrong with them.

    Args:
        target: A profile as `load_target` returns it.
        read_file: Gives the bytes of a file of the suite; raises a `ScenarioError`.
        fetch: Gives those of a URL; None where the target must not be touched: such documents are left out.
    """
    found: list[ContractDocument] = []
    problems: list[ScenarioError] = []
    for at in target.contract_places:
        url = at.url(target.base_url)
        if url and fetch is None:
            continue
        try:
            data = fetch(at, url) if url and fetch is not None else read_file(at.where)
            files = Files(at.where, parsed(data, at.where, at.source), None if url else read_file, at.source)
            found.append(read_openapi(files, at, target.base_url) if at.kind == "openapi" else read_asyncapi(files, at))
        except RecursionError:
            problems.append(Mistake(sentence=f"`{at.where}` is nested too deep", source=at.source))
        except ScenarioError as error:
            placed = error if error.source is not None else None
            problems.append(placed or Mistake(sentence=str(error), source=at.source, advice=error.hint))
    words = _with_words(target.vocabulary, found)
    return replace(target, contract_documents=tuple(found), vocabulary=words), tuple(problems)


def _with_words(words: Vocabulary, documents: list[ContractDocument]) -> Vocabulary:
    """Return the words with those of the documents; where none are given, every word stays allowed."""
    if not documents:
        return words
    operations = dict.fromkeys((*words.operations, *(one for each in documents for one in each.operations)))
    return replace(
        words,
        operations=tuple(operations),
        events_heard=words.events_heard.union(*(each.heard for each in documents)),
        events_emitted=words.events_emitted.union(*(each.emitted for each in documents)),
    )
