import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { rounds } from "../../support/proof.ts";
import { temporaryFolder } from "../box/boxed.ts";

const MEGABYTES = rounds(60, 1_000);
const PATIENCE_MS = 300_000;
const KEPT_BYTES = 64 * 1024 * 1024;

test(
  "a huge stream, a line of 50 MB, invalid UTF-8 and a cut last line cost no memory and are counted",
  async () => {
    const eventsFile = join(temporaryFolder(), "events.jsonl");
    const args = [join(import.meta.dirname, "stream-child.ts"), String(MEGABYTES), eventsFile];

    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENCE_MS });

    const told = JSON.parse(stdout);
    const lines = Math.floor((MEGABYTES * 1e6) / told.lineBytes) + Math.floor((40 * 1e6) / told.lineBytes);
    expect(told.counts).toEqual({
      lines: lines + 3,
      bad: 1,
      long: 1,
      cut: 1,
      commands: lines,
      fileChanges: 0,
    });
    expect(told).toMatchObject({
      failedMessage: "a\ufffd\ufffdb",
      kept: 500,
      cutText: '{"type":"turn.comp\n',
    });
    expect(told.grownMegabytes).toBeLessThan(20);
    expect(statSync(eventsFile).size).toBeLessThan(KEPT_BYTES + 1_024);
  },
  PATIENCE_MS,
);
