import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { messageOf, Problem } from "../core/problem.ts";
import type { AppSettings } from "./settings.ts";

export type GitHubCredentials = {
  appId: number;
  /** PEM. */
  privateKey: string;
  webhookSecret: string;
  previousWebhookSecret: string | null;
};

/** The App's own credentials, or null when it has not been registered yet. Half of them is a mistake. */
export function readGitHubCredentials({ github }: AppSettings): GitHubCredentials | null {
  const { appId, webhookSecret, previousWebhookSecret } = github;
  const hasKey = github.privateKey !== null || github.privateKeyPath !== null;
  if (appId === null && !hasKey) return null;
  if (appId === null) throw lacking("APP_ID");
  if (!hasKey) throw lacking("PRIVATE_KEY or PRIVATE_KEY_PATH");
  if (webhookSecret === null) throw lacking("WEBHOOK_SECRET");
  return { appId, privateKey: readPrivateKey(github), webhookSecret, previousWebhookSecret };
}

function readPrivateKey({ privateKey, privateKeyPath }: AppSettings["github"]): string {
  const name = privateKey === null ? "PRIVATE_KEY_PATH" : "PRIVATE_KEY";
  try {
    const pem = privateKey === null ? readFileSync(privateKeyPath ?? "", "utf8") : asPem(privateKey);
    createPrivateKey(pem);
    return pem;
  } catch (error) {
    const why = isFileError(error) ? messageOf(error) : "it holds no private key in PEM form";
    throw new Problem(`The setting ${name} is not usable`, why, "Download the App's key from GitHub again");
  }
}

/** As GitHub gives it, with line breaks written as \n, or the whole in base64. */
function asPem(text: string): string {
  const lines = text.replaceAll("\\n", "\n").trim();
  return lines.startsWith("-----BEGIN") ? `${lines}\n` : Buffer.from(lines, "base64").toString("utf8");
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function lacking(name: string): Problem {
  return new Problem(
    "The GitHub App's settings are incomplete",
    `${name} is not set, and others are`,
    `Set ${name}, or none of them to register the App anew`,
  );
}
