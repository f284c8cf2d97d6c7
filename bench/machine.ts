import { cpus, loadavg, release, totalmem } from "node:os";

/** What the figures were measured on. */
export function machineFacts(): Record<string, string> {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    cores: `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    kernel: release(),
    node: process.version,
    "load before": loadavg()
      .map((load) => load.toFixed(1))
      .join(" "),
  };
}
