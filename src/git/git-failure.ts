export type GitFailure = "network" | "auth" | "not_found" | "rejected" | "failed";

/** First match wins; git is run with LC_ALL=C, so these words are stable. */
const SIGNS: readonly (readonly [RegExp, GitFailure])[] = [
  [
    /Authentication failed|could not read (Username|Password)|terminal prompts disabled|error: 40[13]/i,
    "auth",
  ],
  [/Permission to .+ denied|Write access to repository not granted/i, "auth"],
  [/\[(remote )?rejected\]|stale info|pre-receive hook declined|shallow update not allowed/i, "rejected"],
  [
    /repository '.+' not found|Repository not found|couldn't find remote ref|not our ref|error: 404/i,
    "not_found",
  ],
  [
    /Could not resolve host|unable to access|Connection (reset|refused|timed out)|early EOF|RPC failed/i,
    "network",
  ],
  [/remote end hung up|gnutls_handshake|SSL|error: 5\d\d|unexpected disconnect/i, "network"],
];

/** What git's complaint means to whoever has to decide between trying again and telling a person. */
export function failureKind(stderr: string): GitFailure {
  return SIGNS.find(([sign]) => sign.test(stderr))?.[1] ?? "failed";
}
