/**
 * What a consumer's configs come to: values that depend on each other are settled, and contradictions refused.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import { camelCase, ClientConfig, type ClientProperties } from "../config/client_config.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { type AutoOffsetReset, parseAutoOffsetReset } from "./auto_offset_reset.ts";
import { CONSUMER_CONFIGS, CONSUMER_CONFIGS_WITHOUT_EFFECT } from "./consumer_config.ts";
import type { IsolationLevel } from "./partition_state.ts";

/** The settled values. */
export interface ConsumerSettings {
  /** All configs; `client.id` and `enable.auto.commit` are filled in. */
  readonly config: ClientConfig;
  /** The group; `null` for none. */
  readonly groupId: string | null;
  /** Where to begin without an offset. */
  readonly reset: AutoOffsetReset;
  /** Whose records are read. */
  readonly isolationLevel: IsolationLevel;
  /** How long calls that have no time-out of their own may take, ms. */
  readonly apiTimeoutMs: number;
  /** Records that one poll returns at most. */
  readonly maxPollRecords: number;
}

const MAX_INSTANCE_ID_LENGTH = 249;

let unnamedConsumers = 0;

/**
 * Settles what a user has given.
 *
 * @throws {InvalidConfigError} in Kafka's words
 * @throws {KafkaError} `INVALID_GROUP_ID` for an empty one
 */
export function consumerSettings(given: ClientProperties, logger: Logger): ConsumerSettings {
  const isGiven = (name: string) =>
    (given[name] ?? given[camelCase(name)] ?? undefined) !== undefined;
  const withoutEffect = Object.keys(CONSUMER_CONFIGS_WITHOUT_EFFECT).filter(isGiven);
  if (withoutEffect.length > 0) {
    logger.write("warn", "Configs were supplied that have no effect", { configs: withoutEffect });
  }
  const parsed = ClientConfig.parse(CONSUMER_CONFIGS, given, logger);
  const groupId = parsed.string("group.id");
  if (groupId === "") {
    throw new KafkaError(
      "INVALID_GROUP_ID",
      "The configured group.id should not be an empty string or whitespace.",
    );
  }
  const filledIn: Record<string, unknown> = {};
  if (parsed.string("client.id") === "") {
    filledIn[nameAsGiven(given, "client.id")] = clientId(
      groupId,
      parsed.string("group.instance.id"),
    );
  }
  if (groupId === null) {
    if (!isGiven("enable.auto.commit")) filledIn["enable.auto.commit"] = false;
    else if (parsed.boolean("enable.auto.commit")) {
      throw new InvalidConfigError(
        "enable.auto.commit cannot be set to true when default group id (null) is used.",
      );
    }
  }
  const config = ClientConfig.parse(CONSUMER_CONFIGS, { ...given, ...filledIn });
  if (config.number("heartbeat.interval.ms") >= config.number("session.timeout.ms")) {
    throw new InvalidConfigError("Heartbeat must be set lower than the session timeout");
  }
  return {
    config,
    groupId,
    reset: parseAutoOffsetReset(config.string("auto.offset.reset")!),
    isolationLevel: config.string("isolation.level") as IsolationLevel,
    apiTimeoutMs: config.number("default.api.timeout.ms"),
    maxPollRecords: config.number("max.poll.records"),
  };
}

/** How a user has written a config's name. */
function nameAsGiven(given: ClientProperties, name: string): string {
  return given[camelCase(name)] === undefined ? name : camelCase(name);
}

function clientId(groupId: string | null, instanceId: string | null): string {
  if (instanceId === null) return `consumer-${groupId}-${++unnamedConsumers}`;
  checkInstanceId(instanceId);
  return `consumer-${groupId}-${instanceId}`;
}

/** An instance id follows the rules of topic names. */
function checkInstanceId(id: string): void {
  let problem: string | undefined;
  if (id === "." || id === "..") problem = `it cannot be "." or ".."`;
  else if (id.length > MAX_INSTANCE_ID_LENGTH) {
    problem =
      `it cannot be longer than ${MAX_INSTANCE_ID_LENGTH} characters, and this has ${id.length}`;
  } else if (!/^[a-zA-Z0-9._-]+$/.test(id)) {
    problem = "it may hold only ASCII letters, digits, '.', '_' and '-'";
  }
  if (problem === undefined) return;
  throw new InvalidConfigError(
    `Invalid value ${id} for configuration group.instance.id: ${problem}`,
  );
}
