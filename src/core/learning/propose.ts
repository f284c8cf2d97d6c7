import { ADVICE } from "../advice.ts";
import type { Reason } from "../grade.ts";
import { Policy, type PolicyKey } from "../policy.ts";
import { SKILL_NAMES, type SkillName } from "../skills.ts";
import { tighten } from "../tighten.ts";
import type { PastAttempt } from "./past-attempt.ts";
import type { Patch, Proposal, Replay } from "./proposal.ts";
import { LESSONS, POLICY_REMEDIES, type PolicyRemedy } from "./remedies.ts";
import { replay } from "./replay.ts";

type Past = readonly PastAttempt[];
/** Attempts of one kind: of a repository for the policy, of a prompt version or a skill for words. */
type Kind = { past: Past; all: Past; least: number };

/** What the attempts speak for, newest first in, the best supported first out. Nothing where there are too few of a kind. */
export function propose(past: Past, least: number): Proposal[] {
  const kind = { all: past, least };
  const policy = [...grouped(past, ({ repository }) => repository)].flatMap(([repository, own]) =>
    policyProposals(repository, { ...kind, past: own }),
  );
  const words = [...grouped(past, wordsOf)].flatMap(([, own]) => lessons({ ...kind, past: own }));
  return [...policy, ...words].toSorted((a, b) => b.evidence.attempts - a.evidence.attempts);
}

function policyProposals(repository: string, kind: Kind): Proposal[] {
  return endedBadly(kind).flatMap(([reason, attempts]) =>
    (POLICY_REMEDIES[reason] ?? []).flatMap((remedy) => {
      const patch = policyPatch(repository, remedy, attempts, kind.least);
      return patch === null ? [] : [proposalOf({ reason, patch, attempts, kind })];
    }),
  );
}

function policyPatch(
  repository: string,
  { key, value }: PolicyRemedy,
  attempts: Past,
  least: number,
): Patch | null {
  const policy = attempts[0]?.policy;
  if (policy === undefined) return null;
  // Attempts under another value than the newest one speak of another time.
  const to = value(
    attempts.filter((each) => JSON.stringify(each.policy[key]) === JSON.stringify(policy[key])),
    policy,
    least,
  );
  if (to === null || !Policy.safeParse({ ...policy, [key]: to }).success) return null;
  const looser = tighten(policy, { [key]: to }).refused.length > 0;
  return { kind: "policy", key, repository, from: json(policy[key]), to: json(to), looser };
}

function json(value: unknown) {
  return JSON.parse(JSON.stringify(value)) as Extract<Patch, { kind: "policy" }>["to"];
}

function lessons(kind: Kind): Proposal[] {
  return endedBadly(kind).flatMap(([reason, attempts]) => {
    const [first] = attempts;
    const add = LESSONS[reason];
    if (add === undefined || first === undefined) return [];
    const skill = skillFor(first, reason);
    const patch: Patch =
      skill === null
        ? { kind: "prompt", version: first.promptVersion, add }
        : { kind: "skill", ...skill, add };
    return [proposalOf({ reason, patch, attempts, kind })];
  });
}

/** With skills it is they that lead the worker; without, the prompt does. */
function wordsOf({ skills, promptVersion }: PastAttempt): string {
  const names = skills.map(({ name, version }) => `${name}@${version}`).toSorted();
  return names.length === 0 ? `prompt ${promptVersion}` : names.join(",");
}

const [CONTRACT, IMPLEMENT, FIX] = SKILL_NAMES;

function skillFor({ skills }: PastAttempt, reason: Reason): { name: SkillName; version: string } | null {
  const order = reason.startsWith("contract_") ? [CONTRACT] : [IMPLEMENT, FIX];
  for (const name of order) {
    const version = skills.find((skill) => skill.name === name)?.version;
    if (version !== undefined) return { name, version };
  }
  return null;
}

/** Reasons that enough attempts ended for, other than that it went well. */
function endedBadly({ past, least }: Kind): [Reason, Past][] {
  const failed = past.filter(({ grade }) => grade.grade !== "PASS");
  return [...grouped(failed, ({ grade }) => grade.reason)].filter(([, attempts]) => attempts.length >= least);
}

type Draft = { reason: Reason; patch: Patch; attempts: Past; kind: Kind };

function proposalOf({ reason, patch, attempts, kind }: Draft): Proposal {
  const tried = replay(patch, kind.all);
  return {
    version: "agentpr.proposal.v1",
    subject: subjectOf(patch, reason),
    title: titleOf(patch, reason),
    reason,
    patch,
    evidence: {
      attempts: attempts.length,
      of: kind.past.length,
      passed: kind.past.filter(({ grade }) => grade.grade === "PASS").length,
      runs: [...new Set(attempts.map(({ runId }) => runId))].slice(0, 50),
    },
    expected: expectedOf(tried, { attempts: attempts.length, of: kind.past.length, reason }),
    replay: tried,
  };
}

function expectedOf(tried: Replay, now: { attempts: number; of: number; reason: Reason }): string {
  const fewer = `fewer than ${now.attempts} of ${now.of} attempts end as ${now.reason}`;
  return tried.kind === "replayed"
    ? `${fewer}; of the past ones ${tried.better} more would have passed`
    : `${fewer} (${ADVICE[now.reason].means})`;
}

export function subjectOf(patch: Patch, reason: Reason): string {
  if (patch.kind === "policy") return `policy:${patch.repository}:${patch.key}:${JSON.stringify(patch.from)}`;
  const target = patch.kind === "prompt" ? patch.version : `${patch.name}@${patch.version}`;
  return `${patch.kind}:${target}:${reason}`;
}

function titleOf(patch: Patch, reason: Reason): string {
  if (patch.kind === "policy")
    return `${patch.key} of ${patch.repository}: ${JSON.stringify(patch.from)} → ${JSON.stringify(patch.to)}`;
  const what = patch.kind === "prompt" ? `prompt ${patch.version}` : `skill ${patch.name} ${patch.version}`;
  return `a sentence for ${what}, against ${reason}`;
}

function grouped<K, T>(items: readonly T[], by: (item: T) => K): Map<K, T[]> {
  return Map.groupBy(items, by);
}

/** Whether a policy has the value that was proposed. */
export function holds(policy: Policy, key: PolicyKey, value: unknown): boolean {
  return JSON.stringify(policy[key]) === JSON.stringify(value);
}
