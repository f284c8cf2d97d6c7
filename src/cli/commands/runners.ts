import type { Command } from "commander";
import type { Fact, Reply } from "../../actions/reply.ts";
import type { KeyStanding } from "../../engine/enrol.ts";
import type { World } from "../../engine/world.ts";
import { optionsOf } from "../program.ts";

export function defineRunners(command: Command): void {
  const list = command.command("list").description("List the runners and whether they are approved");
  list.action(() => answer(list, listAll));
  const approve = command
    .command("approve")
    .description("Believe a runner, and seal credentials to the key that it has now")
    .argument("<id>", "the runner");
  approve.action((id: string) => answer(approve, (enrolment) => approveOne(enrolment, id)));
}

type Enrolment = Pick<World, "database" | "key">;

async function answer(command: Command, ask: (enrolment: Enrolment) => Promise<Reply>): Promise<void> {
  const { loadAppKey } = await import("../../config/app-key.ts");
  const { loadAppSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { openDatabase } = await import("../open-database.ts");
  const { printReply } = await import("../perform-command.ts");
  const { databaseUrl, dataDir } = loadAppSettings(settingsSource(optionsOf(command)));
  const database = await openDatabase(databaseUrl);
  try {
    await printReply(command, await ask({ database, key: loadAppKey(dataDir) }));
  } finally {
    await database.close();
  }
}

async function listAll(enrolment: Enrolment): Promise<Reply> {
  const { fingerprintOf, keyStanding } = await import("../../engine/enrol.ts");
  const { listRunners } = await import("../../database/runners.ts");
  const runners = await listRunners(enrolment.database.knex);
  const facts = runners.map((runner): Fact => {
    const { id, name, approved, capacity, heartbeatAt, publicKey } = runner;
    const key = `${publicKey === null ? "" : `${fingerprintOf(publicKey)}  `}${STANDING[keyStanding(enrolment, runner)]}`;
    const seen = new Date(heartbeatAt).toISOString();
    const standing = approved ? "approved" : "waits for approval";
    return [id, `${standing}  ${name}  ${capacity} at once  seen ${seen}  ${key}`];
  });
  const text =
    runners.length === 0
      ? "There are no runners yet; start one with: agentpr runner"
      : `${runners.length} ${runners.length === 1 ? "runner" : "runners"}`;
  return { ok: true, text, facts, data: { runners } };
}

const STANDING: Readonly<Record<KeyStanding, string>> = {
  enrolled: "key approved",
  not_approved: "key not approved",
  changed: "ANOTHER KEY than the one that was approved",
  no_key: "no key: public repositories only",
};

async function approveOne(enrolment: Enrolment, id: string): Promise<Reply> {
  const { enrolRunner, fingerprintOf } = await import("../../engine/enrol.ts");
  const runner = await enrolRunner(enrolment, id);
  if (runner === null) return { ok: false, kind: "not_found", text: `There is no runner ${id}` };
  const { publicKey } = runner;
  const fingerprint = publicKey === null ? null : fingerprintOf(publicKey);
  const compare = "Compare it with what the runner prints at its start";
  const text = `Runner ${id} is approved${fingerprint === null ? "" : `, with the key ${fingerprint}. ${compare}`}.`;
  return { ok: true, text, data: { runner: id, fingerprint } };
}
