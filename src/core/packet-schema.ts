import { z } from "zod";
import { TaskPacket } from "./packet.ts";

/** What policy/task_packet.schema.json holds, for whoever reads stored packets. */
export function packetJsonSchema(): object {
  return { title: "agentpr.task_packet.v2", ...z.toJSONSchema(TaskPacket) };
}
