/**
 * What `seglog metadata-quorum describe` prints.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { JavaException } from "./java_exception.ts";
import type { Cell } from "./pretty_table.ts";
import type { QuorumInfo, ReplicaState } from "../admin/quorum.ts";

function leaderOf({ voters, leaderId }: QuorumInfo): ReplicaState {
  const leader = voters.find(({ replicaId }) => replicaId === leaderId);
  if (leader !== undefined) return leader;
  throw new JavaException("java.util.NoSuchElementException", "No value present");
}

function replicaText({ nodes }: QuorumInfo, { replicaId, replicaDirectoryId }: ReplicaState) {
  const parts = [`"id": ${replicaId}`];
  if (replicaDirectoryId !== ZERO_UUID) parts.push(`"directoryId": "${replicaDirectoryId}"`);
  const endpoints = [...nodes.get(replicaId) ?? []];
  if (endpoints.length > 0) {
    const texts = endpoints.map(([name, { host, port }]) =>
      `"${name}://${host.includes(":") ? `[${host}]` : host}:${port}"`
    );
    parts.push(`"endpoints": [${texts.join(", ")}]`);
  }
  return `{${parts.join(", ")}}`;
}

function replicasText(quorum: QuorumInfo, replicas: readonly ReplicaState[]): string {
  return `[${replicas.map((replica) => replicaText(quorum, replica)).join(", ")}]`;
}

/** How far the voter is behind that is behind the most: in records, and in ms. */
function lagOf(quorum: QuorumInfo): { readonly lag: number; readonly lagMs: number } {
  const leader = leaderOf(quorum);
  const last = quorum.voters.reduce((least, voter) =>
    voter.logEndOffset < least.logEndOffset ? voter : least
  );
  const lag = leader.logEndOffset - last.logEndOffset;
  if (last === leader) return { lag, lagMs: 0 };
  const [leaderTime, lastTime] = [leader.lastCaughtUpTimestamp, last.lastCaughtUpTimestamp];
  const isKnown = leaderTime !== null && lastTime !== null;
  return { lag, lagMs: isKnown ? leaderTime - lastTime : -1 };
}

/** The lines of `--status`. */
export function statusLines(clusterId: string | null, quorum: QuorumInfo): string[] {
  const { lag, lagMs } = lagOf(quorum);
  const values: readonly (readonly [string, unknown])[] = [
    ["ClusterId", clusterId],
    ["LeaderId", quorum.leaderId],
    ["LeaderEpoch", quorum.leaderEpoch],
    ["HighWatermark", quorum.highWatermark],
    ["MaxFollowerLag", lag],
    ["MaxFollowerLagTimeMs", lagMs],
    ["CurrentVoters", replicasText(quorum, quorum.voters)],
    ["CurrentObservers", replicasText(quorum, quorum.observers)],
  ];
  return values.map(([name, value]) => `${`${name}:`.padEnd(24)}${value}`);
}

/** The same for `--json`. */
export function statusJson(clusterId: string | null, quorum: QuorumInfo): unknown {
  const { lag, lagMs } = lagOf(quorum);
  const json = (replicas: readonly ReplicaState[]) =>
    replicas.map((replica): unknown => JSON.parse(replicaText(quorum, replica)));
  return {
    clusterId,
    leaderId: quorum.leaderId,
    leaderEpoch: quorum.leaderEpoch,
    highWatermark: quorum.highWatermark,
    maxFollowerLag: lag,
    maxFollowerLagTimeMs: lagMs,
    currentVoters: json(quorum.voters),
    currentObservers: json(quorum.observers),
  };
}

/** The headers of `--replication`. */
export const REPLICATION_HEADERS: readonly string[] = [
  "NodeId",
  "DirectoryId",
  "LogEndOffset",
  "Lag",
  "LastFetchTimestamp",
  "LastCaughtUpTimestamp",
  "Status",
];

/**
 * How long ago something was.
 *
 * @throws {JavaException} when it is in the future, or was never
 */
function ago(timestamp: number, now: number, what: string): string {
  if (timestamp > 0 && timestamp <= now) return `${now - timestamp} ms ago`;
  throw new JavaException(
    "org.apache.kafka.common.KafkaException",
    "Error while computing relative time, possible drift in system clock.\n" +
      `Current timestamp is ${now}, ${what} timestamp is ${timestamp}`,
  );
}

/**
 * The rows of `--replication`.
 *
 * @param now for `--human-readable`: times are told from here
 */
export function replicationRows(quorum: QuorumInfo, now?: number): Cell[][] {
  const leader = leaderOf(quorum);
  const time = (timestamp: number | null, what: string) => {
    if (timestamp === null) return -1;
    return now === undefined ? timestamp : ago(timestamp, now, what);
  };
  const rows = (replicas: readonly ReplicaState[], status: string) =>
    replicas.map((replica) => [
      replica.replicaId,
      replica.replicaDirectoryId,
      replica.logEndOffset,
      leader.logEndOffset - replica.logEndOffset,
      time(replica.lastFetchTimestamp, "last fetch"),
      time(replica.lastCaughtUpTimestamp, "last caught up"),
      status,
    ]);
  return [
    ...rows([leader], "Leader"),
    ...rows(quorum.voters.filter((voter) => voter !== leader), "Follower"),
    ...rows(quorum.observers, "Observer"),
  ];
}
