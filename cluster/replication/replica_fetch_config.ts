/**
 * What bounds the fetching of followers.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";

/** Configs of fetchers; changes show with the next request. */
export interface ReplicaFetchConfig {
  /** `replica.fetch.wait.max.ms`. */
  readonly maxWaitMs: number;
  /** `replica.fetch.min.bytes`. */
  readonly minBytes: number;
  /** `replica.fetch.response.max.bytes`. */
  readonly maxBytes: number;
  /** `replica.fetch.max.bytes`. */
  readonly partitionMaxBytes: number;
  /** `replica.fetch.backoff.ms`. */
  readonly backoffMs: number;
}

/** Keeps the traffic of throttled replicas within bounds. */
export interface FollowerQuota {
  /** Whether a partition's replica is throttled. */
  isThrottled(topicPartition: TopicPartition): boolean;
  /** Whether there is no room at the moment. */
  isExceeded(): boolean;
  /** Takes note of bytes. */
  record(bytes: number): void;
}
