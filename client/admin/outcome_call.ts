/**
 * Calls about several things at once whose answers tell of each.
 *
 * @module
 */

import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { type AdminResults, Outcomes } from "./admin_results.ts";
import { asError } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";

/**
 * Runs a call that settles the outcomes of keys. What it throws is the error of all that have none by then.
 *
 * @throws the reason of the options' signal, when it aborts first
 */
export async function outcomesOf<K, V>(
  context: AdminContext,
  textOf: (key: K) => string,
  keys: Iterable<K>,
  options: CallOptions,
  call: (time: CallTime, outcomes: Outcomes<K, V>) => Promise<void>,
): Promise<AdminResults<K, V>> {
  const outcomes = new Outcomes<K, V>(textOf, keys);
  if (outcomes.left.length > 0) {
    await context.run(options, async (time) => {
      await settle(outcomes, outcomes.left, () => call(time, outcomes));
      if (time.wasAborted) time.throwIfAborted();
    });
  }
  return outcomes.results();
}

/** Runs a part of a call that is about some of the keys: what it throws is their error. */
export async function settle<K, V>(
  outcomes: Outcomes<K, V>,
  keys: readonly K[],
  part: () => Promise<void>,
): Promise<void> {
  try {
    await part();
  } catch (error) {
    for (const key of keys) outcomes.fail(key, asError(error));
  }
}
