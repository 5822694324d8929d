/**
 * What the controller makes of a request: records for the metadata log, and an answer for when they are committed.
 *
 * @module
 */

import { errorMessage, type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Random } from "../../storage/env.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import type { BrokerHeartbeats } from "./broker_heartbeats.ts";
import type { ConfigResource } from "./configs_image.ts";
import type { MetadataImage } from "./metadata_image.ts";
import type { MetadataRecord } from "./metadata_records.ts";

/** Records and an answer. */
export interface Decision<R> {
  /** What is to be appended; with none, the answer holds at once. */
  readonly records: readonly MetadataRecord[];
  /**
   * Whether each record is good without those behind it, so that many of them may go into several batches; a crash can leave the
   * first ones. All others are committed together, or none.
   */
  readonly isSplittable?: boolean;
  /** The answer. */
  readonly response: R;
}

/** A config of a topic as CreateTopics tells it. */
export interface EffectiveConfig {
  /** Name of the config. */
  readonly name: string;
  /** Its value; `null` when it is none of anybody's business. */
  readonly value: string | null;
  /** Whether it cannot be changed. */
  readonly readOnly: boolean;
  /** Where the value comes from, by Kafka's number. */
  readonly configSource: number;
  /** Whether it is a secret. */
  readonly isSensitive: boolean;
}

/** What the controller needs to know about configs. */
export interface ConfigRules {
  /** `num.partitions`. */
  readonly defaultNumPartitions: number;
  /** `default.replication.factor`. */
  readonly defaultReplicationFactor: number;
  /** `unstable.feature.versions.enable`: whether levels of features that may still change can be used. */
  readonly unstableFeatureVersionsEnable: boolean;
  /** The text of a broker's config without what was set while brokers run; `null` when it has none. */
  staticText(name: string): string | null;
  /** The text that a config of a resource has when nobody has set anything; `null` when it has none. */
  defaultText(resource: ConfigResource, name: string): string | null;
  /** Whether a config is a list, which can be appended to. */
  isList(resource: ConfigResource, name: string): boolean;
  /**
   * Checks the configs that a resource is to have.
   *
   * @throws {InvalidConfigError} or {KafkaError} in Kafka's words
   */
  validate(
    resource: ConfigResource,
    configs: ReadonlyMap<string, string>,
    existing: ReadonlyMap<string, string>,
  ): void;
  /** All configs that a topic with these ones of its own has, by name. */
  effectiveTopicConfigs(own: ReadonlyMap<string, string>): readonly EffectiveConfig[];
}

/** What decisions are made on. */
export interface ControllerContext {
  /** The metadata so far. */
  readonly image: MetadataImage;
  /** For ids. */
  readonly random: Random;
  /** About configs. */
  readonly rules: ConfigRules;
  /** Id of the node that decides. */
  readonly nodeId: number;
  /** What was heard of brokers. */
  readonly heartbeats: BrokerHeartbeats;
}

/** How one part of a request ended. */
export interface ApiResult {
  /** Code of the error, 0 for none. */
  readonly error: ErrorName;
  /** What the user is told. */
  readonly message: string | null;
}

/** It worked. */
export const OK: ApiResult = { error: "NONE", message: null };

/** It did not, with the text of the error table unless there is a better one. */
export function failure(error: ErrorName, message: string | null = errorMessage(error)): ApiResult {
  return { error, message };
}

/**
 * What an error that was thrown comes to; one that is none of a user's is thrown on.
 *
 * @param invalidConfig what a config that may not be comes to
 */
export function failureOf(error: unknown, invalidConfig: ErrorName = "INVALID_CONFIG"): ApiResult {
  if (error instanceof KafkaError) return failure(error.code, error.message);
  if (error instanceof InvalidConfigError) return failure(invalidConfig, error.message);
  throw error;
}

/** More records than this are not written for one request. */
export const MAX_RECORDS_PER_USER_OP = 10_000;

/**
 * Refuses what one request would write, when it is too much.
 *
 * @throws {KafkaError} `POLICY_VIOLATION`
 */
export function checkRecordCount(records: { readonly length: number }): void {
  if (records.length <= MAX_RECORDS_PER_USER_OP) return;
  throw new KafkaError(
    "POLICY_VIOLATION",
    "Unable to perform excessively large batch operation.",
  );
}
