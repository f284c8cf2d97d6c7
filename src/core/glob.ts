/**
 * `*` and `?` stay within one name, `**` spans folders. Case never matters: some file systems ignore it. Takes time in
 * proportion to the path however the glob is made: globs come from target repositories too.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const parts = partsOf(fold(glob));
  return (path) => matches(parts, fold(path));
}

/** Names as file systems that ignore case and composition would compare them. */
export function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

const WILDCARDS = ["**/", "**", "*", "?"];

/** Wildcards and single letters. */
function partsOf(glob: string): string[] {
  return glob.split(/(\*\*\/|\*\*|\*|\?)/).flatMap((text) => (WILDCARDS.includes(text) ? [text] : [...text]));
}

/** Where in the glob one may stand; `within` a `**` + `/` that has taken something and waits for its slash. */
type Places = { at: Set<number>; within: Set<number> };

function matches(parts: readonly string[], path: string): boolean {
  let places = skipping(parts, { at: new Set([0]), within: new Set() });
  for (const letter of path) {
    places = skipping(parts, step(parts, places, letter));
    if (places.at.size + places.within.size === 0) return false;
  }
  return places.at.has(parts.length);
}

function step(parts: readonly string[], { at, within }: Places, letter: string): Places {
  const next: Places = { at: new Set(), within: new Set() };
  for (const place of at) {
    const part = parts[place] ?? "";
    if (part === "**/") next.within.add(place);
    else if (part === "**" || (part === "*" && letter !== "/")) next.at.add(place);
    else if (part === letter || (part === "?" && letter !== "/")) next.at.add(place + 1);
    if (part === "**/" && letter === "/") next.at.add(place + 1);
  }
  for (const place of within) {
    next.within.add(place);
    if (letter === "/") next.at.add(place + 1);
  }
  return next;
}

/** Wildcards that may stand for nothing are passed. */
function skipping(parts: readonly string[], { at, within }: Places): Places {
  const reached = new Set(at);
  for (const place of reached) if (["**/", "**", "*"].includes(parts[place] ?? "")) reached.add(place + 1);
  return { at: reached, within };
}
