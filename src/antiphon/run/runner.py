"""A run: scenarios in order or several at once, each result on the disk as soon as it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import msgspec

from antiphon.core.redaction import Redactor
from antiphon.core.secret_places import names_a_secret
from antiphon.data.supply import fixtures
from antiphon.engine.flight import Flight
from antiphon.engine.health import Health
from antiphon.engine.lawful import Lawful
from antiphon.engine.pooling import empty_pool
from antiphon.engine.recorder import Recorder
from antiphon.engine.run_clock import RunClock
from antiphon.engine.setting import Setting
from antiphon.history.entries import AnyEntry, Mark
from antiphon.history.redaction import redacted
from antiphon.judge.coverage.model import Coverage
from antiphon.judge.limits import Limits
from antiphon.judge.verdicts import PlayOutcome
from antiphon.net.allow import AllowList
from antiphon.run.access.reader import PLAYED_AT_ONCE
from antiphon.run.assembling import in_order, placed, trouble_of, unplayed
from antiphon.run.attempts import Attempts
from antiphon.run.beginning import begun, relative_to
from antiphon.run.belongings import database_of, outage_of, process_of
from antiphon.run.cautions import cautions
from antiphon.run.contract_reader import ContractReader
from antiphon.run.coverage_reader import CoverageReader
from antiphon.run.fault import FAULT, AntiphonFault, fault_of, keep_traceback, traceback_text
from antiphon.run.folder import RunFolder, StoredRun
from antiphon.run.integration import IntegrationLog
from antiphon.run.job import Finished, Job, Watcher
from antiphon.run.known_findings import Exercised
from antiphon.run.lanes import in_lanes
from antiphon.run.law_reader import LawReader
from antiphon.run.law_ticks import LawTicks
from antiphon.run.preflight import socket_trouble
from antiphon.run.proving import proven
from antiphon.run.results import FindingResult, RunSummary, ScenarioResult, Trouble
from antiphon.run.summing import Totals
from antiphon.run.ways import INSECURE, ways_of
from antiphon.scenario.backstage import changes_target
from antiphon.scenario.model import Scenario
from antiphon.target.database_section import FEATURE
from antiphon.ticking.real import SeededDice
from antiphon.watch.lag import LagWatch
from antiphon.watch.target import TargetWatch

_NOT_GOOD = (PlayOutcome.FAILED, PlayOutcome.TIMEOUT, PlayOutcome.ERROR)
_UNPLAYED = (PlayOutcome.SKIPPED, PlayOutcome.NOT_RUN)


class Run:
    """One run under way."""

    def __init__(self, job: Job, watcher: Watcher) -> None:
        """Make the run's folder; the target is not touched yet.

        Raises:
            CannotKeep: The folder cannot be made.
            BadTlsFile: A file of certificates that the profile names cannot be used.
            BadProxy: The proxy that it names is none.
            CannotProbe: The URL of its database names none that can be asked.
        """
        self._job = job
        self._watcher = watcher
        self._results: dict[str, ScenarioResult] = {}
        self._buffers: dict[str, list[AnyEntry]] = {}
        self._attempts: Attempts | None = None
        self._stopped: Trouble | None = None
        self._fault: AntiphonFault | None = None
        self._interrupted = False
        self._failed, self._ended_s = False, 0.0
        self._of_matrix: list[Scenario] = []
        self._redactor = Redactor(job.key)
        for name, value in job.environment.items():
            if names_a_secret(name):
                self._redactor.register(value, name)
        self._allow = AllowList((*job.target.allow, *job.options.also_allowed))
        self._database = database_of(job, self._allow, self._redactor)
        self._ways = ways_of(
            job.target,
            job.profile_folder,
            job.environment,
            insecure=job.options.insecure,
            redactor=self._redactor,
        )
        self._clock = RunClock(job.clock)
        self._folder = RunFolder.made(job.here, job.run_id, self._redactor)
        self._totals = Totals(
            begun=begun(job, self._folder.path), options=job.options, limits=Limits(job.target.thresholds)
        )
        self._setting = self._new_setting()
        self._ticks: LawTicks | None = None
        if self._lawful is not None:
            self._ticks = LawTicks(self._clock, self._setting.recorder, self._lawful.flight)
        self._to_play = Counter(scenario.category for scenario in job.scenarios)

    @property
    def stopped(self) -> Trouble | None:
        """Why nothing more is played, if the target is not there or has gone."""
        return self._stopped

    @property
    def left_behind(self) -> str:
        """What whoever ends the run now must know of the target; empty where it runs as before."""
        return self._setting.outage.warning if self._setting.outage is not None else ""

    def interrupt(self) -> None:
        """Break off what is played; clean-up still runs, and what is done is kept."""
        self._interrupted = True
        if self._attempts is not None:
            self._attempts.break_off()

    async def play(self) -> Finished:
        """Play all scenarios and return what became of them; a fault of ours ends the run, and loses nothing."""
        await self.begin(look=bool(self._job.scenarios))
        access, at_once = self._job.access, self._job.options.parallel
        waiting, alone = list[Scenario](), list[Scenario]()
        for scenario in reversed(self._job.scenarios):
            if access is not None and access.knows(scenario):
                self._of_matrix.append(scenario)
            elif at_once > 1 and changes_target(scenario):
                alone.append(scenario)  # who stops the target plays alone, when all others have ended
            else:
                waiting.append(scenario)
        try:
            for some, lanes in ((waiting, at_once), (self._of_matrix, max(at_once, PLAYED_AT_ONCE)), (alone, 1)):
                await in_lanes(some, self, at_once=lanes, stops=self._must_stop, fault=self._note_fault)
            await self.empty_pool()
            self._ended_s, afterwards = self._clock.now_s(), self._job.afterwards
            if afterwards is not None and not self._must_stop():
                await afterwards(self._setting)
        finally:
            self._rest()
        return self.end()

    async def begin(self, *, look: bool = True) -> None:
        """Begin to watch, and `look` whether the target is there: if it is not, nothing will be played."""
        setting = self._setting
        try:
            self._folder.write_summary(self._totals.begun)
            setting.lag.start()
            setting.target_watch.start()
            if self._ticks is not None:
                self._ticks.start()
            self._watcher.run_began(self._totals.begun)
            if look:
                await self._look_at_target()
        except Exception as error:  # noqa: BLE001 - the edge of a run
            self._note_fault(error)

    async def play_one(self, scenario: Scenario) -> ScenarioResult:
        """Play a scenario and return its result, which is on the disk then; one of its name is played once."""
        if scenario.id not in self._results:
            try:
                if not self._must_stop():
                    await self._play_one(scenario)
                await self._leave_category(scenario)
            except Exception as error:  # noqa: BLE001 - the edge of a run
                self._note_fault(error)
        if scenario.id not in self._results:
            self._keep(scenario, unplayed(scenario, PlayOutcome.NOT_RUN, self._why_not_run()))
        return self._results[scenario.id]

    async def _leave_category(self, scenario: Scenario) -> None:
        """Remove the people that a category's scenarios used one after the other, once the last of them is over."""
        self._to_play[scenario.category] -= 1
        if self._setting.target.users.pool == "category" and self._to_play[scenario.category] <= 0:
            await self.empty_pool(scenario.category)

    async def empty_pool(self, category: str | None = None) -> None:
        """Remove the people whom scenarios used one after the other, and note what stays."""
        if not self._job.scenarios or self._setting.target.users.pool == "never":
            return
        left = await empty_pool(
            self._setting, self._job.scenarios[-1], category, is_there=self._stopped is None and self._fault is None
        )
        self._totals.left_of_pool.extend(left)

    def end(self) -> Finished:
        """Note what was not played, and return what became of all."""
        self._rest()
        self._leave_out_the_rest()
        return self._finished()

    def _rest(self) -> None:
        if self._setting.database is not None:
            self._setting.database.close()
        if self._ticks is not None:
            self._ticks.stop()
        self._setting.target_watch.stop()
        self._setting.lag.stop()

    async def _look_at_target(self) -> None:
        setting, note = self._setting, self._job.socket_url_note
        self._stopped = await socket_trouble(self._job.target.channels, setting.allow, note=note)
        if self._stopped is None and (trouble := await Health(setting).trouble()) is not None:
            self._stopped = placed(trouble_of(trouble), self._job.base_url_note)
        if self._stopped is None:
            self._attempts = Attempts(setting, began=self._watcher.scenario_began, fault=self._note_fault)

    def _must_stop(self) -> bool:
        return (
            self._stopped is not None
            or self._fault is not None
            or self._interrupted
            or (self._failed and self._job.options.fail_fast)
        )

    async def _play_one(self, scenario: Scenario) -> None:
        there = {*self._setting.target.features, *((FEATURE,) if self._setting.database is not None else ())}
        missing = [feature for feature in scenario.needs if feature not in there]
        if missing:
            sentence = f"it needs {', '.join(missing)}, which this target does not have"
            now_s = self._clock.now_s()
            self._keep(scenario, unplayed(scenario, PlayOutcome.SKIPPED, sentence, began_s=now_s))
            return
        if self._setting.outage is None and changes_target(scenario):
            sentence = "it stops or starts the target, and --allow-commands was not given"
            now_s = self._clock.now_s()
            self._keep(scenario, unplayed(scenario, PlayOutcome.SKIPPED, sentence, began_s=now_s))
            return
        if self._attempts is None:
            return
        retries = scenario.retries if scenario.retries is not None else self._job.options.retries
        result, gone = await self._attempts.result(scenario, retries)
        if gone is not None and self._stopped is None:
            self._stopped = placed(gone, self._job.base_url_note)
        self._keep(scenario, result)

    def _keep(self, scenario: Scenario, result: ScenarioResult) -> None:
        entries = list(chain.from_iterable(self._buffers.pop(name, ()) for name in result.plays))
        access = self._job.access
        if access is not None and access.knows(scenario):
            result, rest = access.read(scenario, result, entries)
            if rest is not None:
                self._of_matrix.append(rest)
                self._to_play[rest.category] += 1
        self._results[scenario.id] = result
        self._failed = self._failed or result.outcome in _NOT_GOOD
        self._folder.add(result, entries)
        self._integration.retried(result.plays[:-1])
        if self._job.kept is not None:
            self._job.kept(scenario, result, entries)
        setting = self._setting
        self._totals.add(
            result,
            entries,
            lag_at=setting.lag.lag_at,
            target_wait=setting.target_watch.wait_between,
            services=scenario.services,
        )
        self._folder.write_summary(self._with_laws(self._totals.summary(duration_s=self._clock.now_s())))
        self._watcher.scenario_ended(scenario, result)

    def _leave_out_the_rest(self) -> None:
        """Note every scenario that has no result as not run."""
        sentence = self._why_not_run()
        for scenario in self._job.scenarios:
            if scenario.id not in self._results:
                try:
                    self._keep(scenario, unplayed(scenario, PlayOutcome.NOT_RUN, sentence))
                except Exception as error:  # noqa: BLE001 - the others have their results to keep
                    self._note_fault(error)

    def _with_laws(self, summary: RunSummary) -> RunSummary:
        laws, access = self._laws, self._job.access
        found = [result for one in (laws, self._contract, access) if one is not None for result in one.results]
        return msgspec.structs.replace(
            summary,
            laws=summary.laws if laws is None else laws.line,
            access=access.summary(is_over=summary.finished) if access is not None else None,
            findings=tuple(sorted(found, key=lambda one: one.is_accepted)),
        )

    def _judge_the_rest(self) -> None:
        """Judge by laws what was still open, and let each scenario's result tell what was found in it."""
        laws, contract = self._laws, self._contract
        if laws is None and contract is None:
            return
        try:
            if laws is not None:
                laws.finish(self._ended_s or self._clock.now_s())
        except Exception as error:  # noqa: BLE001 - the edge of a run
            self._note_fault(error)
        for name, result in self._results.items():
            of_laws = laws.count_of(result.plays) if laws is not None else 0
            if count := of_laws + (contract.count_of(result.plays) if contract is not None else 0):
                self._results[name] = msgspec.structs.replace(result, findings=count)
                self._folder.add(self._results[name], ())

    def _covered(self) -> Coverage:
        try:
            if self._job.access is not None:
                self._coverage.tried(self._job.access.covered)
            return self._coverage.result(self._laws.checker.exercised.plays if self._laws is not None else None)
        except Exception as error:  # noqa: BLE001 - the edge of a run
            self._note_fault(error)
            return Coverage()

    def _finished(self) -> Finished:
        setting = self._setting
        self._judge_the_rest()
        coverage = self._covered()
        for name in list(self._buffers):
            self._folder.add_entries(self._buffers.pop(name))
        summary = self._totals.final(
            duration_s=self._ended_s or self._clock.now_s(),
            own_lag=setting.lag.percentiles(),
            stopped=self._stopped,
            fault=trouble_of(self._fault) if self._fault is not None else None,
            interrupted=self._interrupted,
            target_wait_known=setting.target_watch.known,
            warnings=(*self._warnings(setting), *(coverage.needless if self._job.access is None else ())),
            findings=sum(len(one.open) for one in (self._laws, self._contract) if one is not None),
            minimums=self._coverage.thresholds(coverage),
        )
        summary = self._with_laws(summary)
        summary = msgspec.structs.replace(summary, findings=self._proven(summary.findings), coverage=coverage)
        self._folder.write_summary(summary)
        self._folder.close()
        return Finished(
            summary=summary,
            results=in_order(self._job.scenarios, self._results),
            folder=self._folder.path,
            redactor=self._redactor,
        )

    def _proven(self, findings: tuple[FindingResult, ...]) -> tuple[FindingResult, ...]:
        try:
            return proven(findings, StoredRun(self._folder.path))
        except Exception as error:  # noqa: BLE001 - a finding is told with the numbers of what proves it
            self._note_fault(error)
            return findings

    def _warnings(self, setting: Setting) -> tuple[str, ...]:
        found = [*self._job.options.warnings, *self._redactor.warnings, *setting.notices.warnings]
        if self.left_behind:
            found.insert(0, self.left_behind)
        if self._totals.begun.insecure:
            found.insert(0, INSECURE)
        found += cautions(setting, unheard=self._totals.unheard(setting.target.catalogue.expected))
        if self._laws is not None:
            found.extend(self._laws.warnings)
        if self._contract is not None:
            found.extend(self._contract.checker.warnings)
        met = [known for one in (self._laws, self._contract) if one is not None for known in one.met]
        found += self._exercised.warnings(met, self._laws.judged if self._laws is not None else ())
        broken_off = self._stopped is not None or self._fault is not None or self._interrupted
        if not broken_off and all(result.outcome in _UNPLAYED for result in self._results.values()):
            found.append("no scenario was played: nothing was tested")
        return tuple(found)

    def _why_not_run(self) -> str:
        if self._interrupted:
            return "interrupted before it began"
        if self._stopped is not None or self._fault is not None:
            return "the run had stopped before it began"
        return "not begun: a scenario had failed, and --fail-fast was given"

    def _note_fault(self, error: Exception) -> AntiphonFault:
        """Keep the traceback in the run's folder, and let the run end."""
        path = self._folder.path / FAULT
        kept = keep_traceback(path, self._redactor.text(traceback_text(error)))
        fault = fault_of(error, where=relative_to(path, self._job.here) if kept else "")
        self._fault = self._fault or fault
        return fault

    def _tell(self, entries: Sequence[AnyEntry]) -> None:
        if self._job.listener is not None:
            for entry in entries:
                self._job.listener(redacted(entry, self._redactor))

    def _record(self, entries: Sequence[AnyEntry]) -> None:
        first = entries[0]
        buffer = self._buffers.get(first.play)
        if buffer is None:
            buffer = self._buffers[first.play] = []
        buffer.extend(entries)
        if type(first) is Mark and self._attempts is not None:  # several are events, which it does not look at
            self._attempts.note(first)

    def _new_setting(self) -> Setting:
        job = self._job
        options = job.options
        lag, target_watch = LagWatch(self._clock), TargetWatch(process_of(job), self._clock)
        readers = [self._record, *([self._tell] if job.listener is not None else [])]
        self._laws: LawReader | None = None
        self._integration = IntegrationLog(job.target.resources, job.started, self._folder.add_integration)
        self._lawful: Lawful | None = None
        if job.target.laws.laws:
            self._laws = LawReader(
                job.target,
                today=job.started.date(),
                found=self._watcher.found,
                lag_at=lag.lag_at,
                target_wait=target_watch.wait_between,
                integration=self._integration,
            )
            self._lawful = self._laws.lawful(Flight(self._clock))
            readers.append(self._laws.read)
        self._contract: ContractReader | None = None
        if job.contract is not None:
            known, today = job.target.laws.known, job.started.date()
            self._contract = ContractReader(job.contract, known, today=today, found=self._watcher.found)
            readers.append(self._contract.read)
        self._exercised = Exercised(job.target.laws.known)
        if job.target.laws.known:
            readers.append(self._exercised.read)
        self._coverage = CoverageReader(job)
        readers.append(self._coverage.read)
        return Setting(
            target=job.target,
            clock=self._clock,
            dice=SeededDice(options.seed),
            allow=self._allow,
            recorder=Recorder(readers),
            redactor=self._redactor,
            lag=lag,
            target_watch=target_watch,
            lawful=self._lawful,
            # Its light steps keep nothing of what they asked.
            stepping=job.kept is None,
            keeps_asked=job.kept is not None,
            run_id=job.run_id,
            seed=options.seed,
            started=job.started,
            read_file=job.read_file,
            environment=job.environment,
            ways=self._ways,
            inputs=options.inputs,
            scenario_timeout_s=options.scenario_timeout_s,
            keep_data=options.keep_data,
            strict_absence=options.strict_absence,
            database=self._database,
            pool=fixtures(SeededDice(options.seed).child("fixtures")),
            use_fixtures=options.use_fixtures,
            generate=options.generate,
            outage=outage_of(job, self._clock),
            director=job.director,
        )
