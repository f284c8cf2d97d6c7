import { z } from "zod";
import { seenText } from "./untrusted-text.ts";

const text = (most: number) => z.string().trim().min(1).max(most);
const LONGEST_TEXT = 20_000;
const list = z.array(text(LONGEST_TEXT)).max(50).default([]);
export const LONGEST_USER_PACKET = 100_000;

/** What the person who makes a run may add to its packet. */
export const UserPacket = z
  .strictObject({
    title: text(1_000).optional(),
    acceptance_criteria: list,
    instructions: list,
    constraints: list,
    /** Addresses, files, earlier changes: where to look. */
    references: list,
    /** Hints to the worker; what verification runs is the policy's `verify_commands`. */
    test_commands: list,
    lint_commands: list,
  })
  .refine(
    (packet) => JSON.stringify(packet).length <= LONGEST_USER_PACKET,
    `it is longer than ${LONGEST_USER_PACKET} characters`,
  );
export type UserPacket = z.infer<typeof UserPacket>;

export type ReadUserPacket = { kind: "valid"; packet: UserPacket } | { kind: "invalid"; problems: string[] };

/** A file of one's own as part of the packet: a JSON object under the keys above, or Markdown as one instruction. */
export function readUserPacket({ name, text: given }: { name: string; text: string }): ReadUserPacket {
  const content = seenText(given).trim();
  if (content === "") return invalid("it is empty");
  if (content.length > LONGEST_USER_PACKET)
    return invalid(`it is longer than ${LONGEST_USER_PACKET} characters`);
  if (/\.json$/i.test(name) || content.startsWith("{")) return fromJson(content);
  if (content.length > LONGEST_TEXT) return invalid(`as Markdown it may have ${LONGEST_TEXT} characters`);
  return { kind: "valid", packet: UserPacket.parse({ instructions: [content] }) };
}

function fromJson(content: string): ReadUserPacket {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = UserPacket.safeParse(value);
  if (parsed.success) return { kind: "valid", packet: parsed.data };
  return { kind: "invalid", problems: parsed.error.issues.slice(0, 20).map(problemOf) };
}

function problemOf({ path, message, code }: z.core.$ZodIssue): string {
  const known = Object.keys(UserPacket.shape).join(", ");
  const words = code === "unrecognized_keys" ? `${message}; these may be set: ${known}` : message;
  return `${path.join(".") || "the file"}: ${words}`;
}

function invalid(problem: string): ReadUserPacket {
  return { kind: "invalid", problems: [problem] };
}
