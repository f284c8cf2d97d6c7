import { code, prose, quote, words } from "../../core/markdown.ts";
import type { ThreadReply } from "../../core/thread-replies.ts";

const MOST_FILES = 10;
const LONGEST = 6_000;
const MACHINE = "<sub>Written by a machine for agentpr; nobody has checked these words.</sub>";

/** One conversation's answer: what was done, or what was asked for, with the machine's own words set apart. */
export function threadReplyBody(reply: ThreadReply, sha: string | null): string {
  const said = reply.said === null ? [] : [quote(prose(reply.said, LONGEST)), MACHINE];
  return [headline(reply, sha), ...said].join("\n\n");
}

/** Who it was stays in the journal: not everybody who steers a run is known on GitHub. */
export function personsReplyBody({ text, to }: { text: string; to: readonly string[] }): string {
  const names = to.map((author) => words(author)).join(", ");
  const about = names === "" ? "An answer" : `To ${names}: an answer`;
  return `${about} of a person who looks after this pull request.\n\n${quote(prose(text, LONGEST))}`;
}

function headline(reply: ThreadReply, sha: string | null): string {
  const commit = sha === null ? "a commit" : sha;
  const to = reply.thread === null && reply.author !== "" ? `To ${words(reply.author)}'s review: ` : "";
  switch (reply.kind) {
    case "done":
      return `Done in ${commit}: ${code(reply.path ?? "")}${besides(reply)}.`;
    case "elsewhere":
      return `Answered in ${commit}, which leaves these lines as they are; it changes ${filesOf(reply.files)}.`;
    case "answered":
      return `${to}An answer; nothing was changed for it.`;
    case "unanswered":
      return `${to}No answer was found to this; a person has to give it.`;
    default:
      return reply.kind satisfies never;
  }
}

function besides({ path, files }: ThreadReply): string {
  const others = files.filter((file) => file !== path);
  return others.length === 0 ? "" : `, and ${filesOf(others)}`;
}

function filesOf(files: readonly string[]): string {
  if (files.length === 0) return "nothing that can be shown";
  const more = files.length - MOST_FILES;
  return `${files
    .slice(0, MOST_FILES)
    .map((file) => code(file))
    .join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
