import { readFileSync, statSync } from "node:fs";

/** The text of a file that was named on the command line; what is longer than anybody means is not read. */
export function readGivenFile(file: string, mostBytes: number): string {
  const { size } = statSync(file);
  if (size > mostBytes) throw new Error(`it has ${size} bytes`);
  return readFileSync(file, "utf8");
}
