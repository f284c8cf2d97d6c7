import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Governance } from "../../src/core/governance.ts";
import type { AttemptSpec, TaskPacket } from "../../src/core/packet.ts";
import type { NewArtifact } from "../../src/database/artifacts.ts";
import type { Workspace } from "../workspace/provision.ts";
import { redactor } from "./redact.ts";
import type { RunnerSettings } from "./settings.ts";

type Order = { settings: RunnerSettings; spec: AttemptSpec; workspace: Workspace; governance: Governance };

/** The app's packet with what only the runner knows, free of this machine's credentials, and stored as it is handed over. */
export async function completePacket({ settings, spec, workspace, governance }: Order): Promise<TaskPacket> {
  const { baseSha, startSha, tree } = workspace;
  const repository = {
    path: tree,
    baseBranch: spec.base.branch,
    baseSha,
    headSha: startSha,
    pullTemplate: governance.primaryPullTemplate,
    governance,
  };
  const packet = redacted({ ...spec.packet, repository }, redactor(settings.knownSecrets));
  const file = packetFile(settings, spec);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(packet, null, 2)}\n`, { mode: 0o600 });
  return packet;
}

/** Where the packets of a machine lie, and which files there are packets. */
export function packetsIn(dataDir: string): { folder: string; isOurs: (name: string) => boolean } {
  return { folder: join(dataDir, "task_packets"), isOurs: (name) => /^.+_\d+\.json$/.test(name) };
}

type Attempt = { spec: AttemptSpec; attemptId: string };

/** The stored packet, to be recorded; none where the attempt ended before there was one. */
export async function packetArtifact(
  settings: Pick<RunnerSettings, "dataDir">,
  { spec, attemptId }: Attempt,
): Promise<NewArtifact[]> {
  const location = packetFile(settings, spec);
  return stat(location).then(
    ({ size: bytes }) => [{ runId: spec.runId, attemptId, name: "task_packet", location, bytes }],
    () => [],
  );
}

function packetFile({ dataDir }: Pick<RunnerSettings, "dataDir">, spec: AttemptSpec): string {
  return join(packetsIn(dataDir).folder, `${spec.runId}_${spec.attempt}.json`);
}

function redacted(packet: TaskPacket, redact: (text: string) => string): TaskPacket {
  const hide = (_key: string, value: unknown) => (typeof value === "string" ? redact(value) : value);
  return JSON.parse(JSON.stringify(packet, hide)) as TaskPacket;
}
