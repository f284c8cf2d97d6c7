import type { Command } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { Database } from "../../database/connect.ts";
import type { StoredProposal } from "../../database/proposals.ts";
import { optionsOf } from "../program.ts";
import { answer } from "../statistics/answer.ts";

export function defineProposals(command: Command): void {
  const list = command
    .command("list")
    .description("List what is proposed and not decided yet")
    .option("--all", "those that were decided as well");
  list.action(() => listThem(list));
  const show = named(command, "show", "Show a change, the runs that speak for it, and its replay");
  show.action((id: string) => showOne(show, id));
  const accept = named(
    command,
    "accept",
    "Write the new version that it stands for, and say how it comes into force",
  );
  accept.action((id: string) => acceptOne(accept, id));
  const reject = named(command, "reject", "Turn it down; it is not proposed again").requiredOption(
    "--reason <text>",
    "why",
  );
  reject.action((id: string) => rejectOne(reject, id));
}

function named(command: Command, name: string, description: string): Command {
  return command
    .command(name)
    .description(description)
    .argument("<id>", "the proposal, or how its id begins");
}

async function listThem(command: Command): Promise<void> {
  const { all = false } = optionsOf<{ all?: boolean }>(command);
  const { listProposals } = await import("../../database/proposals.ts");
  const { proposalsText } = await import("../statistics/learning-text.ts");
  await answer(
    command,
    async ({ database }) => ({
      version: "agentpr.proposals.v1" as const,
      proposals: await listProposals(database.knex, { all }),
    }),
    proposalsText,
  );
}

async function showOne(command: Command, id: string): Promise<void> {
  const { viewProposal } = await import("../../reports/learning.ts");
  const { proposalText } = await import("../statistics/learning-text.ts");
  await answer(
    command,
    async ({ database }) => ({
      version: "agentpr.proposal_view.v1" as const,
      ...(await viewProposal(database, await found(database, id))),
    }),
    proposalText,
  );
}

async function acceptOne(command: Command, id: string): Promise<void> {
  const { acceptProposal } = await import("../../main/accept-proposal.ts");
  await answer(
    command,
    async ({ database, settings, by }) => {
      const stored = await found(database, id);
      const accepted = await acceptProposal(database, stored, { by: await by(), places: settings });
      const { version: written, file, inForce } = accepted;
      return { ...VERDICT, id: stored.id, status: "accepted", written, file, in_force: inForce };
    },
    ({ id: accepted, written, file, in_force: inForce }) =>
      `Proposal ${accepted} is accepted: version ${written} is ${file}.\n${inForce}`,
  );
}

const VERDICT = { version: "agentpr.verdict.v1" } as const;

async function rejectOne(command: Command, id: string): Promise<void> {
  const { reason } = optionsOf<{ reason: string }>(command);
  const { decideProposal } = await import("../../database/proposals.ts");
  const { decided } = await import("../../main/accept-proposal.ts");
  await answer(
    command,
    async ({ database, by }) => {
      const { id: meant, status } = await found(database, id);
      const verdict = {
        id: meant,
        status: "rejected",
        by: await by(),
        detail: reason,
        written: null,
      } as const;
      if (!(await decideProposal(database, verdict))) throw decided(meant, status);
      return { ...VERDICT, id: meant, status: "rejected" };
    },
    ({ id: rejected }) => `Proposal ${rejected} is rejected.`,
  );
}

async function found(database: Database, id: string): Promise<StoredProposal> {
  const { findNamedProposal } = await import("../../reports/learning.ts");
  const stored = await findNamedProposal(database, id);
  if (stored !== null) return stored;
  throw new Problem(
    `There is no proposal ${id}`,
    "no id begins so, or more than one does",
    "List them with: agentpr proposals list --all",
    EXIT.notFound,
  );
}
