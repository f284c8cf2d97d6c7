import { eitherLookup } from "../actions/repository.ts";
import { aboutFor } from "../config/about.ts";
import type { LoadedPolicy } from "../config/policy-file.ts";
import { promptFault } from "../config/prompts.ts";
import type { AppSettings } from "../config/settings.ts";
import type { Handler } from "../engine/worker.ts";
import { type ReceiveContext, receive } from "../github/receive/receive.ts";
import type { SharedContext } from "../jobs/context.ts";
import { noteCalls } from "../jobs/handlers.ts";
import { promptsOf } from "./app-context.ts";
import { surveyBy } from "./survey.ts";

type Receiving = {
  settings: AppSettings;
  context: SharedContext;
  policy: Pick<LoadedPolicy, "githubWebhook">;
  appId: number;
};

/** Deliveries come from where the app is installed, so the app answers them; what they ask for may be about forks too. */
export function receiver({ settings, context, policy, appId }: Receiving): Handler | null {
  const { world, policyFor, reaches } = context;
  if (reaches.direct === null) return null;
  const { github } = reaches.direct;
  const { promptVersion, autokick, github: address } = settings;
  const { rate_limit_window_sec, rate_limit_per_user, rate_limit_per_repository, allowed_bots } =
    policy.githubWebhook;
  const receiving: ReceiveContext = {
    actions: {
      world,
      github: eitherLookup({ direct: github, fork: reaches.fork?.github ?? null }),
      policyFor,
      promptFault: (version) => promptFault(version, promptsOf(settings)),
      defaults: { promptVersion, autokick },
      survey: surveyBy(context),
      aboutFor: (version) => aboutFor(version, settings),
    },
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
  return (job) =>
    github.counted(
      () => receive(receiving, job),
      (calls) => noteCalls(world, null, calls),
    );
}
