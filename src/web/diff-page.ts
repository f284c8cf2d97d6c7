import type { Run } from "../core/run.ts";
import type { Answer } from "./exchange.ts";
import { type Html, html } from "./html.ts";
import { messagePage, page } from "./layout.ts";
import type { SignedIn } from "./session.ts";
import type { Site } from "./site.ts";

/** With everything round it the page stays below 100 kB. */
const MOST_BYTES = 80_000;
const PATIENCE_MS = 20_000;

/** The lines of the change that waits or was published, as git tells them. */
export async function diffPage({ patchOf }: Site, who: SignedIn, run: Run): Promise<Answer> {
  const back = `/runs/${encodeURIComponent(run.id)}`;
  const patch = await patchOf(run, AbortSignal.timeout(PATIENCE_MS));
  if (patch === null) {
    const text = "There is no change yet, or its base cannot be read at GitHub now.";
    return { kind: "page", status: 404, page: messagePage("No lines", text, back, who) };
  }
  const { lines, left } = fitting(patch.split("\n"));
  const main = html`<p><a href="${back}">Back to the run</a></p>
    <div class="scroll" role="region" aria-label="Lines of the change" tabindex="0"><pre>${lines}</pre></div>
    ${left > 0 ? html`<p>and ${left} more lines, on GitHub</p>` : null}`;
  return { kind: "page", status: 200, page: page({ title: "Lines of the change", who, main }) };
}

function fitting(all: readonly string[]): { lines: Html[]; left: number } {
  const lines: Html[] = [];
  let bytes = 0;
  for (const text of all) {
    const line = lineOf(text);
    bytes += Buffer.byteLength(line.text);
    if (bytes > MOST_BYTES) break;
    lines.push(line);
  }
  return { lines, left: all.length - lines.length };
}

/** Colours repeat what the first letter says. */
function lineOf(text: string): Html {
  if (/^(diff|index|---|\+\+\+|@@) ?/.test(text)) return html`<span class="quiet">${text}</span>\n`;
  if (text.startsWith("+")) return html`<span class="good">${text}</span>\n`;
  if (text.startsWith("-")) return html`<span class="bad">${text}</span>\n`;
  return html`${text}\n`;
}
