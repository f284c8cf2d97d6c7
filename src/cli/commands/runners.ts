import type { Command } from "commander";
import type { Fact, Reply } from "../../actions/reply.ts";
import type { Database } from "../../database/connect.ts";
import { optionsOf } from "../program.ts";

export function defineRunners(command: Command): void {
  const list = command.command("list").description("List the runners and whether they are approved");
  list.action(() => answer(list, listAll));
  const approve = command
    .command("approve")
    .description("Let a runner take work")
    .argument("<id>", "the runner");
  approve.action((id: string) => answer(approve, (database) => approveOne(database, id)));
}

async function answer(command: Command, ask: (database: Database) => Promise<Reply>): Promise<void> {
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { printReply } = await import("../perform-command.ts");
  const { databaseUrl } = loadAppSettings(settingsSource(optionsOf(command)));
  const database = await openDatabase(databaseUrl);
  try {
    await printReply(command, await ask(database));
  } finally {
    await database.close();
  }
}

async function listAll({ knex }: Database): Promise<Reply> {
  const { listRunners } = await import("../../database/runners.ts");
  const runners = await listRunners(knex);
  const facts = runners.map(
    ({ id, name, approved, capacity, heartbeatAt }): Fact => [
      id,
      `${approved ? "approved" : "waits for approval"}  ${name}  ${capacity} at once  seen ${new Date(heartbeatAt).toISOString()}`,
    ],
  );
  const text =
    runners.length === 0
      ? "There are no runners yet; start one with: agentpr runner"
      : `${runners.length} runners`;
  return { ok: true, text, facts, data: { runners } };
}

async function approveOne({ knex }: Database, id: string): Promise<Reply> {
  const { approveRunner } = await import("../../database/runners.ts");
  if (await approveRunner(knex, id))
    return { ok: true, text: `Runner ${id} is approved.`, data: { runner: id } };
  return { ok: false, kind: "not_found", text: `There is no runner ${id}` };
}
