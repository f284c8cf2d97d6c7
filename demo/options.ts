// demo: the whole product on one machine, without any account: a local GitHub, a scripted model, the real app and runner.
// `main.ts` is the door; `stage.ts` sets everything up; `scenarios/` says what is played.

export const SCENARIOS = ["main", "crash", "hostile"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

export type DemoOptions = {
  scenario: ScenarioName;
  /** One JSON object per line on stdout, and nothing else. */
  json: boolean;
  keep: boolean;
  /** Approvals are given in Telegram, a local one, instead of on GitHub. */
  telegram: boolean;
  db: "sqlite" | "postgres";
  /** Port of the local GitHub; null takes a free one. */
  port: number | null;
  /** Where everything is put; null makes a temporary folder. */
  dir: string | null;
};
