/** What the two Node.js clients share: their modules' folder, and the way of a plan through a program (see support/plan.ts). */

import { createRequire } from "node:module";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** Requires a package of the folder that the installer filled. */
export const require = createRequire(`${process.env.CLIENT_MODULES}/package.json`);

/** Imports a package of that folder. */
export const load = (name) => import(pathToFileURL(require.resolve(name)).href);

export const bootstrap = process.argv[2];
export const toBytes = (text) => text === null ? null : Buffer.from(text, "base64");
export const toText = (bytes) =>
  bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString("base64");

/** The values of `generate`, in slices that fit a request. */
export function* generated(count) {
  for (let from = 0; from < count; from += 10_000) {
    yield Array.from({ length: Math.min(10_000, count - from) }, (_, i) => `r${from + i}`);
  }
}

/** Lists topics until a deleted one is gone. */
export async function topicsWithout(list, deleted) {
  for (let i = 0;; i++) {
    const topics = await list();
    if (i === 100 || !topics.includes(deleted)) return { topics };
    await setTimeout(100);
  }
}

/**
 * Closes a producer. One that asked for no answer does not know when its records have left the process, and may lose what is on
 * its way then: the end of the partition tells.
 */
export async function closeWhenWritten(step, before, latest, close) {
  if (step.acks === "0") {
    const written = before + step.records.length + (step.generate ?? 0);
    for (let i = 0; i < 100 && await latest() < written; i++) await setTimeout(50);
  }
  await close();
}

/** Runs the plan on standard input and prints the results. */
export async function runPlan(operations) {
  const results = [];
  for (const step of JSON.parse(await text(process.stdin))) {
    results.push(await operations[step.op](step) ?? {});
  }
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
}
