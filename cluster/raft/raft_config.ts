/**
 * The quorum's part of a broker's configs.
 *
 * @module
 */

import type { Address } from "../../client/network/transport.ts";
import { parseBootstrapServers, parseVoters } from "../config/quorum_addresses.ts";
import type { MetadataLogConfig } from "./metadata_log_config.ts";
import type { QuorumConfig } from "./quorum_config.ts";
import type { StaticVoter } from "./voter_set.ts";

/** Reads configs by name; a broker's config does. */
export interface RaftConfigReader {
  /** A number. */
  int(name: string): number;
  /** A number that may be large. */
  long(name: string): number;
  /** Words; none when it is not set. */
  list(name: string): readonly string[];
  /** Whether a config was set. */
  isSet(name: string): boolean;
}

/** The options of a `RaftDriver` that are configs. */
export interface RaftConfig extends Omit<QuorumConfig, "fetchMaxWaitMs"> {
  /** The configs of the log. */
  readonly config: MetadataLogConfig;
  /** Whom to ask for the leader; the voters when it is empty. */
  readonly bootstrapServers: readonly Address[];
  /** Who votes, unless the log says so; absent for a node of which no config names other controllers. */
  readonly controllerQuorumVoters?: readonly StaticVoter[];
}

/**
 * Takes what the metadata log obeys out of a broker's configs.
 *
 * @throws {InvalidConfigError} for voters that cannot be read
 */
export function raftConfig(values: RaftConfigReader): RaftConfig {
  const voters = parseVoters(values.list("controller.quorum.voters"));
  const bootstrapServers = parseBootstrapServers(
    values.list("controller.quorum.bootstrap.servers"),
  );
  // With bootstrap servers alone, the voters must be in the log.
  const isAlone = voters.size === 0 && bootstrapServers.length === 0;
  const segmentBytes = "internal.metadata.log.segment.bytes";
  return {
    config: {
      segmentBytes: values.int("metadata.log.segment.bytes"),
      segmentMs: values.long("metadata.log.segment.ms"),
      retentionBytes: values.long("metadata.max.retention.bytes"),
      retentionMs: values.long("metadata.max.retention.ms"),
      maxBatchSize: values.int("internal.metadata.max.batch.size.in.bytes"),
      deleteDelayMs: values.long("internal.metadata.delete.delay.millis"),
      ...(values.isSet(segmentBytes) ? { internalSegmentBytes: values.int(segmentBytes) } : {}),
    },
    electionTimeoutMs: values.int("controller.quorum.election.timeout.ms"),
    fetchTimeoutMs: values.int("controller.quorum.fetch.timeout.ms"),
    electionBackoffMaxMs: values.int("controller.quorum.election.backoff.max.ms"),
    requestTimeoutMs: values.int("controller.quorum.request.timeout.ms"),
    retryBackoffMs: values.int("controller.quorum.retry.backoff.ms"),
    fetchMaxBytes: values.int("controller.quorum.fetch.max.bytes"),
    fetchSnapshotMaxBytes: values.int("controller.quorum.fetch.snapshot.max.bytes"),
    bootstrapServers,
    ...(isAlone
      ? {}
      : { controllerQuorumVoters: [...voters].map(([id, address]) => ({ id, ...address })) }),
  };
}
