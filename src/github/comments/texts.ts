// comments: every text that we post on GitHub. Pure functions of plain inputs; foreign words in them are shown and
// never take effect: no mention, no markup, no comment of theirs survives, and our hidden marker stands last.
import { marker, neutralise, withMarker } from "../../core/markdown.ts";
import type { TextsPort } from "../../jobs/ports.ts";
import { checkView } from "./check-view.ts";
import type { Links } from "./links.ts";
import { stickyBody } from "./sticky.ts";
import { threadReplyBody } from "./thread-reply.ts";

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
    reply(text, key) {
      const mark = marker("reply", key);
      return { marker: mark, body: withMarker(neutralise(text.replaceAll("<!--", "<\u2060!--")), mark) };
    },
  };
}
