/**
 * Topics that are made because somebody asked for them.
 *
 * @module
 */

import { type ErrorName, errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import type { Env } from "../../storage/env.ts";
import { invalidTopicName } from "../replication/topic_names.ts";
import type { ControllerChannel } from "./controller_channel.ts";
import { creatableTopic, type InternalTopicsConfig } from "./internal_topics.ts";

/** Begins to make topics; says of each what a client is told meanwhile. */
export type AutoCreate = (names: readonly string[]) => ReadonlyMap<string, ErrorName>;

/**
 * Begins to make topics with the defaults of the broker, the cluster's own with theirs. The client is told that there is no such topic yet, and asks
 * again. What is asked for while the controller is at it goes into the next request.
 *
 * @returns the function that the Metadata handler calls
 */
export function autoTopicCreation(
  env: Pick<Env, "logger">,
  channel: Pick<ControllerChannel, "send">,
  config: InternalTopicsConfig,
): AutoCreate {
  /** Topics that are being made, or will be next: asking twice makes them once. */
  const creating = new Set<string>();
  let next: string[] = [];
  let isAsking = false;
  const askForAll = async () => {
    isAsking = true;
    for (let names; (names = next).length > 0;) {
      next = [];
      await create(env, channel, config, names);
      for (const name of names) creating.delete(name);
    }
    isAsking = false;
  };
  return (names) => {
    for (const name of names) {
      if (invalidTopicName(name) !== undefined || creating.has(name)) continue;
      creating.add(name);
      next.push(name);
    }
    if (next.length > 0 && !isAsking) void askForAll();
    return new Map(names.map((name) => [
      name,
      invalidTopicName(name) === undefined
        ? "UNKNOWN_TOPIC_OR_PARTITION"
        : "INVALID_TOPIC_EXCEPTION",
    ]));
  };
}

async function create(
  { logger }: Pick<Env, "logger">,
  channel: Pick<ControllerChannel, "send">,
  config: InternalTopicsConfig,
  names: readonly string[],
): Promise<void> {
  try {
    const { topics } = await channel.send(createTopics, {
      topics: names.map((name) => creatableTopic(name, config)),
      timeoutMs: config.int("request.timeout.ms"),
    });
    for (const { name: topic, errorCode, errorMessage } of topics) {
      if (errorCode === 0) continue;
      logger.write("warn", "Failed to create a topic that a client asked for", {
        topic,
        reason: errorMessage ?? new KafkaError(errorName(errorCode)).message,
      });
    }
  } catch (error) {
    logger.write("warn", "Failed to create topics that a client asked for", { names, error });
  }
}
