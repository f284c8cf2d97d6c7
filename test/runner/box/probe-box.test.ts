import { expect, test } from "@jest/globals";
import { diagnose, probeBox } from "../../../runner/box/probe-box.ts";
import type { ProcessEnd } from "../../../runner/box/run-process.ts";
import { attemptFolder, planIn, testBoxed } from "./boxed.ts";

const failed: ProcessEnd = {
  exitCode: 1,
  signal: null,
  reason: "exited",
  startError: null,
  stderrTail: "",
  durationMs: 1,
};
const quiet = { unprivilegedClone: null, appArmorRestricts: null };
const denied = "bwrap: setting up uid map: Permission denied\n";

test.each([
  [
    "a switched-off kernel",
    denied,
    { ...quiet, unprivilegedClone: "0" },
    /kernel forbids/,
    /unprivileged_userns_clone=1/,
  ],
  [
    "AppArmor",
    denied,
    { ...quiet, appArmorRestricts: "1" },
    /AppArmor/,
    /apparmor_restrict_unprivileged_userns=0/,
  ],
  [
    "a container",
    "bwrap: Creating new namespace failed: Operation not permitted",
    quiet,
    /container/,
    /isolation to container/,
  ],
  [
    "a wrong path",
    "bwrap: Can't find source path /x: No such file or directory",
    quiet,
    /does not exist/,
    /--allow-read-path/,
  ],
  ["something unheard of", "bwrap: what", quiet, /could not make the box \(bwrap: what\)/, /isolation/],
])("%s is recognised, with what to do", (_title, stderrTail, kernel, cause, remedy) => {
  const probed = diagnose({ ...failed, stderrTail }, kernel);

  expect(probed).toEqual({
    ok: false,
    cause: expect.stringMatching(cause),
    remedy: expect.stringMatching(remedy),
  });
});

test.each([[null], ["/nowhere/bwrap"]])("a missing bubblewrap (%s) is said to be missing", async (bwrap) => {
  const probed = await probeBox({ bwrap, plan: planIn(attemptFolder()), signal: AbortSignal.timeout(5_000) });

  expect(probed).toMatchObject({ ok: false, cause: expect.stringContaining("was not found") });
});

testBoxed("a box that can be made is reported with its program", async (bwrap) => {
  const probed = await probeBox({ bwrap, plan: planIn(attemptFolder()), signal: AbortSignal.timeout(5_000) });

  expect(probed).toEqual({ ok: true, bwrap, version: expect.stringMatching(/bubblewrap/) });
});

testBoxed("a plan with a folder that is not there is refused", async (bwrap) => {
  const plan = { ...planIn(attemptFolder()), readOnly: ["/nowhere/tools"] };

  const probed = await probeBox({ bwrap, plan, signal: AbortSignal.timeout(5_000) });

  expect(probed).toMatchObject({ ok: false, cause: expect.stringContaining("does not exist") });
});
