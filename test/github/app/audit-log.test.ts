import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openAuditLog } from "../../../src/github/app/audit-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-audit-"));
});
afterEach(() => rm(folder, { recursive: true }));

function fail(error: unknown): never {
  throw error;
}

test("each line is one JSON object with its time", async () => {
  const log = openAuditLog({ file: join(folder, "sub", "a.jsonl"), onError: fail });
  log.write({ outcome: "one" });
  log.write({ outcome: "two\nlines" });
  await log.close();

  const lines = (await readFile(join(folder, "sub", "a.jsonl"), "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ts: expect.stringMatching(/^\d{4}-/), outcome: "one" },
    { ts: expect.any(String), outcome: "two\nlines" },
  ]);
});

test("a file that has grown is put aside, and only so many are kept", async () => {
  const file = join(folder, "a.jsonl");
  const log = openAuditLog({ file, onError: fail, maxBytes: 100, kept: 2 });
  for (const outcome of ["first", "second", "third", "fourth"]) {
    log.write({ outcome, filler: "x".repeat(60) });
    await log.close();
  }

  expect((await readdir(folder)).sort()).toEqual(["a.jsonl", "a.jsonl.1", "a.jsonl.2"]);
  expect(await readFile(file, "utf8")).toContain("fourth");
  expect(await readFile(`${file}.1`, "utf8")).toContain("third");
  expect(await readFile(`${file}.2`, "utf8")).toContain("second");
});

test("a place that cannot be written is told once for each line, and nobody waits for it", async () => {
  const errors: unknown[] = [];
  await writeFile(join(folder, "taken"), "");
  const log = openAuditLog({
    file: join(folder, "taken", "a.jsonl"),
    onError: (error) => errors.push(error),
  });
  log.write({ outcome: "lost" });
  await log.close();

  expect(errors).toHaveLength(1);
});
