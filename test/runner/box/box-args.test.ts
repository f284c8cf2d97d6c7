import { expect, test } from "@jest/globals";
import { type BoxPlan, boxArgs } from "../../../runner/box/box-args.ts";
import type { HostView } from "../../../runner/box/host-view.ts";
import { limitArgv } from "../../../runner/box/limit-argv.ts";

const host: HostView = {
  asRoot: false,
  entries: [
    { kind: "bind", path: "/usr" },
    { kind: "symlink", path: "/bin", target: "usr/bin" },
  ],
};
const plan: BoxPlan = {
  workDir: "/home/me/runs/1/tree",
  scratch: "/home/me/runs/1/scratch",
  codexHome: "/home/me/runs/1/codex",
  readOnly: ["/home/me/runs/1/codex/config.toml", "/home/me/tools", "/home/me/tools"],
  lent: [],
  env: { PATH: "/usr/bin", TOKEN_LIKE: "not-for-ps" },
  network: { kind: "full" },
  limits: { maxProcesses: 10, memoryBytes: 2_048, cpuSeconds: 5, fileBytes: 1_024, openFiles: 64 },
};

test("system folders are bound read-only and a linked one stays a link", () => {
  const flags = boxArgs(plan, host).join(" ");

  expect(flags).toContain("--ro-bind /usr /usr");
  expect(flags).toContain("--symlink usr/bin /bin");
  expect(flags).not.toContain("--ro-bind / /");
});

test("what lies in another mount comes after it, and the empty folders come before all", () => {
  const flags = boxArgs(plan, host).join(" ");
  const order = [
    "--tmpfs /home",
    "--ro-bind /home/me/tools",
    "--bind /home/me/runs/1/codex",
    "codex/config.toml",
  ];

  const positions = order.map((part) => flags.indexOf(part));

  expect(positions).not.toContain(-1);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
});

test("a path named twice is mounted once", () => {
  expect(boxArgs(plan, host).filter((flag) => flag === "/home/me/tools")).toHaveLength(2);
});

test("no value of the environment is an argument", () => {
  expect(boxArgs(plan, host).join(" ")).not.toContain("not-for-ps");
});

test.each([
  ["the host's network is kept when it is full", { kind: "full" } as const, false],
  [
    "the network is cut off when only the provider is allowed",
    { kind: "provider", port: 1, socket: "/s" } as const,
    true,
  ],
])("%s", (_title, network, cutOff) => {
  expect(boxArgs({ ...plan, network }, host).includes("--unshare-net")).toBe(cutOff);
});

test.each([
  "--die-with-parent",
  "--new-session",
  "--unshare-pid",
  "--unshare-user",
  "--cap-drop",
  "--remount-ro",
])("%s is always there", (flag) => expect(boxArgs(plan, host)).toContain(flag));

test("root goes by another name inside", () => {
  expect(boxArgs(plan, { ...host, asRoot: true }).join(" ")).toContain("--uid 65534 --gid 65534");
  expect(boxArgs(plan, host)).not.toContain("--uid");
});

test.each([
  ["prlimit", true, "--data=2048 --cpu=5 --fsize=1024 --nofile=64"],
  [
    "the shell where there is no prlimit",
    false,
    'ulimit -d 2\nulimit -t 5\nulimit -f 2\nulimit -n 64\nulimit -c 0\nexec "$@"',
  ],
])("limits are set by %s", (_title, hasPrlimit, expected) => {
  expect(limitArgv(plan.limits, { countProcesses: true, hasPrlimit }).join(" ")).toContain(expected);
});
