/**
 * What bounds the fetching of followers.
 *
 * @module
 */

import type { ReplicaConfig } from "./replica_config.ts";

/** Configs of fetchers. */
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

/** The configs as they are now. */
export function replicaFetchConfig(config: ReplicaConfig): ReplicaFetchConfig {
  return {
    maxWaitMs: config.int("replica.fetch.wait.max.ms"),
    minBytes: config.int("replica.fetch.min.bytes"),
    maxBytes: config.int("replica.fetch.response.max.bytes"),
    partitionMaxBytes: config.int("replica.fetch.max.bytes"),
    backoffMs: config.int("replica.fetch.backoff.ms"),
  };
}
