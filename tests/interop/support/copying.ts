/**
 * A process that copies records exactly once, killed in the midst of it.
 *
 * @module
 */

import { TextLineStream } from "@std/streams";
import type { SeededRandom } from "../../support/manual_env.ts";
import type { Copier } from "./clients.ts";

/** The process that copies, killed at a place of its work that the seed tells. */
export async function copyUntilKilled(
  copier: Copier,
  options: Readonly<Record<string, string>>,
  random: SeededRandom,
): Promise<void> {
  const child = await copier.start(JSON.stringify(options));
  const words = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const errors = new Response(child.stderr).text();
  let left = 1 + random.below(16);
  let isReady = false;
  const stuck = setTimeout(() => child.kill("SIGKILL"), 90_000);
  try {
    for await (const word of words) {
      isReady ||= word === "ready";
      if (--left > 0) continue;
      // In the midst of what comes next, or before it.
      if (random.below(2) === 0) {
        await new Promise((resolve) => setTimeout(resolve, random.below(8)));
      }
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      break;
    }
  } finally {
    clearTimeout(stuck);
  }
  await child.status;
  const said = await errors;
  // While the broker is away it may fail; it must not fail to come up for ever, which the caller sees.
  if (!isReady && Deno.env.get("SHOW") !== undefined) console.log(said.slice(-2000));
}
