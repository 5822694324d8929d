/**
 * Looks up who coordinates groups and transactions (Kafka's `CoordinatorStrategy`).
 *
 * @module
 */

import type { CoordinatorType } from "../coordinator_finder.ts";
import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { findCoordinator } from "../protocol/messages/find_coordinator.ts";
import { sendCall } from "./admin_call.ts";
import type { LocatedCall, Lookup, NodeAnswer, Places } from "./located_call.ts";

const KEY_TYPES: Readonly<Record<CoordinatorType, number>> = { group: 0, transaction: 1 };

/** The first version that asks for several at once. */
const BATCHED_VERSION = 4;

/** Tells keys apart that are texts. */
export const sameText = (text: string): string => text;

/** Looks coordinators up by FindCoordinator requests: by one, where brokers answer about several at once. */
export function coordinatorLookup(type: CoordinatorType): Lookup<string> {
  return async (call, keys) => {
    const first = await find(call, type, keys);
    // An old broker has been asked about the first alone.
    const others = first.isBatched ? [] : await Promise.all(
      keys.slice(1).map((key) => find(call, type, [key])),
    );
    const all = [first, ...others];
    return { found: all.flatMap((one) => one.found), failed: all.flatMap((one) => one.failed) };
  };
}

async function find(
  { context, time, nameFor }: LocatedCall,
  type: CoordinatorType,
  keys: readonly string[],
): Promise<Places<string> & { readonly isBatched: boolean }> {
  const keyType = KEY_TYPES[type];
  return await sendCall(context, time, {
    name: nameFor(findCoordinator),
    destination: { to: "any" },
    api: findCoordinator,
    draft: ({ version }) =>
      version < BATCHED_VERSION ? { key: keys[0]!, keyType } : { keyType, coordinatorKeys: keys },
  }, (response, { version }) => {
    const isBatched = version >= BATCHED_VERSION;
    const coordinators = isBatched ? response.coordinators : [{ ...response, key: keys[0]! }];
    const found: [string, number][] = [];
    const failed: [string, Error][] = [];
    for (const { key, nodeId, errorCode } of coordinators) {
      const error = errorName(errorCode);
      if (error === "NONE") found.push([key, nodeId]);
      else if (error !== "COORDINATOR_NOT_AVAILABLE" && error !== "COORDINATOR_LOAD_IN_PROGRESS") {
        failed.push([key, lookupFailure(error, type, key)]);
      }
    }
    return { found, failed, isBatched };
  });
}

function lookupFailure(error: ErrorName, type: CoordinatorType, id: string): KafkaError {
  const key = `\`CoordinatorKey(idValue='${id}', type=${type.toUpperCase()})\``;
  switch (error) {
    case "GROUP_AUTHORIZATION_FAILED":
      return new KafkaError(
        error,
        `FindCoordinator request for groupId ${key} failed due to authorization failure`,
      );
    case "TRANSACTIONAL_ID_AUTHORIZATION_FAILED":
      return new KafkaError(
        error,
        `FindCoordinator request for transactionalId ${key} failed due to authorization failure`,
      );
  }
  return new KafkaError(
    error,
    `FindCoordinator request for key ${key} failed due to an unexpected error`,
  );
}

/**
 * What to do with a key that a coordinator has answered with an error: it is looked up again when its coordinator is another, asked again while
 * that is loading, and has failed otherwise.
 *
 * @param failure the error that the user is told
 */
export function coordinatorError<K>(
  key: K,
  error: ErrorName,
  failure: () => Error = () => new KafkaError(error),
): Pick<NodeAnswer<K, never>, "failed" | "moved"> {
  switch (error) {
    case "COORDINATOR_LOAD_IN_PROGRESS":
      return {};
    case "COORDINATOR_NOT_AVAILABLE":
    case "NOT_COORDINATOR":
      return { moved: [key] };
  }
  return { failed: [[key, failure()]] };
}

/** Puts answers together. */
export function joinedAnswers<K, V>(answers: readonly NodeAnswer<K, V>[]): NodeAnswer<K, V> {
  return {
    completed: answers.flatMap(({ completed = [] }) => completed),
    failed: answers.flatMap(({ failed = [] }) => failed),
    moved: answers.flatMap(({ moved = [] }) => moved),
  };
}
