import { dirname, join } from "node:path";
import type { BoxNetwork, BoxPlan } from "../box/box-args.ts";
import { NONCE_VARIABLE } from "./codex-args.ts";
import type { CodexOrder } from "./codex-order.ts";
import type { ModelDoor } from "./model-door.ts";

/** The box of one attempt: the order's folders, Codex's own program folder, and the home's fixed parts over the home. */
export function codexPlan({
  order,
  door,
  readOnly,
}: {
  order: CodexOrder;
  door: ModelDoor;
  readOnly: readonly string[];
}): BoxPlan {
  const { workDir, scratch, codexHome, limits } = order;
  return {
    workDir,
    scratch,
    codexHome,
    readOnly: [...programFolders(order.binary), ...order.readOnly, ...readOnly],
    lent: door.kind === "login" ? [{ from: door.authFile, to: join(codexHome, "auth.json") }] : [],
    env: { ...order.env, CODEX_HOME: codexHome, ...nonceOf(door) },
    network: networkOf(door),
    limits,
  };
}

/** A packaged Codex stands in `bin` beside the folders of its own tools; elsewhere it stands alone. */
function programFolders(binary: string): string[] {
  const bin = dirname(binary);
  return bin.includes("/vendor/") ? [dirname(bin)] : [binary];
}

function nonceOf(door: ModelDoor): Record<string, string> {
  return door.kind === "proxy" ? { [NONCE_VARIABLE]: door.proxy.nonce } : {};
}

function networkOf(door: ModelDoor): BoxNetwork {
  if (door.kind === "login" || door.socket === null) return { kind: "full" };
  return { kind: "provider", port: door.proxy.port, socket: door.socket };
}
