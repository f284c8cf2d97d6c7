import { expect, test } from "@jest/globals";
import {
  anything,
  cut,
  first,
  patch,
  promptHas,
  refuse,
  say,
  shell,
  slow,
  turn,
  writeFile,
} from "../../../demo/model/conversation.ts";
import { nextStep } from "../../../demo/model/next-step.ts";
import { type ScriptedModel, startScriptedModel } from "../../../demo/model/scripted-model.ts";

const conversation = [
  turn(promptHas("CI failed"), [say("fixed")]),
  turn(anything, [shell("ls"), say("done")]),
];

function post(
  { url, key }: Pick<ScriptedModel, "url" | "key">,
  prompt: string,
  outputs = 0,
): Promise<Response> {
  const tools = Array.from({ length: outputs }, (_, index) => [
    { type: "function_call", call_id: `c${index}`, name: "exec_command", arguments: "{}" },
    { type: "function_call_output", call_id: `c${index}`, output: "ok" },
  ]);
  const input = [{ role: "user", content: prompt }, ...tools.flat()];
  return fetch(`${url}/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "m", stream: true, input }),
  });
}

test.each([
  ["the first call of a prompt gets the first step", "do it", 0, "ls"],
  ["each tool output brings the next step", "do it", 1, "done"],
  ["beyond the end the last step is repeated", "do it", 5, "done"],
  ["another prompt has its own turn", "CI failed: red", 0, "fixed"],
])("%s", (_title, prompt, outputs, expected) => {
  const step = nextStep(conversation, { prompt, toolOutputs: Array(outputs).fill(""), messages: [] });

  expect(JSON.stringify(step)).toContain(expected);
});

test("a prompt that nobody expected has no step", () => {
  expect(
    nextStep([turn(promptHas("x"), [say("y")])], { prompt: "z", toolOutputs: [], messages: [] }),
  ).toBeNull();
});

test("files and patches are written by commands that a reader understands", () => {
  expect(writeFile("a/b.txt", "one")).toEqual({
    kind: "shell",
    command: `mkdir -p "$(dirname 'a/b.txt')" && cat > 'a/b.txt' <<'END_OF_FILE'\none\nEND_OF_FILE`,
  });
  expect(JSON.stringify(patch("*** Add File: a\n+b"))).toContain(
    "*** Begin Patch\\n*** Add File: a\\n+b\\n*** End Patch",
  );
});

test("steps are served as a stream, counted in the journal, and only for the right key", async () => {
  const model = await startScriptedModel(conversation);

  const call = await (await post(model, "do it")).text();
  const message = await (await post(model, "do it", 1)).text();
  const stranger = await post({ ...model, key: "wrong" }, "do it");

  const requests = model.requests();
  await model.stop();
  expect(call).toContain("exec_command");
  expect(message).toContain("done");
  expect(stranger.status).toBe(401);
  expect(requests.filter(({ status }) => status === 200)).toMatchObject([
    { prompt: "do it", toolOutputs: [] },
    { toolOutputs: ["ok"] },
  ]);
});

test("faults come as they were written", async () => {
  const model = await startScriptedModel([
    turn(promptHas("limit"), [refuse(429, { retryAfter: 7 })]),
    turn(promptHas("twice"), [first(2, refuse(500), say("third time"))]),
    turn(promptHas("cut"), [cut()]),
    turn(promptHas("late"), [slow(150, say("late"))]),
  ]);

  const limit = await post(model, "limit");
  const statuses = [
    (await post(model, "twice")).status,
    (await post(model, "twice")).status,
    (await post(model, "twice")).status,
  ];
  const broken = await post(model, "cut")
    .then((response) => response.text())
    .catch(() => "broken off");
  const begin = performance.now();
  await (await post(model, "late")).text();
  const took = performance.now() - begin;
  const unknown = await post(model, "who?");

  await model.stop();
  expect(limit.headers.get("retry-after")).toBe("7");
  expect(statuses).toEqual([500, 500, 200]);
  expect(broken).not.toContain("response.completed");
  expect(took).toBeGreaterThanOrEqual(140);
  expect(unknown.status).toBe(404);
});

test("stopping lets nobody wait for an answer that never comes", async () => {
  const model = await startScriptedModel([turn(anything, [{ kind: "hang" }])]);
  const waiting = post(model, "hello?").then(
    () => "answered",
    () => "cut off",
  );

  while (model.requests().length === 0 && (await Promise.race([waiting, settled(50)])) === undefined) break;
  await model.stop();

  expect(["answered", "cut off"]).toContain(await waiting);
});

function settled(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
