import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { createMetrics } from "../../src/web/metrics.ts";
import { testDatabases } from "../support/databases.ts";

const databases = testDatabases();

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          annotations: z.object({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});
const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).min(1) })),
});

function read(file: string): string {
  return readFileSync(join(PROJECT_ROOT, "deploy", file), "utf8");
}

/** Names as the code knows them; a histogram is asked for by its buckets. */
function namesIn(expressions: readonly string[]): string[] {
  const found = expressions.flatMap((each) => each.match(/\bagentpr_[a-z_]+/g) ?? []);
  return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, "")))].toSorted();
}

test("dashboard and alerts ask for metrics that there are, and the dashboard shows every one", async () => {
  const metrics = createMetrics(await databases.open("sqlite"));
  metrics.close();
  const alerts = Rules.parse(parse(read("prometheus/agentpr-alerts.yml"))).groups.flatMap(
    ({ rules }) => rules,
  );
  const { panels } = Dashboard.parse(JSON.parse(read("grafana/agentpr.json")));
  const shown = namesIn(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));

  expect(shown).toEqual([...metrics.names].toSorted());
  expect(namesIn(alerts.map(({ expr }) => expr)).filter((name) => !metrics.names.includes(name))).toEqual([]);
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test("that no runner is there is told also where none has ever been, and so nothing is known of any", () => {
  const { groups } = Rules.parse(parse(read("prometheus/agentpr-alerts.yml")));
  const { expr } =
    groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === "AgentprNoRunner") ?? {};

  // What is compared by "and" needs both sides; "unless" is content with a missing one.
  expect(expr).toMatch(
    /^max\(agentpr_job_oldest_seconds\{lane="runner"\}\) > \d+ unless min\(agentpr_runner_silent_seconds\) <= \d+$/,
  );
});
