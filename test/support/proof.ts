/** How often something is repeated: a few times in `npm test`, the full count in `npm run proof`. */
export function rounds(quick: number, full: number): number {
  return process.env.AGENTPR_PROOF === "full" ? full : quick;
}
