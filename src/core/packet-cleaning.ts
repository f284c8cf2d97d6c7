import { clip, clipStart } from "./markdown.ts";
import type { TaskPacket } from "./packet.ts";
import { seenText, visibleText } from "./untrusted-text.ts";

/** Most characters of each kind of text, and how many of a list. */
const LIMITS = {
  body: 60_000,
  review: 20_000,
  comment: 8_000,
  log: 16_000,
  note: 20_000,
  line: 1_000,
} as const;
const MOST = { failures: 20, annotations: 50, feedback: 50, threads: 200, notes: 100 } as const;
const LONGEST_PACKET = 300_000;
const ROUNDS = 10;

/** The packet without what nobody sees, each text cut with a mark; all of it halved until the whole is of a size to be read. */
export function cleanPacket(packet: TaskPacket): TaskPacket {
  let cleaned = cut(packet, 1);
  for (let round = 1; round < ROUNDS && JSON.stringify(cleaned).length > LONGEST_PACKET; round++)
    cleaned = cut(packet, 0.5 ** round);
  return cleaned;
}

function cut(packet: TaskPacket, share: number): TaskPacket {
  const most = (limit: number) => Math.max(100, Math.floor(limit * share));
  const few = <T>(list: readonly T[], limit: number) => list.slice(0, Math.max(1, Math.floor(limit * share)));
  const written = (text: string, limit: number) => clip(visibleText(text), most(limit));
  const line = (text: string) => clip(seenText(text).replaceAll("\n", " "), LIMITS.line);
  const notes = (list: readonly string[]) => few(list, MOST.notes).map((text) => written(text, LIMITS.note));
  const { request, failures, feedback, threads } = packet;
  return {
    ...packet,
    request: {
      ...request,
      title: line(visibleText(request.title)),
      body: written(request.body, LIMITS.body),
    },
    failures: few(failures, MOST.failures).map(({ name, url, summary, annotations }) => ({
      name: line(name),
      url: url === null ? null : line(url),
      summary: clipStart(seenText(summary), most(LIMITS.log)),
      annotations: few(annotations, MOST.annotations).map((text) => clip(seenText(text), most(LIMITS.line))),
    })),
    feedback: few(feedback, MOST.feedback).map((review) => ({
      ...review,
      body: written(review.body, LIMITS.review),
    })),
    threads: few(threads, MOST.threads).map(({ path, comments, ...thread }) => ({
      ...thread,
      path: line(path),
      comments: comments.map((comment) => ({ ...comment, body: written(comment.body, LIMITS.comment) })),
    })),
    instructions: notes(packet.instructions),
    acceptanceCriteria: notes(packet.acceptanceCriteria),
    constraints: notes(packet.constraints),
    references: notes(packet.references),
    testCommands: few(packet.testCommands, MOST.notes).map(line),
    lintCommands: few(packet.lintCommands, MOST.notes).map(line),
  };
}
