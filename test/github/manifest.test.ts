import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { neededPermissions, PERMISSIONS, type Permissions } from "../../src/github/client/permissions.ts";
import { EVENTS } from "../../src/github/facts/events.ts";

const Manifest = z.object({
  name: z.string(),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
});
const manifest = Manifest.parse(parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")));

test("app.yml asks for the events that are handled, and for no others", () => {
  const subscribed = Object.entries(EVENTS).filter(([, { subscribed }]) => subscribed);

  expect(manifest.default_events).toEqual(subscribed.map(([name]) => name).sort());
});

test("app.yml asks for the permissions that tokens are minted with, and for no others", () => {
  expect(manifest.default_permissions).toEqual(neededPermissions());
});

test("no token may change workflows, settings or secrets, and only pushing, settling a conversation and readying a draft may write contents", () => {
  const writers = Object.entries<Permissions>(PERMISSIONS).filter(([, needs]) => needs.contents === "write");

  // GitHub wants it for these two as well.
  expect(writers.map(([purpose]) => purpose)).toEqual(["ready_pull", "resolve_thread", "push"]);
  expect(Object.keys(neededPermissions()).sort()).toEqual(
    ["actions", "checks", "contents", "issues", "metadata", "pull_requests", "statuses"].sort(),
  );
});

test("every handled event is one of GitHub's", () => {
  const examples: { name: string }[] = createRequire(import.meta.url)(
    "@octokit/webhooks-examples/api.github.com/index.json",
  );

  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(EVENTS)));
});
