import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf, Problem } from "../../src/core/problem.ts";

/** Folders of one attempt that a variable may name. */
export const PLACES = ["repo_dir", "runtime_dir", "cache_dir", "data_dir", "tmp_dir"] as const;
export type Place = (typeof PLACES)[number];

/** Variables of every command in the box, with places still to be filled in. */
export type RuntimeTemplates = Readonly<Record<string, string>>;

/** What only the engine sets: the box stands on it. */
const RESERVED: ReadonlySet<string> = new Set(["PATH", "HOME", "CODEX_HOME"]);
const PLACEHOLDER = /\{([^{}]*)\}/g;
/** A path that does not begin with a place: at the start, or after a sign that begins a path. `//` is part of an address. */
const OWN_PATH = /(^|[=:,\s])(\/(?!\/)|~)/;

const Templates = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of a variable"), z.string().max(2_000))
  .superRefine((templates, context) => {
    for (const [name, value] of Object.entries(templates)) {
      const why = faultOf(name, value);
      if (why !== null) context.addIssue({ code: "custom", path: [name], message: why });
    }
  });

function faultOf(name: string, value: string): string | null {
  if (RESERVED.has(name)) return "only the engine sets it";
  const unknown = [...value.matchAll(PLACEHOLDER)].find(([, place]) => !PLACES.includes(place as Place));
  if (unknown !== undefined)
    return `${unknown[0]} is none of ${PLACES.map((place) => `{${place}}`).join(", ")}`;
  if (value.split(/[/\\]/).includes("..")) return `${value} leaves its folder`;
  return OWN_PATH.test(value) ? `${value} leaves the run's folders; begin it with one of them` : null;
}

/** The variables of the file; none when there is no such file. */
export async function loadRuntimeTemplates(file: string): Promise<RuntimeTemplates> {
  const parsed = Templates.safeParse(parseJson(await readIfThere(file), file));
  if (parsed.success) return parsed.data;
  throw unusable(
    file,
    parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
  );
}

async function readIfThere(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw unusable(file, messageOf(error));
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(file, `it is not JSON: ${messageOf(error)}`);
  }
}

function unusable(file: string, why: string): Problem {
  return new Problem(`The variables in ${file} are not usable`, why, "Correct the file");
}

export function fillIn(template: string, places: Readonly<Record<Place, string>>): string {
  return template.replace(PLACEHOLDER, (whole, place: Place) => places[place] ?? whole);
}
