import { EXIT, messageOf, Problem } from "../core/problem.ts";
import { parseRunOrder, type RunOrder, readRunOrders } from "../core/run-order.ts";
import { readGivenFile } from "./read-given-file.ts";

const MOST_BYTES = 1_000_000;
const MOST_ORDERS = 1_000;

type Given = {
  names: readonly string[];
  owner?: string | undefined;
  repo?: string | undefined;
  fromFile?: string | undefined;
};

/** What `create-run` is to begin: as it stands on the command line, then as it stands in the file. */
export function runOrders({ names, owner, repo, fromFile }: Given): RunOrder[] {
  if ((owner === undefined) !== (repo === undefined))
    throw usage("Half a repository is named", "--owner and --repo go together");
  const flagged = owner !== undefined && repo !== undefined ? [`${owner}/${repo}`] : [];
  const named = [...flagged, ...names].map((name) => parseRunOrder(name) ?? invalid(name));
  const orders = [...named, ...(fromFile === undefined ? [] : inFile(fromFile))];
  if (orders.length === 0) throw usage("No repository is named", "a run works on one repository");
  if (orders.length > MOST_ORDERS)
    throw usage(`${orders.length} runs are too many at once`, `at most ${MOST_ORDERS}`);
  return orders;
}

function inFile(file: string): RunOrder[] {
  const { orders, wrong } = readRunOrders(readText(file));
  const [first] = wrong;
  if (first === undefined) return orders;
  throw usage(`${file} cannot be used`, `line ${first.line} names no repository: "${first.text}"`);
}

function readText(file: string): string {
  try {
    return readGivenFile(file, MOST_BYTES);
  } catch (error) {
    throw usage(`${file} cannot be read`, messageOf(error));
  }
}

function invalid(given: string): never {
  throw usage(`"${given}" is no repository`, "it is not a GitHub owner and a repository name");
}

function usage(what: string, why: string): Problem {
  const remedy = "Name it as owner/repo or owner/repo#7, or with --owner and --repo";
  return new Problem(what, why, remedy, EXIT.usage);
}
