// biome-ignore lint/style/noDefaultExport: Jest takes a file's default export for its global teardown.
export { closeDoor as default } from "./shared-door.ts";
