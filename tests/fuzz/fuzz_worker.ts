/// <reference lib="deno.worker" />
import { targets } from "./targets.ts";

/** Runs one input and answers what went wrong, or nothing: an empty text, as `undefined` would arrive as `null`. */
self.onmessage = async ({ data }: MessageEvent<{ target: string; seed: number }>) => {
  try {
    await targets[data.target]!(data.seed);
    self.postMessage("");
  } catch (error) {
    self.postMessage(error instanceof Error ? error.stack ?? String(error) : String(error));
  }
};
