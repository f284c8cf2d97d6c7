import type { LoadedPolicy } from "../config/policy-file.ts";
import type { AppSettings } from "../config/settings.ts";
import type { Handler } from "../engine/worker.ts";
import { type ReceiveContext, receive } from "../github/receive/receive.ts";
import type { SharedContext } from "../jobs/context.ts";
import { noteCalls } from "../jobs/handlers.ts";
import { actionContext } from "./action-context.ts";

type Receiving = {
  settings: AppSettings;
  context: SharedContext;
  policy: Pick<LoadedPolicy, "githubWebhook">;
  appId: number;
};

/** Deliveries come from where the app is installed, so the app answers them; what they ask for may be about forks too. */
export function receiver({ settings, context, policy, appId }: Receiving): Handler | null {
  const { world, reaches } = context;
  if (reaches.direct === null) return null;
  const { github } = reaches.direct;
  const { github: address } = settings;
  const { rate_limit_window_sec, rate_limit_per_user, rate_limit_per_repository, allowed_bots } =
    policy.githubWebhook;
  const receiving: ReceiveContext = {
    actions: actionContext(settings, context),
    github,
    own: { appId, bots: allowed_bots },
    limits: {
      windowSec: rate_limit_window_sec,
      perUser: rate_limit_per_user,
      perRepository: rate_limit_per_repository,
    },
    control: address.controlRepository,
    webUrl: address.webUrl,
  };
  return (job, { signal }) =>
    github.counted(
      () => receive({ ...receiving, actions: { ...receiving.actions, signal } }, job),
      (calls) => noteCalls(world, null, calls),
    );
}
