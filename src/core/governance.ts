import { z } from "zod";
import { CommitConvention, type CommitFact, commitConvention } from "./commit-convention.ts";
import { type Clause, clausesOf } from "./governance-clauses.ts";
import { docCommands } from "./governance-commands.ts";
import { Groups, groupPaths, MOST_PATHS, primaryPullTemplate } from "./governance-files.ts";
import { isDisclosure, isRefusal } from "./governance-refusals.ts";
import { isBranchRule, isClaDemand, isSignOffDemand, licenceOf } from "./governance-rules.ts";
import { seenText } from "./untrusted-text.ts";

/** What was found where, in the document's own words. */
const Finding = z.object({ path: z.string(), quote: z.string() });
export type Finding = z.infer<typeof Finding>;

/** How a repository wants to be contributed to, read from the files of the base commit. Facts and quotes, no judgement. */
export const Governance = z.object({
  version: z.literal("agentpr.governance_scan.v2"),
  scannedFiles: z.number().int(),
  /** Not every file of the repository was looked at. */
  truncated: z.boolean(),
  groups: Groups,
  primaryPullTemplate: z.string().nullable(),
  /** Groups that most projects have and this one lacks. */
  missing: z.array(z.string()),
  licence: z.object({ path: z.string(), name: z.string().nullable() }).nullable(),
  /** Commits must carry a Signed-off-by line. */
  signOff: Finding.nullable(),
  /** A contributor licence agreement, which only a person can sign. */
  cla: Finding.nullable(),
  commits: CommitConvention,
  commands: z.object({ test: z.array(Finding), lint: z.array(Finding), format: z.array(Finding) }),
  /** Contributions by machines are not wanted. */
  refusal: Finding.nullable(),
  /** What must be said about the use of AI. */
  disclosure: Finding.nullable(),
  branchRules: z.array(Finding),
});
export type Governance = z.infer<typeof Governance>;

export type GovernanceInput = {
  /** Every path of the base commit, as far as it was listed. */
  paths: readonly string[];
  truncated: boolean;
  /** Texts of the files that `isGovernanceText` asks for. */
  files: readonly { path: string; text: string }[];
  /** Newest first. */
  commits: readonly CommitFact[];
};

const EXPECTED = ["contributing", "pr_templates", "ci_workflows", "readme"] as const;
const MOST_RULES = 5;
const LONGEST_PATH = 300;

export function scanGovernance({ paths: listed, truncated, files, commits }: GovernanceInput): Governance {
  const paths = listed.filter((path) => path.length <= LONGEST_PATH && seenText(path) === path);
  const groups = groupPaths(paths);
  const clauses = files.flatMap(({ path, text }) => clausesOf(path, text));
  const convention = commitConvention({ clauses, paths, commits });
  return {
    version: "agentpr.governance_scan.v2",
    scannedFiles: listed.length,
    truncated,
    groups: Object.fromEntries(
      Object.entries(groups).map(([group, found]) => [group, found.slice(0, MOST_PATHS)]),
    ) as Groups,
    primaryPullTemplate: primaryPullTemplate(groups.pr_templates),
    missing: EXPECTED.filter((group) => groups[group].length === 0),
    licence: licenceOf(groups.licence, files),
    signOff: first(clauses, isSignOffDemand) ?? signedHistory(commits) ?? dcoFile(paths),
    cla: first(clauses, isClaDemand),
    commits: convention,
    commands: docCommands(files),
    refusal: first(clauses, isRefusal),
    disclosure: first(clauses, isDisclosure),
    branchRules: clauses.filter(isBranchRule).slice(0, MOST_RULES).map(found),
  };
}

function first(clauses: readonly Clause[], matches: (clause: Clause) => boolean): Finding | null {
  const clause = clauses.find(matches);
  return clause === undefined ? null : found(clause);
}

function found({ path, text }: Clause): Finding {
  return { path, quote: text.slice(0, 300) };
}

/** Where nearly everybody signs off, it is the custom even if nobody wrote it down. */
function signedHistory(commits: readonly CommitFact[]): Finding | null {
  const signed = commits.filter((commit) => commit.signedOff).length;
  if (commits.length < 5 || signed < commits.length * 0.8) return null;
  return { path: "the history", quote: `${signed} of the last ${commits.length} commits are signed off` };
}

function dcoFile(paths: readonly string[]): Finding | null {
  const path = paths.find((each) => /^(\.github\/)?dco(\.ya?ml|\.md|\.txt)?$/i.test(each));
  return path === undefined ? null : { path, quote: "the developer certificate of origin is here" };
}
