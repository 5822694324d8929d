/**
 * Writes the ends of transactions into partitions that are led here.
 *
 * @module
 */

import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Clock } from "../../../storage/env.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { AppendEntry } from "../../replication/append.ts";
import { errorNameOf } from "../../replication/error_name.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { EndOfTransaction } from "../partition_writer.ts";

/** Writes the end of a transaction into partitions, and answers with an error for each, in order. */
export type MarkerWriter = (
  end: EndOfTransaction,
  partitions: readonly TopicPartition[],
) => readonly ErrorName[] | Promise<readonly ErrorName[]>;

/** What writing needs. */
export interface LocalMarkerWriterOptions {
  /** Stamps the markers. */
  readonly clock: Clock;
  /** The partitions. */
  readonly replicaManager: Pick<ReplicaManager, "getPartition" | "appendAsCoordinator">;
  /** The groups, to whom a partition of `__consumer_offsets` belongs: committed offsets count when its marker is there. */
  readonly groups: {
    /** Writes the end of a transaction into a partition, and takes note of it. */
    writeMarker(partition: number, end: EndOfTransaction): void | Promise<void>;
  };
  /** How long to wait for the replicas, ms. */
  readonly timeoutMs: () => number;
}

/** The topic of groups. */
const GROUPS_TOPIC = "__consumer_offsets";

/** What a coordinator says when it cannot be asked at the moment; for a writer of markers there is no leader then. */
const NOT_READY: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "COORDINATOR_NOT_AVAILABLE",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "NOT_COORDINATOR",
]);

/** Writes into the partitions of this broker. The answer is there at once where nobody follows. */
export function localMarkerWriter(
  { clock, replicaManager, groups, timeoutMs }: LocalMarkerWriterOptions,
): MarkerWriter {
  const toGroups = (partition: number, end: EndOfTransaction): ErrorName | Promise<ErrorName> => {
    try {
      const written = groups.writeMarker(partition, end);
      return written instanceof Promise ? written.then(() => "NONE" as const, refusal) : "NONE";
    } catch (error) {
      return refusal(error);
    }
  };
  return (end, partitions) => {
    const { committed, producerId, producerEpoch, coordinatorEpoch, transactionVersion } = end;
    const type = committed ? "COMMIT" : "ABORT";
    const entries: AppendEntry[] = [];
    const waiting: Promise<unknown>[] = [];
    const errors: (ErrorName | AppendEntry)[] = partitions.map((topicPartition, i) => {
      const { topic, partition } = topicPartition;
      const found = replicaManager.getPartition(topic, partition);
      if (typeof found === "string") return found;
      if (topic === GROUPS_TOPIC) {
        const written = toGroups(partition, end);
        if (typeof written === "string") return written;
        waiting.push(written.then((error) => errors[i] = error));
        return "REQUEST_TIMED_OUT";
      }
      const timestamp = clock.now();
      const ofProducer = { producerId, producerEpoch, coordinatorEpoch };
      const marker = buildEndTransactionMarker({ type, timestamp, ...ofProducer });
      const entry = new AppendEntry(topicPartition, ZERO_UUID, marker);
      entries.push(entry);
      return entry;
    });
    if (entries.length > 0) {
      const appended = replicaManager.appendAsCoordinator(entries, timeoutMs(), transactionVersion);
      if (appended instanceof Promise) waiting.push(appended);
    }
    const answer = () => errors.map((error) => typeof error === "string" ? error : error.error);
    return waiting.length === 0 ? answer() : Promise.all(waiting).then(answer);
  };
}

function refusal(error: unknown): ErrorName {
  const name = errorNameOf(error);
  return NOT_READY.has(name) ? "NOT_LEADER_OR_FOLLOWER" : name;
}
