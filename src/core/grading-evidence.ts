import { editsAfterTests, mayEdit } from "./command-effects.ts";
import type { CommandRun, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import { classifyCommand } from "./test-command.ts";
import { provesChecks, testIdentity } from "./test-command-proof.ts";

type Seen = { evidence: Evidence; policy: Policy };

/** Test commands that the verifier or, after the last edit, the event stream saw really run; each by its own words once. */
export function testEvidence(evidence: Evidence): string[] {
  const seen = [...readStream(evidence.commands).tests]
    .filter(([, { passed }]) => passed)
    .map(([what]) => what);
  return [...new Set([...verifiedTests(evidence).map(({ command }) => testIdentity(command)), ...seen])];
}

/** Why there is not enough evidence: none at all, or less than the policy asks for. */
export function missingEvidence({ evidence, policy }: Seen, kind: "missing" | "insufficient"): string | null {
  const wanted = policy.min_test_commands;
  const seen = testEvidence(evidence);
  const nothing = wanted > 0 && verifierRanNothing(evidence);
  if (seen.length >= wanted && !nothing) return null;
  const missing = seen.length === 0 || nothing;
  if (missing !== (kind === "missing")) return null;
  return missing
    ? "No test command was seen to run tests on the change as it is"
    : `${seen.length} test commands ran, ${wanted} are asked for`;
}

/** Without a verifier the worker's own runs are all there is: a test that failed when it last ran, after the last edit, still fails. */
export function failingInStream({ commands, verification }: Evidence): string | null {
  if (verification !== null && verification.mode !== "off") return null;
  const failing = [...readStream(commands).tests.values()].filter(({ exitCode }) => exitCode !== 0);
  const told = failing.map(
    ({ command, exitCode }) => `${command}: exit code ${exitCode ?? "unknown"} when it last ran`,
  );
  return told.length === 0 ? null : told.join("; ");
}

/** Green runs that prove nothing, because what ran them came from the worker. */
export function unprovenTests({ verification }: Evidence): string | null {
  const found = (verification?.commands ?? []).filter(({ verdict }) => verdict === "unproven");
  const told = found.map(({ command, doubt }) => `${command}: ${doubt ?? "its result proves nothing"}`);
  return told.length === 0 ? null : told.join("; ");
}

/** Linters and type checks that went well on the change as it is; none of them counts while one of them fails. */
export function validations({ commands, verification }: Evidence): string[] {
  const verified = (verification?.commands ?? []).filter(
    ({ kind, verdict }) => kind === "lint" && verdict === "passed",
  );
  const seen = [...readStream(commands).lints.values()];
  if (seen.some(({ exitCode }) => exitCode !== 0)) return [];
  const passed = seen.filter((run) => run.passed);
  return [...new Set([...verified, ...passed].map(({ command }) => command))];
}

/** Verification was on, but none of its commands ran a test: what the worker ran proves nothing then. */
function verifierRanNothing(evidence: Evidence): boolean {
  const { verification } = evidence;
  return verification !== null && verification.mode !== "off" && verifiedTests(evidence).length === 0;
}

function verifiedTests({ verification }: Evidence) {
  return (verification?.commands ?? []).filter(
    ({ kind, verdict }) => kind === "test" && verdict !== "not_a_test_run" && verdict !== "unproven",
  );
}

type Stream = {
  /** Test commands by what they run; the last run of one is what it says in the end. */
  tests: ReadonlyMap<string, Ran>;
  lints: ReadonlyMap<string, Ran>;
};
type Ran = CommandRun & { passed: boolean };

/** Several rules ask about the same commands, and reading shell lines is what grading takes its time for. */
const READ = new WeakMap<readonly CommandRun[], Stream>();

function readStream(commands: readonly CommandRun[]): Stream {
  const read = READ.get(commands) ?? readFresh(commands);
  READ.set(commands, read);
  return read;
}

/** Only what ran after the last thing that changed files, or may have; a read-only turn says nothing about the change. */
function readFresh(ran: readonly CommandRun[]): Stream {
  const commands = ran.filter(({ readOnlyTurn }) => readOnlyTurn !== true);
  const edit = commands.findLastIndex(({ command, stale }) => stale === true || mayEdit(command));
  const fresh = commands.slice(Math.max(0, edit)).filter(({ command, stale }, at) => {
    const isTheEdit = at === 0 && edit >= 0;
    return stale !== true && !(isTheEdit && editsAfterTests(command));
  });
  const kinds = fresh.map((run) => ({ run, kind: classifyCommand(run.command) }));
  const ofKind = (wanted: "test" | "lint"): Ran[] =>
    kinds.flatMap(({ run, kind }) => (kind === wanted ? [{ ...run, passed: passes(run, wanted) }] : []));
  return {
    tests: new Map(ofKind("test").map((run) => [testIdentity(run.command), run])),
    lints: new Map(ofKind("lint").map((run) => [run.command, run])),
  };
}

/** A command without an exit code did not end; one that hides its exit code says nothing. */
function passes({ command, exitCode }: CommandRun, kind: "test" | "lint"): boolean {
  return exitCode === 0 && provesChecks(command, kind);
}
