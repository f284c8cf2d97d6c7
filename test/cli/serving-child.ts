// A process that serves as `agentpr app` does, with parts that only tell what is asked of them.
import { Command } from "commander";
import { serveUntilStopped } from "../../src/cli/serve-until-stopped.ts";

const [drains = "yes"] = process.argv.slice(2);

function tell(words: string): void {
  process.stdout.write(`${words}\n`);
}

function part(name: string) {
  return {
    ready: [[name, "is up"]] as const,
    drain: () => {
      tell(`${name} drains`);
      return drains === "yes" ? Promise.resolve() : new Promise<void>(() => undefined);
    },
    stop: () => {
      tell(`${name} stops`);
      return Promise.resolve();
    },
  };
}

const alive = setInterval(() => undefined, 1_000);
await serveUntilStopped(new Command(), [part("runner"), part("app")]);
clearInterval(alive);
