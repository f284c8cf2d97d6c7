import type { Conversation } from "../model/conversation.ts";
import type { ScenarioName } from "../options.ts";
import { mainConversation } from "./conversation.ts";
import { playCrash } from "./crash.ts";
import { hostileConversation, playHostile } from "./hostile.ts";
import { playMain } from "./main.ts";
import type { Play } from "./steps.ts";

export type Scenario = { conversation(): Conversation; play(play: Play): Promise<void>; needsBox: boolean };

export const SCENARIO_TABLE: Record<ScenarioName, Scenario> = {
  main: { conversation: () => mainConversation(), play: playMain, needsBox: false },
  crash: { conversation: () => mainConversation({ thinkMs: 3_000 }), play: playCrash, needsBox: true },
  hostile: { conversation: () => hostileConversation(), play: playHostile, needsBox: true },
};
