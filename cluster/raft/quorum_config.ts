/**
 * The configs of a quorum: how long its members wait for each other, and how much they ask for at once.
 *
 * @module
 */

/** The configs `controller.quorum.*`; times in ms. */
export interface QuorumConfig {
  /** `controller.quorum.election.timeout.ms`: without a leader for so long, up to twice that, a voter stands for election. */
  readonly electionTimeoutMs: number;
  /** `controller.quorum.fetch.timeout.ms`: without a fetch that succeeds for so long, a voter takes the leader for gone. */
  readonly fetchTimeoutMs: number;
  /** `controller.quorum.election.backoff.max.ms`: how long at most a voter gives way to those who should rather lead. */
  readonly electionBackoffMaxMs: number;
  /** `controller.quorum.request.timeout.ms`: how long an answer is waited for. */
  readonly requestTimeoutMs: number;
  /** `controller.quorum.retry.backoff.ms`: how long a node is left alone after a failure. */
  readonly retryBackoffMs: number;
  /** `controller.quorum.fetch.max.bytes`: most bytes of records to ask for. */
  readonly fetchMaxBytes: number;
  /** `controller.quorum.fetch.snapshot.max.bytes`: most bytes of a snapshot to ask for. */
  readonly fetchSnapshotMaxBytes: number;
  /** How long a leader that has nothing new may keep a fetch; Kafka's `KafkaRaftClient.MAX_FETCH_WAIT_MS`. */
  readonly fetchMaxWaitMs: number;
}

/** What applies to what is not set. */
export const DEFAULT_QUORUM_CONFIG: QuorumConfig = {
  electionTimeoutMs: 1000,
  fetchTimeoutMs: 2000,
  electionBackoffMaxMs: 1000,
  requestTimeoutMs: 2000,
  retryBackoffMs: 20,
  fetchMaxBytes: 1024 * 1024,
  fetchSnapshotMaxBytes: 1024 * 1024,
  fetchMaxWaitMs: 500,
};

/** The configs that are given, and Kafka's defaults for the others. */
export function quorumConfig(given: Partial<QuorumConfig>): QuorumConfig {
  const names = Object.keys(DEFAULT_QUORUM_CONFIG) as (keyof QuorumConfig)[];
  const entries = names.map((name) => [name, given[name] ?? DEFAULT_QUORUM_CONFIG[name]]);
  return Object.fromEntries(entries) as QuorumConfig;
}
