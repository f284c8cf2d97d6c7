import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../../src/core/problem.ts";
import { type KeyProxy, startKeyProxy } from "../provider/key-proxy.ts";
import type { KeyedProvider } from "../provider/select-provider.ts";
import type { CodexOrder } from "./codex-order.ts";

/** The one way from the box to the model. */
export type ModelDoor =
  | { kind: "login"; authFile: string; close(): Promise<void> }
  | { kind: "proxy"; proxy: KeyProxy; socket: string | null; close(): Promise<void> };

/** Opens a proxy for a keyed provider, on a socket where the box has no network; a login needs none. */
export async function openModelDoor(order: CodexOrder, onActivity: () => void): Promise<ModelDoor> {
  const { provider, network } = order;
  if (provider.kind !== "login") return openProxy(provider, network === "provider", onActivity);
  if (network === "full") return openLogin(order, provider.authFile);
  throw new Problem(
    "A ChatGPT login needs the network",
    "box_network is provider, and a login cannot go through the key proxy",
    "Set box_network to full, or use AGENTPR_FORGE_* or an API key",
  );
}

/** A box mounts the login file into the home; elsewhere a link has to do. Both go when the home is next prepared. */
async function openLogin({ isolation, codexHome }: CodexOrder, authFile: string): Promise<ModelDoor> {
  if (isolation.kind !== "box") await symlink(authFile, join(codexHome, "auth.json"));
  return { kind: "login", authFile, close: async () => undefined };
}

async function openProxy(
  upstream: KeyedProvider,
  closedNetwork: boolean,
  onActivity: () => void,
): Promise<ModelDoor> {
  // Socket paths are limited to about a hundred bytes, so not below the (deep) run folder.
  const folder = closedNetwork ? await mkdtemp(join(tmpdir(), "agentpr-")) : null;
  const socket = folder === null ? null : join(folder, "provider.sock");
  const closing = new AbortController();
  const proxy = await startKeyProxy({
    upstream,
    signal: closing.signal,
    onActivity,
    ...(socket === null ? {} : { socketPath: socket }),
  });
  return {
    kind: "proxy",
    proxy,
    socket,
    async close() {
      await proxy.close();
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}
