/**
 * Topics that are made because somebody asked for them.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import type { ControllerDriver } from "../controller/controller_driver.ts";
import { createTopics } from "../controller/topic_creation.ts";
import { invalidTopicName } from "../replication/topic_names.ts";
import { creatableTopic, type InternalTopicsConfig } from "./internal_topics.ts";

/**
 * Begins to make topics with the defaults of the broker, the cluster's own with theirs. The client is told that there is no such topic yet, and asks
 * again.
 *
 * @returns the function that the Metadata handler calls
 */
export function autoTopicCreation(
  env: Env,
  controller: ControllerDriver,
  config: InternalTopicsConfig,
): (names: readonly string[]) => ReadonlyMap<string, ErrorName> {
  /** Topics that are being made: asking twice makes them once. */
  const creating = new Set<string>();
  return (names) => {
    const fresh = names.filter((name) =>
      invalidTopicName(name) === undefined && !creating.has(name)
    );
    if (fresh.length > 0) void create(env, controller, config, creating, fresh);
    return new Map(names.map((name) => [
      name,
      invalidTopicName(name) === undefined
        ? "UNKNOWN_TOPIC_OR_PARTITION"
        : "INVALID_TOPIC_EXCEPTION",
    ]));
  };
}

async function create(
  env: Env,
  controller: ControllerDriver,
  config: InternalTopicsConfig,
  creating: Set<string>,
  names: readonly string[],
): Promise<void> {
  for (const name of names) creating.add(name);
  try {
    const topics = names.map((name) => creatableTopic(name, config));
    const results = await controller.submit((context) =>
      createTopics(context, { topics, timeoutMs: 0, validateOnly: false })
    );
    for (const { name, errorCode, errorMessage } of results) {
      if (errorCode === 0) continue;
      env.logger.write("warn", "Failed to create a topic that a client asked for", {
        topic: name,
        reason: errorMessage,
      });
    }
  } catch (error) {
    env.logger.write("warn", "Failed to create topics that a client asked for", { names, error });
  } finally {
    for (const name of names) creating.delete(name);
  }
}
