import { EXIT, messageOf, Problem } from "../core/problem.ts";
import { LONGEST_USER_PACKET, readUserPacket, type UserPacket } from "../core/user-packet.ts";
import { readGivenFile } from "./read-given-file.ts";

const MOST_BYTES = LONGEST_USER_PACKET * 4;

/** What `--task-packet-file` adds to a task packet: JSON under known keys, or Markdown as one instruction. */
export function readPacketFile(file: string): UserPacket {
  const read = readUserPacket({ name: file, text: readText(file) });
  return read.kind === "valid" ? read.packet : unusable(file, read.problems.join("; "));
}

function readText(file: string): string {
  try {
    return readGivenFile(file, MOST_BYTES);
  } catch (error) {
    return unusable(file, messageOf(error));
  }
}

function unusable(file: string, why: string): never {
  const remedy =
    "Give a JSON object with keys such as instructions and acceptance_criteria, or a Markdown text";
  throw new Problem(`${file} cannot be used as a task packet`, why, remedy, EXIT.usage);
}
