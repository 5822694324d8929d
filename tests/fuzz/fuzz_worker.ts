/// <reference lib="deno.worker" />
import { targets } from "./targets.ts";

/** Runs one input and answers what went wrong, if anything did. */
self.onmessage = async ({ data }: MessageEvent<{ target: string; seed: number }>) => {
  try {
    await targets[data.target]!(data.seed);
    self.postMessage(undefined);
  } catch (error) {
    self.postMessage(error instanceof Error ? error.stack ?? String(error) : String(error));
  }
};
