/**
 * What a consumer's configs say about its group.
 *
 * @module
 */

import type { ConsumerSettings } from "../consumer_settings.ts";

/** The settled values (Kafka's `GroupRebalanceConfig`). */
export interface GroupSettings {
  /** `group.id` */
  readonly groupId: string;
  /** `group.instance.id`; `null` for a dynamic member. */
  readonly groupInstanceId: string | null;
  /** `session.timeout.ms` */
  readonly sessionTimeoutMs: number;
  /** `max.poll.interval.ms`: also how long the others wait for this member when they rebalance. */
  readonly rebalanceTimeoutMs: number;
  /** `heartbeat.interval.ms` */
  readonly heartbeatIntervalMs: number;
  /** `retry.backoff.ms` */
  readonly retryBackoffMs: number;
  /** `retry.backoff.max.ms` */
  readonly retryBackoffMaxMs: number;
  /** `request.timeout.ms` */
  readonly requestTimeoutMs: number;
  /** `client.rack`; `null` for none. */
  readonly rackId: string | null;
  /** `auto.commit.interval.ms`; `undefined` when nothing is committed in the background. */
  readonly autoCommitIntervalMs: number | undefined;
  /** Whether patterns leave Kafka's own topics out. */
  readonly excludesInternalTopics: boolean;
}

/** Reads them. */
export function groupSettings(groupId: string, { config }: ConsumerSettings): GroupSettings {
  return {
    groupId,
    groupInstanceId: config.string("group.instance.id"),
    sessionTimeoutMs: config.number("session.timeout.ms"),
    rebalanceTimeoutMs: config.number("max.poll.interval.ms"),
    heartbeatIntervalMs: config.number("heartbeat.interval.ms"),
    retryBackoffMs: config.number("retry.backoff.ms"),
    retryBackoffMaxMs: config.number("retry.backoff.max.ms"),
    requestTimeoutMs: config.number("request.timeout.ms"),
    rackId: config.string("client.rack") || null,
    autoCommitIntervalMs: config.boolean("enable.auto.commit")
      ? config.number("auto.commit.interval.ms")
      : undefined,
    excludesInternalTopics: config.boolean("exclude.internal.topics"),
  };
}
