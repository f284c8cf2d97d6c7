// comments: every text that we post on GitHub. Pure functions of plain inputs; foreign words in them are shown and
// never take effect: no mention, no markup, no comment of theirs survives, and our hidden marker stands last.
import { clipMarkdown, code, link, marker, neutralise, withMarker } from "../../core/markdown.ts";
import type { TextsPort } from "../../jobs/ports.ts";
import { checkView, supersededView } from "./check-view.ts";
import type { Links } from "./links.ts";
import { stickyBody } from "./sticky.ts";
import { personsReplyBody, threadReplyBody } from "./thread-reply.ts";

export function createTexts(links: Links): TextsPort {
  return {
    sticky(view) {
      const mark = marker("sticky", view.run.id);
      return { marker: mark, body: withMarker(stickyBody(view, links), mark) };
    },
    check: (view) => checkView(view, links),
    threadReply(reply, { sha, key }) {
      const mark = marker("thread", key);
      return { marker: mark, body: withMarker(threadReplyBody(reply, sha), mark) };
    },
    personsReply(reply, key) {
      const mark = marker("thread", key);
      return { marker: mark, body: withMarker(personsReplyBody(reply), mark) };
    },
    superseded: supersededView,
    reply({ text, about }, key) {
      const mark = marker("reply", key);
      const safe = neutralise(text.replaceAll("<!--", "<\u2060!--"));
      return { marker: mark, body: withMarker(shortened(safe, restOf(about, links)), mark) };
    },
  };
}

const LONGEST_REPLY = 60_000;

/** An answer that is too long says where the rest of it is. */
function shortened(text: string, rest: string): string {
  return text.length <= LONGEST_REPLY ? text : `${clipMarkdown(text, LONGEST_REPLY)}\n\n${rest}`;
}

function restOf(about: string | null, { webUrl }: Links): string {
  if (about === null) return "That is not all of it.";
  const page = webUrl === null ? null : link("run page", `${webUrl}/runs/${encodeURIComponent(about)}`);
  return `All of it: ${page ?? `${code(`agentpr show-run ${about}`)} where agentpr runs`}.`;
}
