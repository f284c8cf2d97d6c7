// The room that runs one process, boxed or not: what it may see (bubblewrap), how long it may live, and that it dies whole.
// `run-boxed.ts` is the door; everything here is about Linux processes and knows nothing of Codex.
import { dirname } from "node:path";
import type { HostView } from "./host-view.ts";

/** How a process is held: in bubblewrap, by the runner's own container, or not at all. */
export type Isolation = { kind: "box"; bwrap: string } | { kind: "container" } | { kind: "none" };

export type BoxLimits = {
  /** The kernel does not count root's processes; there the runner does. */
  maxProcesses: number;
  /**
   * Private writable memory of each process, by the kernel; all together may take twice that, by the runner. Address
   * space would be the wrong measure, Node reserves gigabytes of it.
   */
  memoryBytes: number;
  cpuSeconds: number;
  fileBytes: number;
  openFiles: number;
};

export type BoxNetwork =
  | { kind: "full" }
  /** No network but the box's own loopback. */
  | { kind: "none" }
  /** No network but 127.0.0.1:port, which a forwarder inside the box joins to the socket outside. */
  | { kind: "provider"; port: number; socket: string };

export type BoxPlan = {
  /** Working directory, writable. */
  workDir: string;
  /** Writable; the HOME and TMPDIR of `env` lie in it. */
  scratch: string;
  codexHome: string | null;
  /** Shown read-only: tool folders, allowed read paths, files laid over codexHome. */
  readOnly: readonly string[];
  /** Single host files shown writable under another name. */
  lent: readonly { from: string; to: string }[];
  /** The whole environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  network: BoxNetwork;
  limits: BoxLimits;
};

type Mount = { at: string; flags: string[] };

export const EMPTY_FOLDERS = ["/run", "/tmp", "/home", "/root", "/var/tmp"] as const;
const SHARED_MEMORY = "/dev/shm";
export const FORWARDER = {
  script: "/run/agentpr/forward.mjs",
  socket: "/run/agentpr/provider.sock",
} as const;
const EMPTY_FOLDER_BYTES = 512 * 1024 * 1024;

const NAMESPACES = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
];
const ONE_LIFE = ["--die-with-parent", "--new-session"];
// Started by root, bubblewrap would hand root's capabilities on, and with them the way out. Under another name, because
// a process called root may not make the inner namespace that Codex's own sandbox needs.
const NO_PRIVILEGE = ["--cap-drop", "ALL"];
const NOBODY = ["--uid", "65534", "--gid", "65534"];

/**
 * bubblewrap's flags, up to but without the command. The view is an allow-list: what is not named here is not there.
 * The environment is no flag: bubblewrap is started with exactly `plan.env`, so that no value of it shows in `ps`.
 */
export function boxArgs(plan: BoxPlan, host: HostView): string[] {
  return [
    ...NAMESPACES,
    ...(plan.network.kind !== "full" ? ["--unshare-net"] : []),
    ...ONE_LIFE,
    ...NO_PRIVILEGE,
    ...(host.asRoot ? NOBODY : []),
    ...hostFlags(host),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...[...EMPTY_FOLDERS, SHARED_MEMORY].flatMap((folder) => [
      "--size",
      String(EMPTY_FOLDER_BYTES),
      "--tmpfs",
      folder,
    ]),
    ...parentsFirst(mountsOf(plan)).flatMap((mount) => mount.flags),
    // What --dev makes is a writable tmpfs of half the machine's memory.
    ...["--remount-ro", "/dev", "--remount-ro", "/"],
    ...["--chdir", plan.workDir],
  ];
}

function hostFlags(host: HostView): string[] {
  return host.entries.flatMap((entry) =>
    entry.kind === "symlink"
      ? ["--symlink", entry.target, entry.path]
      : ["--ro-bind", entry.path, entry.path],
  );
}

function mountsOf(plan: BoxPlan): Mount[] {
  const writable = [plan.workDir, plan.scratch, ...(plan.codexHome === null ? [] : [plan.codexHome])];
  const readOnly = [...new Set(plan.readOnly)].filter((path) => !writable.includes(path));
  return [
    ...writable.map((path) => ({ at: path, flags: ["--bind", path, path] })),
    ...readOnly.map((path) => ({ at: path, flags: ["--ro-bind", path, path] })),
    ...plan.lent.map(({ from, to }) => ({ at: to, flags: ["--bind", from, to] })),
    ...forwarderMounts(plan.network),
  ];
}

function forwarderMounts(network: BoxNetwork): Mount[] {
  if (network.kind !== "provider") return [];
  const script = new URL("./forward.mjs", import.meta.url).pathname;
  return [
    { at: FORWARDER.script, flags: ["--ro-bind", script, FORWARDER.script] },
    { at: FORWARDER.socket, flags: ["--bind", network.socket, FORWARDER.socket] },
    { at: process.execPath, flags: ["--ro-bind", process.execPath, process.execPath] },
  ];
}

/** A mount hides what was mounted under it before, so outer folders come first. */
function parentsFirst(mounts: readonly Mount[]): Mount[] {
  return mounts.toSorted((a, b) => depth(a.at) - depth(b.at));
}

function depth(path: string): number {
  return path === dirname(path) ? 0 : path.split("/").length - 1;
}
