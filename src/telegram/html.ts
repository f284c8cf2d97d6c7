// telegram: Telegram in and out. Says who asks, calls perform, renders the reply; it decides nothing and writes no SQL.
// This file is the one place where text becomes Telegram's HTML: nothing that is not escaped here can be put into a message.
import { seenText } from "../core/untrusted-text.ts";

/** Markup that is safe to send. It stands on one line, or is one whole block. */
export type Html = { readonly html: string };

/** Telegram's limit is 4,096; a line of ours never comes near it. */
export const MOST_OF_A_LINE = 3_000;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A line of markup; whatever is put into it is shown as it stands. */
export function html(strings: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  const parts = strings.map((text, index) => {
    const value = values[index];
    if (value === undefined) return text;
    return text + (typeof value === "object" ? value.html : inline(String(value), 3_000));
  });
  return { html: parts.join("") };
}

/** Foreign words as one line. */
export function words(text: string, max = 600): Html {
  return { html: inline(text.trim(), max) };
}

function inline(text: string, max: number): string {
  return escaped(seenText(text).replace(/\s+/g, " "), max);
}

export function bold(text: string | Html): Html {
  return html`<b>${text}</b>`;
}

export function faint(text: string | Html): Html {
  return html`<i>${text}</i>`;
}

export function code(text: string, max = 300): Html {
  return { html: `<code>${words(text, max).html || " "}</code>` };
}

/** Only plain http(s) addresses become links. */
export function link(label: string, url: string | null): Html {
  if (url === null || !/^https?:\/\/[^\s<>"'`\\]+$/.test(url) || url.length > 1_000) return words(label);
  return { html: `<a href="${escaped(url, 2_000)}">${words(label).html}</a>` };
}

/** A longer text with its line ends, in blocks that each fit into a message. */
export function blocks(text: string): Html[] {
  const chunks: string[] = [];
  let chunk = "";
  for (const line of seenText(text)
    .split("\n")
    .map((each) => escaped(each, 1_000))) {
    if (chunk.length + line.length > MOST_OF_A_LINE) {
      chunks.push(chunk);
      chunk = "";
    }
    chunk += chunk === "" ? line : `\n${line}`;
  }
  return [...chunks, chunk]
    .filter((each) => each.trim() !== "")
    .map((each) => ({ html: `<pre>${each}</pre>` }));
}

/** Escapes letter by letter, so that neither an entity nor a pair of surrogates is ever cut in two. */
function escaped(text: string, max: number): string {
  let out = "";
  for (const letter of text) {
    const safe = ESCAPES[letter] ?? letter;
    if (out.length + safe.length >= max) return `${out}…`;
    out += safe;
  }
  return out;
}

const PLAIN: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

/** Markup as plain words, for where there is no HTML: pop-ups, documents, the simulation. */
export function plain(markup: string): string {
  return markup.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|amp);/g, (entity) => PLAIN[entity] ?? entity);
}
