import { globList } from "./workflow-trigger-glob.ts";

export type WorkflowFile = {
  path: string /** The parsed YAML; undefined when it could not be read. */;
  doc: unknown;
};
type Fields = Readonly<Record<string, unknown>>;

/** Names of the workflows that a push of this branch would start. Whatever cannot be read counts as starting. */
export function pushStartsWorkflow(files: readonly WorkflowFile[], branch: string): string[] {
  return files.filter(({ doc }) => starts(doc, branch)).map(nameOf);
}

const PULL_EVENTS = ["pull_request", "pull_request_target"] as const;

/** Names of the workflows that a new pull request into the branch would start. Whatever cannot be read counts as starting. */
export function pullStartsWorkflow(files: readonly WorkflowFile[], base: string): string[] {
  return files.filter(({ doc }) => startsOnPull(doc, base)).map(nameOf);
}

function startsOnPull(doc: unknown, base: string): boolean {
  if (!isFields(doc)) return true;
  const on = doc.on ?? doc.true;
  const isOne = (event: unknown) => typeof event !== "string" || PULL_EVENTS.some((name) => name === event);
  if (typeof on === "string") return isOne(on);
  if (Array.isArray(on)) return on.some(isOne);
  if (!isFields(on)) return true;
  return PULL_EVENTS.some((name) => name in on && pullMatches(on[name], base));
}

/** Without `types` a workflow starts when one is opened. */
function pullMatches(pull: unknown, base: string): boolean {
  if (!isFields(pull)) return true;
  const { branches, "branches-ignore": ignored, types } = pull;
  const opens = types === undefined || [types].flat().some((type) => type === "opened");
  const wanted = branches === undefined || matchesList(branches, base);
  return opens && wanted && !(ignored !== undefined && matchesList(ignored, base, false));
}

function starts(doc: unknown, branch: string): boolean {
  if (!isFields(doc)) return true;
  // YAML 1.1 readers take the bare word `on` for a boolean.
  const on = doc.on ?? doc.true;
  if (typeof on === "string") return startsOn(on);
  if (Array.isArray(on)) return on.some((event) => typeof event !== "string" || startsOn(event));
  if (!isFields(on)) return true;
  return "create" in on || ("push" in on && pushMatches(on.push, branch));
}

/** A new branch is also a `create` event. */
function startsOn(event: string): boolean {
  return event === "push" || event === "create";
}

/** Path filters never save us: we do not know yet what the change will touch. */
function pushMatches(push: unknown, branch: string): boolean {
  if (push === null || push === undefined) return true;
  if (!isFields(push)) return true;
  const { branches, "branches-ignore": ignored } = push;
  if (branches === undefined && ignored === undefined) return !("tags" in push || "tags-ignore" in push);
  const wanted = branches === undefined || matchesList(branches, branch);
  const refused = ignored !== undefined && matchesList(ignored, branch, false);
  return wanted && !refused;
}

/** `unreadable` is the answer that lets the workflow start. */
function matchesList(list: unknown, branch: string, unreadable = true): boolean {
  const patterns = typeof list === "string" ? [list] : list;
  if (!Array.isArray(patterns) || !patterns.every((item) => typeof item === "string")) return unreadable;
  return globList(patterns, branch) ?? unreadable;
}

function nameOf({ path, doc }: WorkflowFile): string {
  return isFields(doc) && typeof doc.name === "string" && doc.name !== "" ? doc.name : path;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
