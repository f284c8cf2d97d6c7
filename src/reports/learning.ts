import { type Effect, effectOf } from "../core/learning/effect.ts";
import { propose } from "../core/learning/propose.ts";
import { type SkillsFeedback, skillsFeedback } from "../core/statistics/skills-feedback.ts";
import { type SkillsMetrics, skillsMetrics } from "../core/statistics/skills-metrics.ts";
import { type Database, readNow } from "../database/connect.ts";
import {
  listProposals,
  noteProposal,
  type ProposalEntry,
  readProposalJournal,
  type StoredProposal,
} from "../database/proposals.ts";
import { type Recent, readMetricRows, readPastAttempts } from "../database/recent-attempts.ts";

export async function readSkillsMetrics(database: Database, recent: Recent): Promise<SkillsMetrics> {
  return skillsMetrics(await readMetricRows(database, recent), await readNow(database));
}

type Order = Recent & { minSamples: number; by: string };

/** What the newest attempts say, and the proposals that enough of them speak for, written down. */
export async function makeSkillsFeedback(
  database: Database,
  { minSamples, by, ...recent }: Order,
): Promise<SkillsFeedback> {
  const past = await readPastAttempts(database.knex, recent);
  const noted: StoredProposal[] = [];
  for (const proposal of propose(past, minSamples)) noted.push(await noteProposal(database, proposal, by));
  return skillsFeedback(await readSkillsMetrics(database, recent), { minSamples, noted });
}

export type ProposalView = StoredProposal & { journal: ProposalEntry[]; effect: Effect | null };

/** How many of the newest attempts are asked whether a proposal helped. */
const LOOKED_AT = 300;

export async function viewProposal(database: Database, stored: StoredProposal): Promise<ProposalView> {
  const { proposal, written } = stored;
  const journal = await readProposalJournal(database.knex, stored.id);
  if (written === null) return { ...stored, journal, effect: null };
  const past = await readPastAttempts(database.knex, { limit: LOOKED_AT });
  return { ...stored, journal, effect: effectOf(proposal, written.version, past) };
}

/** The proposal of that id, or of one that begins so and no other does. */
export async function findNamedProposal(database: Database, name: string): Promise<StoredProposal | null> {
  const all = await listProposals(database.knex, { all: true });
  // An empty name, as of a variable that is not set, begins every id.
  const meant = name === "" ? [] : all.filter(({ id }) => id.startsWith(name));
  return all.find(({ id }) => id === name) ?? (meant.length === 1 ? (meant[0] ?? null) : null);
}
