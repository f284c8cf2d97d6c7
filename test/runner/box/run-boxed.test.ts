import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { BoxPlan } from "../../../runner/box/box-args.ts";
import { runBoxed } from "../../../runner/box/run-boxed.ts";
import { nodeToolPaths } from "../../../runner/box/tool-paths.ts";
import { attemptFolder, planIn, temporaryFolder, testBoxed } from "./boxed.ts";

const CANARY = "canary-7f3a91c2";
type Shell = {
  bwrap: string;
  plan: BoxPlan;
  script: string;
  signal?: AbortSignal;
  onOutput?: (text: string) => void;
};

async function runShell({ bwrap, plan, script, signal = AbortSignal.timeout(20_000), onOutput }: Shell) {
  let output = "";
  const end = await runBoxed({ kind: "box", bwrap }, plan, ["/bin/sh", "-c", script], {
    signal,
    clocks: { totalMs: null, silenceMs: null },
    stderrTailBytes: 4_096,
    onStdoutChunk(chunk) {
      output += chunk.toString();
      onOutput?.(output);
    },
  });
  return { ...end, output };
}

testBoxed("only the work tree and scratch can be written", async (bwrap) => {
  const folders = attemptFolder();
  const script =
    'for at in . "$HOME" "$TMPDIR" / /usr /etc /opt; do touch "$at/x" 2>/dev/null && echo "$at"; done';

  const { output } = await runShell({ bwrap, plan: planIn(folders), script });

  expect(output.trim().split("\n")).toEqual([".", folders.scratch, join(folders.scratch, "tmp")]);
});

testBoxed("planted secrets in home, tmp and the environment are not to be found", async (bwrap) => {
  const folders = attemptFolder();
  const places = [homedir(), tmpdir(), folders.root].map((parent) => temporaryFolder(parent));
  for (const place of places) writeFileSync(join(place, "secret.txt"), CANARY);
  process.env.AGENTPR_TEST_CANARY = CANARY;
  const script = `grep -rls ${CANARY.slice(0, 7)}"${CANARY.slice(7)}" /home /root /tmp /run /var /etc "${folders.root}"; cat /proc/*/environ | tr '\\0' '\\n' | grep -c ${CANARY.slice(0, 7)}`;

  const { output } = await runShell({ bwrap, plan: planIn(folders), script });

  delete process.env.AGENTPR_TEST_CANARY;
  expect(output.trim()).toBe("0");
});

testBoxed("sockets of the host's /run and /tmp cannot be reached", async (bwrap) => {
  const folder = temporaryFolder();
  const server = createServer((socket) => socket.end("reached")).listen(join(folder, "host.sock"));
  const node = process.execPath;
  const plan = { ...planIn(attemptFolder()), readOnly: nodeToolPaths(node) };
  const code = `require("net").connect("${folder}/host.sock").on("data", d => console.log(String(d))).on("error", e => console.log(e.code))`;

  const { output } = await runShell({ bwrap, plan, script: `${node} -e '${code}'; ls -A /run` });

  server.close();
  expect(output.trim()).toBe("ENOENT");
});

testBoxed("other processes are not to be seen, and no capability is held", async (bwrap) => {
  const script = "ls /proc | grep -c '^[0-9]'; grep -c '^Cap[A-Z][a-z]*:\\s*0*$' /proc/self/status";

  const { output } = await runShell({ bwrap, plan: planIn(attemptFolder()), script });

  const [processes, emptySets] = output.trim().split("\n").map(Number);
  expect(processes).toBeLessThan(8);
  expect(emptySets).toBe(5);
});

testBoxed("a path shown read-only can be read and not written", async (bwrap) => {
  const folders = attemptFolder();
  const shown = join(folders.root, "shown");
  mkdirSync(shown);
  writeFileSync(join(shown, "a"), "seen\n");
  const plan = { ...planIn(folders), readOnly: [shown] };

  const { output } = await runShell({
    bwrap,
    plan,
    script: `cat ${shown}/a; touch ${shown}/b || echo refused`,
  });

  expect(output).toBe("seen\nrefused\n");
});

testBoxed("cancelling kills everything in the box within a second, setsid or not", async (bwrap) => {
  const folders = attemptFolder();
  const stop = new AbortController();
  const beat = join(folders.workDir, "beat");
  const script = `setsid nohup sh -c 'while :; do date +%s%N > ${beat}; sleep 0.02; done' >/dev/null 2>&1 & trap '' TERM; sleep 0.2; echo ready; sleep 30`;
  let cancelledAt = 0;
  const onOutput = () => {
    cancelledAt = performance.now();
    stop.abort();
  };

  const end = await runShell({ bwrap, plan: planIn(folders), script, signal: stop.signal, onOutput });

  expect(end.reason).toBe("cancelled");
  expect(performance.now() - cancelledAt).toBeLessThan(1_000);
  expect(await changesWithin(beat, 200)).toBe(false);
});

testBoxed("the limit on open files holds", async (bwrap) => {
  const plan = planIn(attemptFolder());
  const limits = { ...plan.limits, openFiles: 64 };

  const { output } = await runShell({
    bwrap,
    plan: { ...plan, limits },
    script: "ulimit -n; ulimit -n 65 || echo held",
  });

  expect(output).toMatch(/^64\n[\s\S]*held/);
});

testBoxed("limits on file size and CPU time hold", async (bwrap) => {
  const plan = planIn(attemptFolder());
  const limits = { ...plan.limits, fileBytes: 100_000, cpuSeconds: 1 };
  const script = "head -c 1000000 /dev/zero > big; stat -c %s big; sh -c 'while :; do :; done'; echo $?";

  const { output } = await runShell({ bwrap, plan: { ...plan, limits }, script });

  const [size, code] = output.trim().split("\n").map(Number);
  expect(size).toBe(100_000);
  expect(code).toBeGreaterThan(128);
});

testBoxed("with the network closed only the socket that was let in answers", async (bwrap) => {
  const folders = attemptFolder();
  const socket = join(folders.root, "p.sock");
  const provider = createServer((near) => near.end("the model")).listen(socket);
  const other = createServer((near) => near.end("the host")).listen(0, "127.0.0.1");
  const address = other.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const plan: BoxPlan = { ...planIn(folders), network: { kind: "provider", port: 4_141, socket } };
  // The forwarder starts beside the command, so a refusal is tried again, as Codex does.
  const code = `const ask = (p, tries) => require("net").connect(p, "127.0.0.1")
    .on("data", d => console.log(p === 4141, String(d)))
    .on("error", e => p === 4141 && tries > 0 ? setTimeout(ask, 50, p, tries - 1) : console.log(p === 4141, e.code));
    for (const p of [4141, ${port}]) ask(p, 100)`;

  const { output, exitCode } = await runShell({
    bwrap,
    plan,
    script: `${process.execPath} -e '${code}'; exit 7`,
  });

  provider.close();
  other.close();
  expect(output.trim().split("\n").sort()).toEqual(["false ECONNREFUSED", "true the model"]);
  expect(exitCode).toBe(7);
});

test("a closed network without a box is refused", async () => {
  const plan: BoxPlan = { ...planIn(attemptFolder()), network: { kind: "provider", port: 1, socket: "/s" } };
  const options = {
    signal: AbortSignal.timeout(1_000),
    clocks: { totalMs: null, silenceMs: null },
    stderrTailBytes: 1,
    onStdoutChunk: () => undefined,
  };

  await expect(runBoxed({ kind: "none" }, plan, ["/bin/true"], options)).rejects.toThrow(
    "cannot be closed without a box",
  );
});

async function changesWithin(path: string, ms: number): Promise<boolean> {
  const before = readFileSync(path, "utf8");
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (readFileSync(path, "utf8") !== before) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
