import { z } from "zod";
import type { ActionContext } from "../../actions/action.ts";
import type { CommandLimits } from "../../core/command-limit.ts";
import type { Intake } from "../../core/github-intake.ts";
import type { Job, Outcome } from "../../core/job.ts";
import { findWaitingDelivery, finishDelivery } from "../../database/inbox.ts";
import type { GitHubPort } from "../../jobs/ports.ts";
import { digestOf } from "../facts/digest.ts";
import type { Own } from "../facts/payload.ts";
import { readDelivery } from "../facts/read-delivery.ts";
import { receiveButton } from "./button.ts";
import { receiveCommands } from "./commands.ts";
import { receiveChecks, receivePull } from "./hints.ts";
import { receiveInstallation, receiveRepository } from "./reach.ts";

export type ReceiveContext = {
  actions: ActionContext;
  github: GitHubPort;
  own: Own;
  limits: CommandLimits;
  /** owner/repo of the private repository where runs on others are asked for, if there is one. */
  control: string | null;
  /** Base of GitHub's pages, by which addresses are known. */
  webUrl: string;
};
export type Received = { guid: string; context: ReceiveContext };

const Payload = z.object({ guid: z.string(), digest: z.string() });

type Receivers = {
  [K in Intake["kind"]]: (received: Received, intake: Extract<Intake, { kind: K }>) => Promise<string>;
};

/** What is done about each kind of news. Every answer is the delivery's note, for people who look into the inbox. */
const RECEIVERS: Receivers = {
  command: receiveCommands,
  button: receiveButton,
  checks: receiveChecks,
  review: receivePull,
  thread: receivePull,
  pull: receivePull,
  repository: receiveRepository,
  installation: receiveInstallation,
  ignored: async (_received, { why }) => why,
};

/** Processes one stored delivery. Running again after a crash is harmless: everything it does is named by the GUID. */
export async function receive(context: ReceiveContext, job: Pick<Job, "payload">): Promise<Outcome> {
  const { guid, digest } = Payload.parse(job.payload);
  const { database } = context.actions.world;
  const delivery = await findWaitingDelivery(database.knex, guid);
  if (delivery === null) return { kind: "done" };
  if (digestOf(delivery) !== digest)
    return { kind: "dead", why: `delivery ${guid} is not what was taken in` };
  const note = await dispatch({ guid, context }, readDelivery(delivery, context.own));
  await finishDelivery(database, database.knex, guid, note);
  return { kind: "done" };
}

function dispatch<K extends Intake["kind"]>(
  received: Received,
  intake: Extract<Intake, { kind: K }>,
): Promise<string> {
  return RECEIVERS[intake.kind as K](received, intake);
}
