import { readFile } from "node:fs/promises";
import { type BoxPlan, boxArgs } from "./box-args.ts";
import { readHostView } from "./host-view.ts";
import { type ProcessEnd, runProcess } from "./run-process.ts";

export type BoxProbe =
  | { ok: true; bwrap: string; version: string }
  | { ok: false; cause: string; remedy: string };

export type ProbeOrder = { bwrap: string | null; plan: BoxPlan; signal: AbortSignal };
/** What the kernel says about unprivileged user namespaces; null where it has no such switch. */
export type NamespaceSettings = { unprivilegedClone: string | null; appArmorRestricts: string | null };

type Diagnosis = {
  when: (stderr: string, kernel: NamespaceSettings) => boolean;
  cause: string;
  remedy: string;
};

const OTHER_WAYS = "or set isolation to container or, knowingly, to none";
const PROBE_MS = 10_000;

/** Tries the box with the exact flags of the plan, running `true`. */
export async function probeBox({ bwrap, plan, signal }: ProbeOrder): Promise<BoxProbe> {
  if (bwrap === null) return MISSING;
  const end = await quiet([bwrap, ...boxArgs(plan, await readHostView()), "--", "/bin/true"], plan, signal);
  if (end.exitCode !== 0) return diagnose(end, await readNamespaceSettings());
  return { ok: true, bwrap, version: await versionOf(bwrap, plan, signal) };
}

export function diagnose(end: ProcessEnd, kernel: NamespaceSettings): BoxProbe {
  if (end.reason === "not_started") return { ...MISSING, cause: `${MISSING.cause} (${end.startError})` };
  const stderr = end.stderrTail.trim();
  const known = DIAGNOSES.find((diagnosis) => diagnosis.when(stderr, kernel));
  const { cause, remedy } = known ?? {
    cause: "bubblewrap could not make the box",
    remedy: `Read its words, ${OTHER_WAYS}`,
  };
  return { ok: false, cause: stderr === "" ? cause : `${cause} (${stderr.slice(0, 500)})`, remedy };
}

const MISSING = {
  ok: false,
  cause: "bubblewrap (bwrap) was not found",
  remedy: `Install the bubblewrap package, or @openai/codex, which brings one, ${OTHER_WAYS}`,
} as const;

const DENIED = /Operation not permitted|Permission denied|No permissions/i;
const DIAGNOSES: readonly Diagnosis[] = [
  {
    when: (stderr, kernel) => DENIED.test(stderr) && kernel.unprivilegedClone === "0",
    cause: "the kernel forbids unprivileged user namespaces",
    remedy: `Run: sysctl -w kernel.unprivileged_userns_clone=1, ${OTHER_WAYS}`,
  },
  {
    when: (stderr, kernel) => DENIED.test(stderr) && kernel.appArmorRestricts === "1",
    cause: "AppArmor restricts unprivileged user namespaces",
    remedy: `Install an AppArmor profile for bwrap that allows userns, or run: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, ${OTHER_WAYS}`,
  },
  {
    when: (stderr) => DENIED.test(stderr),
    cause: "this container or system does not let bubblewrap make namespaces",
    remedy:
      "Allow user namespaces and mounts in the container (seccomp and apparmor profile), or set isolation to container",
  },
  {
    when: (stderr) => /Can't find source path|No such file or directory/.test(stderr),
    cause: "a path of the box does not exist",
    remedy: "Correct the tool folders and --allow-read-path values",
  },
];

async function versionOf(bwrap: string, plan: BoxPlan, signal: AbortSignal): Promise<string> {
  let text = "";
  await quiet([bwrap, "--version"], plan, signal, (chunk) => {
    text += chunk.toString("utf8");
  });
  return text.trim().slice(0, 200);
}

function quiet(
  argv: string[],
  plan: BoxPlan,
  signal: AbortSignal,
  onStdoutChunk: (chunk: Buffer) => void = () => undefined,
) {
  return runProcess({
    argv,
    cwd: "/",
    env: plan.env,
    signal,
    clocks: { totalMs: PROBE_MS, silenceMs: null },
    onStdoutChunk,
    stderrTailBytes: 4_096,
  });
}

async function readNamespaceSettings(): Promise<NamespaceSettings> {
  const [unprivilegedClone, appArmorRestricts] = await Promise.all([
    readSwitch("/proc/sys/kernel/unprivileged_userns_clone"),
    readSwitch("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
  ]);
  return { unprivilegedClone, appArmorRestricts };
}

async function readSwitch(path: string): Promise<string | null> {
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => null,
  );
}
