// demo/telegram: Telegram's Bot API on this machine, with state and over HTTP, for the demo and for tests.
const TAGS: ReadonlySet<string> = new Set([
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "code",
  "pre",
  "a",
  "blockquote",
]);
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

export type Parsed = { ok: true; text: string } | { ok: false; why: string };

/** Telegram's own strictness: known tags, properly nested; known entities; a bare `<` or `&` is an error. */
export function parseHtml(html: string): Parsed {
  const open: string[] = [];
  let text = "";
  for (let at = 0; at < html.length; ) {
    const rest = html.slice(at);
    const tag = /^<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)>/.exec(rest);
    const entity = /^&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-f]{1,6});/.exec(rest);
    if (tag) {
      const why = step(open, tag[1] === "/", tag[2] ?? "");
      if (why !== null) return { ok: false, why: `${why} at byte offset ${at}` };
      at += tag[0].length;
    } else if (entity) {
      text += ENTITIES[entity[1] ?? ""] ?? "?";
      at += entity[0].length;
    } else if (/^[<&]/.test(rest))
      return { ok: false, why: `unsupported start tag or entity at byte offset ${at}` };
    else {
      text += html[at];
      at += 1;
    }
  }
  return open.length === 0
    ? { ok: true, text }
    : { ok: false, why: `can't find end tag for "${open.at(-1)}"` };
}

function step(open: string[], closes: boolean, name: string): string | null {
  if (!TAGS.has(name)) return `unsupported start tag "${name}"`;
  if (!closes) {
    open.push(name);
    return null;
  }
  return open.pop() === name ? null : `unexpected end tag "${name}"`;
}
