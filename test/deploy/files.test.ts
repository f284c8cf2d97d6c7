import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { createProgram } from "../../src/cli/program.ts";
import { AppEnv, RunnerEnv } from "../../src/config/env.ts";
import { GithubWebhook } from "../../src/config/policy-sections.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { WEBHOOK_PATH } from "../../src/github/app/server.ts";

const DOCKER = join(PROJECT_ROOT, "deploy/docker");
const SEEDS_PATH = "/github/webhook";

function read(path: string): string {
  return readFileSync(join(PROJECT_ROOT, "deploy", path), "utf8");
}

async function flagsOf(name: string): Promise<string[]> {
  const program = await createProgram([name]);
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return [...program.options, ...command.options].map(({ long }) => long ?? "");
}

test("supervisord looks with doctor, then starts, and waits as long as a drain takes", async () => {
  const text = read("supervisord/agentpr.conf");
  const commands = [...text.matchAll(/^command=(.*)$/gm)].map(([, command = ""]) => command);

  expect(commands).toHaveLength(2);
  for (const command of commands) {
    expect(command).toMatch(/ doctor .* && exec /);
    for (const [, name = "", rest = ""] of command.matchAll(/main\.js (\S+)([^&"]*)/g)) {
      const given = rest.split(" ").filter((word) => word.startsWith("--"));
      expect(await flagsOf(name)).toEqual(expect.arrayContaining(given));
    }
  }
  expect([...text.matchAll(/^stopwaitsecs=(\d+)$/gm)].map(([, sec]) => Number(sec))).toEqual([100, 100]);
  expect(text.match(/_logfile_maxbytes=/g)).toHaveLength(4);
});

test.each([["nginx/agentpr.conf"], ["caddy/Caddyfile"]])("%s takes webhooks at both addresses", (file) => {
  const text = read(file);

  expect(text).toContain(WEBHOOK_PATH);
  expect(text).toContain(SEEDS_PATH);
  expect(text).toMatch(/\/metrics/);
});

test("neither of the two stops a webhook that the policy takes", () => {
  const [nginx] = /(?<=^ *client_max_body_size +)\d+m(?=;)/m.exec(read("nginx/agentpr.conf")) ?? [];
  const [caddy] = /(?<=max_size )\S+/.exec(read("caddy/Caddyfile")) ?? [];
  const { max_payload_bytes: most } = GithubWebhook.parse({});

  expect(most).toBe(1_048_576);
  // To Caddy a MB is a million bytes.
  expect({ nginx, caddy }).toEqual({ nginx: "1m", caddy: "1MiB" });
});

test("nginx's blocks are closed and its statements ended", () => {
  const code = read("nginx/agentpr.conf").replace(/#.*$/gm, "");

  expect(code.match(/\{/g)?.length).toBe(code.match(/\}/g)?.length);
  const lines = code.split("\n").map((line) => line.trim());
  expect(lines.filter((line) => line !== "" && !/[;{}]$/.test(line))).toEqual([]);
});

test("the tunnel leads to the app and to the intake alone, and nowhere else", () => {
  const { ingress } = parse(read("cloudflare/agentpr-tunnel.yml")) as {
    ingress: { path?: string; service: string }[];
  };

  expect(ingress.map(({ service }) => service)).toEqual([
    "http_status:404",
    "http://127.0.0.1:8787",
    "http://127.0.0.1:3000",
    "http_status:404",
  ]);
  expect(new RegExp(ingress[1]?.path ?? "").test(SEEDS_PATH)).toBe(true);
});

type Service = {
  build?: { context: string; dockerfile: string };
  command?: string[];
  env_file?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  secrets?: string[];
  volumes?: string[];
  security_opt?: string[];
  stop_grace_period?: string;
};
type Compose = { services: Record<string, Service>; secrets: object; volumes: object };

function compose(): Compose {
  return parse(read("docker/compose.yml"), { merge: true }) as Compose;
}

test("compose brings app, two runners and Postgres, and all that they name is there", () => {
  const { services, secrets, volumes } = compose();

  expect(Object.keys(services)).toEqual(["postgres", "migrate", "app", "runner-1", "runner-2"]);
  for (const service of Object.values(services)) {
    const { build, depends_on = {}, secrets: used = [], volumes: mounted = [], environment = {} } = service;
    if (build) expect(existsSync(join(DOCKER, build.context, build.dockerfile))).toBe(true);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
    expect(Object.keys(secrets)).toEqual(expect.arrayContaining(used));
    const named = mounted.map((mount) => mount.split(":")[0] ?? "");
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(named));
    expect(JSON.stringify(environment)).not.toMatch(/postgres:\/\/|password":"(?!\/run)/i);
  }
});

test("a runner's container allows what a box is made of, and gets nothing of the app's", () => {
  const { services } = compose();

  for (const name of ["runner-1", "runner-2"]) {
    const { security_opt: options = [], env_file, secrets, stop_grace_period } = services[name] ?? {};
    const seccomp = options.find((option) => option.startsWith("seccomp="))?.slice("seccomp=".length) ?? "";
    const apparmor = options.find((option) => option.startsWith("apparmor="))?.slice("apparmor=".length);
    expect(options).toEqual(expect.arrayContaining(["no-new-privileges:true", "systempaths=unconfined"]));
    expect(existsSync(join(DOCKER, seccomp))).toBe(true);
    expect(read("apparmor/agentpr-runner")).toContain(`profile ${apparmor} `);
    expect({ env_file, secrets, stop_grace_period }).toEqual({
      env_file: ["runner.env"],
      secrets: undefined,
      stop_grace_period: "100s",
    });
  }
});

test("the profile for system calls leaves those that a box needs", () => {
  const { syscalls } = JSON.parse(read("docker/seccomp-runner.json")) as { syscalls: { names: string[] }[] };
  const denied = new Set(syscalls.flatMap(({ names }) => names));

  for (const needed of ["clone", "clone3", "unshare", "mount", "umount2", "pivot_root", "setns", "prctl"])
    expect(denied.has(needed)).toBe(false);
  expect(denied.has("bpf") && denied.has("kexec_load")).toBe(true);
});

test.each([
  ["app.Dockerfile", AppEnv.shape, "app"],
  ["runner.Dockerfile", RunnerEnv.shape, "runner"],
] as const)(
  "%s copies what is there, runs as nobody's root, and sets variables that are read",
  (file, shape, command) => {
    const text = read(`docker/${file}`);
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = ""]) =>
      from.split(" "),
    );
    const set = [...text.matchAll(/^(?:ENV)? +([A-Z_]+)=/gm)].map(([, name = ""]) => name);
    const known = [...Object.keys(shape), "NODE_ENV", "NODE_COMPILE_CACHE"];

    expect(copied.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
    expect(text).toMatch(/^USER (?!root)/m);
    expect(text).toContain(`CMD ["${command}"]`);
    expect(text).not.toMatch(/:latest|^ADD /m);
  },
);
