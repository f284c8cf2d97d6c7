const NAME = "(?:pull_request_template|pr_template)";
const TEXT = "(?:\\.(?:md|txt|rst|markdown))?";

/** Where GitHub looks for a template, first one wins; names are compared without case. */
const SINGLE: readonly RegExp[] = [
  new RegExp(`^\\.github/${NAME}${TEXT}$`, "i"),
  new RegExp(`^${NAME}${TEXT}$`, "i"),
  new RegExp(`^docs/${NAME}${TEXT}$`, "i"),
];
/** Folders with several, of which people choose one by an address. */
const FOLDER = new RegExp(`^(?:\\.github/|docs/)?${NAME}/([^/]+?)(?:\\.(?:md|txt|rst|markdown))$`, "i");

/** Names of templates for each kind of change, and the words of a title that tell the kind. */
const KINDS: readonly { title: RegExp; name: RegExp }[] = [
  { title: /^(?:fix|bug|hotfix)\b|\b(?:fix(?:es)?|bug|crash|broken|regression)\b/i, name: /bug|fix/i },
  { title: /^docs?\b|\b(?:documentation|readme|typo)\b/i, name: /doc/i },
  { title: /^(?:refactor|chore|ci|build|perf)\b|\brefactor/i, name: /refactor|chore|maint|internal/i },
  { title: /^feat\b|\b(?:add|support|feature|implement)\b/i, name: /feat|enhance|add/i },
];
const GENERAL = /^(?:default|general|generic|pull_request_template|pr_template|template|main|other)$/i;

/**
 * The template that fits: a single one where GitHub looks for it; of several in a folder the one for that kind of change,
 * else the general one, else the first by name.
 */
export function choosePullTemplate(paths: readonly string[], title: string): string | null {
  for (const place of SINGLE) {
    const found = paths.find((path) => place.test(path));
    if (found !== undefined) return found;
  }
  const several = paths
    .flatMap((path) => {
      const name = FOLDER.exec(path)?.[1];
      return name === undefined ? [] : [{ path, name }];
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const kind = KINDS.find(({ title: tells }) => tells.test(title));
  const fitting =
    several.find(({ name }) => kind?.name.test(name)) ??
    several.find(({ name }) => GENERAL.test(name)) ??
    several[0];
  return fitting?.path ?? null;
}
