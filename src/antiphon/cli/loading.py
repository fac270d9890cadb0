"""What every command that reads a suite begins with: find it, read the profile, compile the scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from antiphon.core.errors import FilesRefused, ScenarioError
from antiphon.engine.accounts import shortage
from antiphon.judge.contracts.contract import contract_of
from antiphon.judge.coverage.plan import plan_of
from antiphon.language.vocabulary import Vocabulary
from antiphon.run.access.matrix import Matrix
from antiphon.run.environment import Variables, read_environment, variables
from antiphon.run.suite_files import SuiteFolder, find_suite
from antiphon.scenario.compiler import Suite, compile_suite
from antiphon.target.accounts import with_accounts
from antiphon.target.contracts.reading import with_contracts
from antiphon.target.loader import load_target
from antiphon.target.model import Target


class Loaded(Struct, frozen=True, kw_only=True):
    """A suite that can be played.

    Attributes:
        environment: All variables, `.env` included.
        texts: The files' contents by path, for whoever shows their lines.
        matrix: The access matrix; None if the profile has none.
    """

    folder: SuiteFolder
    target: Target
    suite: Suite
    environment: Mapping[str, str]
    variables: Variables
    texts: Mapping[str, str]
    matrix: Matrix | None = None


def load(paths: Sequence[Path], target: Path | None, *, overrides: Mapping[str, str] | None = None) -> Loaded:
    """Return the suite that a command means.

    Args:
        paths: Files or folders of scenarios.
        target: The profile; None: `target.yaml` here.
        overrides: Variables that win over the environment.

    Raises:
        NothingHere: There is no suite.
        FilesRefused: The profile or a scenario has problems; it carries all of them.
        BadDocument: A schema of a contract document is none.
        BadVariable: An environment variable has a value that it cannot have.
    """
    folder = find_suite(paths, profile=target, here=Path.cwd())
    environment = {**read_environment(folder.root), **(overrides or {})}
    known = variables(environment)
    text = folder.profile_text()
    found, problems = load_target(
        text,
        folder.profile.name,
        environment=environment,
        base_url=known.base_url,
        socket_url=known.socket_url,
    )
    if found is None:
        raise FilesRefused(problems=(*problems, *folder.problems))
    found, account_problems = with_accounts(found, folder.read, environment)
    found, contract_problems = with_contracts(found, folder.read)
    suite = compile_suite(
        folder.files, found.vocabulary, files_exist=folder.problem_with, read_file=folder.read, env=found.env
    )
    suite = with_scripts(suite, folder, found.vocabulary)
    matrix, access_problems = matrix_of(found, suite, folder)
    every = (
        *(*problems, *account_problems, *contract_problems),
        *(*folder.problems, *suite.problems, *access_problems),
    )
    if not every:
        short = (shortage(found.users, scenario) for scenario in suite.scenarios)
        every = tuple(problem for problem in short if problem is not None)
    if every:
        raise FilesRefused(problems=every)
    check_coverage(found)
    texts = {file.path: file.text for file in (*folder.files, *folder.scripts)} | {folder.profile.name: text}
    return Loaded(
        folder=folder,
        target=found,
        suite=suite,
        environment=environment,
        variables=known,
        texts=texts,
        matrix=matrix,
    )


def matrix_of(target: Target, suite: Suite, folder: SuiteFolder) -> tuple[Matrix | None, tuple[ScenarioError, ...]]:
    """Return the profile's access matrix, and all problems of its users, steps and names."""
    if target.access is None:
        return None, ()
    from antiphon.run.access.compiling import compile_matrix  # most profiles have none

    return compile_matrix(target, suite.fragments, folder.problem_with)


def check_coverage(target: Target) -> None:
    """Look at the schemas of the contract and at what the profile says of coverage, before the target is touched.

    What only the target can give is looked at when it was fetched.

    Raises:
        BadDocument: A schema of a contract document is none.
        FilesRefused: An exception of coverage names nothing that there is.
    """
    contract = contract_of(target)
    if len(target.contract_documents) == len(target.contract_places):
        _, problems = plan_of(target, contract)
        if problems:
            raise FilesRefused(problems=problems)


def with_scripts(suite: Suite, folder: SuiteFolder, vocabulary: Vocabulary) -> Suite:
    """Return a suite with the scenarios of its Python files, in the order of all paths."""
    if not folder.scripts:
        return suite
    from antiphon.python import collecting

    shared = collecting.Suite(
        root=folder.root, vocabulary=vocabulary, fragments=suite.fragments, file_problem=folder.problem_with
    )
    scenarios, problems = [*suite.scenarios], [*suite.problems]
    for file in folder.scripts:
        found, wrong = collecting.collect(file.path, shared)
        scenarios += found
        problems += wrong
    return replace(suite, scenarios=tuple(sorted(scenarios, key=lambda one: one.path)), problems=tuple(problems))


def target_of(profile: Path) -> Target:
    """Return a profile, without a suite.

    Raises:
        NothingHere: There is no such file.
        FilesRefused: It has problems; it carries all of them.
        BadVariable: An environment variable has a value that it cannot have.
    """
    folder = find_suite((), profile=profile, here=Path.cwd())
    environment = read_environment(folder.root)
    known = variables(environment)
    found, problems = load_target(
        folder.profile_text(),
        folder.profile.name,
        environment=environment,
        base_url=known.base_url,
        socket_url=known.socket_url,
    )
    if found is not None:
        found, wrong = with_contracts(found, folder.read)
        problems = (*problems, *wrong)
    if found is None or problems:
        raise FilesRefused(problems=tuple(problems))
    return found


def vocabulary_of(profile: Path) -> Vocabulary:
    """Return the words that a profile declares; raises what `target_of` does."""
    return target_of(profile).vocabulary


def placed(loaded: Loaded, overrides: Mapping[str, str]) -> Loaded:
    """Return the same suite for a target whose address was not known when it was read.

    Raises:
        FilesRefused: The profile cannot stand with these variables.
    """
    environment = {**loaded.environment, **overrides}
    known = variables(environment)
    profile = loaded.folder.profile
    found, problems = load_target(
        loaded.texts[profile.name],
        profile.name,
        environment=environment,
        base_url=known.base_url,
        socket_url=known.socket_url,
    )
    if found is not None and not problems:
        found, problems = with_accounts(found, loaded.folder.read, environment)
        found, wrong = with_contracts(found, loaded.folder.read)
        problems = (*problems, *wrong)
    if found is None or problems:
        raise FilesRefused(problems=tuple(problems))
    return replace(loaded, target=found, environment=environment, variables=known)


def readable_environment(loaded: Loaded) -> dict[str, str]:
    """Return the variables that the profile lets templates and token recipes read."""
    tokens = loaded.target.users.tokens
    names = {*loaded.target.env, *((tokens.secret_env,) if tokens.secret_env else ())}
    return {name: value for name, value in loaded.environment.items() if name in names}
