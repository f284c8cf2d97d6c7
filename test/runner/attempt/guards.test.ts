import { expect, test } from "@jest/globals";
import { isolationFor } from "../../../runner/attempt/isolation.ts";
import { findPushes } from "../../../runner/attempt/pushes.ts";
import { redactor, secretsOf } from "../../../runner/attempt/redact.ts";

const BOX = { kind: "box", bwrap: "/usr/bin/bwrap" } as const;

test.each([
  ["git push", true],
  ["git -C . push origin HEAD", true],
  ["/usr/bin/bash -lc 'git push --force'", true],
  ["cd x && git push", true],
  ["gh pr create --fill", true],
  ["git -c http.extraHeader=x push", true],
  ["git stash push", false],
  ["git log --oneline", false],
  ["echo git push", false],
  ["grep -r 'git push' docs", false],
  ["git commit -m 'push later'", false],
])("%s is a push: %s", (command, isPush) => {
  expect(findPushes([{ command, exitCode: 1, durationMs: 1 }]).length === 1).toBe(isPush);
});

test.each([
  ["the policy wants a box and there is one", BOX, false, "box", BOX],
  ["the policy wants none and the operator allows it", BOX, true, "none", { kind: "none" }],
  ["the runner's own container is the boundary", BOX, false, "container", { kind: "container" }],
] as const)("%s", (_title, isolation, allowUnboxed, wanted, expected) => {
  expect(isolationFor({ isolation, allowUnboxed }, { isolation: wanted })).toEqual({
    ok: true,
    isolation: expected,
  });
});

test("a policy alone cannot take the box away", () => {
  const held = isolationFor({ isolation: BOX, allowUnboxed: false }, { isolation: "none" });

  expect(held).toMatchObject({ ok: false, check: { ok: false, transient: false } });
});

test("known credentials are taken out of texts, the longer first", () => {
  const redact = redactor(["secret-1", "secret-1-long", "x"]);

  expect(redact("a secret-1-long b secret-1 c x")).toBe("a «redacted» b «redacted» c x");
});

test("credentials of the environment are known by name; paths and the local database are none", () => {
  const found = secretsOf({
    OPENAI_API_KEY: "sk-abcdef",
    DEPLOY_TOKEN: "canary-1",
    PATH: "/usr/bin",
    PRIVATE_KEY_PATH: "/etc/key.pem",
    AGENTPR_DATABASE_URL: "sqlite:/x/y.db",
    HOME: "/root",
  });

  expect(found.sort()).toEqual(["canary-1", "sk-abcdef"]);
});
