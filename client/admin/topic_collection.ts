/**
 * Topics that a call is about, and those among them that no request can carry.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { AdminResults, type Outcome } from "./admin_results.ts";
import { sameText } from "./coordinator_lookup.ts";
import { KeyMap } from "./key_map.ts";

/** Topics by name, or by id. */
export type TopicCollection = readonly string[] | { readonly topicIds: readonly string[] };

/** Parts keys of topics into those that a request can carry, and the others with their errors. */
export function representable(
  keys: Iterable<string>,
  kind: "name" | "ID" | "id",
): { readonly good: readonly string[]; readonly bad: readonly [string, Error][] } {
  const good: string[] = [];
  const bad: [string, Error][] = [];
  for (const key of new Set(keys)) {
    const isGood = key !== "" && (kind === "name" || key !== ZERO_UUID);
    if (isGood) good.push(key);
    else bad.push([key, unrepresentable(kind, key)]);
  }
  return { good, bad };
}

/** The error for a topic that a request cannot carry. */
export function unrepresentable(kind: "name" | "ID" | "id", key: string): KafkaError {
  return new KafkaError(
    "INVALID_TOPIC_EXCEPTION",
    `The given topic ${kind} '${key}' cannot be represented in a request.`,
  );
}

/** Results with those beside them that were refused before anything was sent. */
export function withRefused<V>(
  results: AdminResults<string, V>,
  refused: readonly [string, Error][],
): AdminResults<string, V> {
  if (refused.length === 0) return results;
  const outcomes = new KeyMap<string, Outcome<V>>(sameText, results);
  for (const [key, error] of refused) outcomes.set(key, { error });
  return new AdminResults(outcomes);
}
