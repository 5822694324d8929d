/**
 * What the engine knows of a log, in the words of `OpenLog.java`.
 *
 * @module
 */

import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import type { ProducerStateEntry } from "../../../storage/log/producer/producer_state_entry.ts";
import { javaWithInput } from "./apache_kafka.ts";

/** A partition's directory, and how Kafka is to open it. */
export interface DirectoryToOpen {
  readonly directory: string;
  readonly hadCleanShutdown: boolean;
  readonly logStartOffset?: number;
}

/** What Kafka knows of logs after it has opened them with its own log; it closes them again. */
export async function openWithKafka(
  directories: readonly DirectoryToOpen[],
  configs: Readonly<Record<string, string>>,
  timestamps: readonly number[],
): Promise<string[][]> {
  const input = directories.map(({ directory, hadCleanShutdown, logStartOffset = 0 }) =>
    `${directory} ${hadCleanShutdown ? "clean" : "unclean"} ${logStartOffset}`
  );
  const texts = Object.entries(configs).map((config) => config.join("=")).join();
  const logs: string[][] = [];
  for (const line of await javaWithInput(input, "OpenLog", texts, timestamps.join())) {
    if (line.startsWith("log ")) logs.push([]);
    else logs.at(-1)!.push(line);
  }
  return logs;
}

/** The state of a log whose high watermark is its end, and the offsets for some timestamps. */
export function logLines(log: PartitionLog, timestamps: readonly number[]): string[] {
  const { logStartOffset, logEndOffset, lastStableOffset } = log;
  const segments = [...log.segments.values()].map(({ baseOffset, size }) =>
    `${baseOffset}:${size}`
  );
  const epochs = log.leaderEpochCache.epochEntries.map(({ epoch, startOffset }) =>
    `${epoch}@${startOffset}`
  );
  const producers = [...log.activeProducers.values()].sort((a, b) => a.producerId - b.producerId);
  const aborted = log.collectAbortedTransactions(logStartOffset, logEndOffset);
  return [
    `offsets ${logStartOffset}..${logEndOffset} stable ${lastStableOffset}`,
    `segments ${segments.join(" ")}`,
    `epochs ${epochs.join(" ")}`,
    ...producers.map(producerLine),
    ...aborted.map((txn) =>
      `aborted ${txn.producerId} ${txn.firstOffset}..${txn.lastOffset} ` +
      `stable ${txn.lastStableOffset}`
    ),
    ...timestamps.map((timestamp) => {
      const found = log.fetchOffsetByTimestamp(timestamp);
      return `at ${timestamp}: ` +
        (found === undefined
          ? "none"
          : `${found.offset} of ${found.timestamp} in epoch ${found.leaderEpoch ?? -1}`);
    }),
  ];
}

function producerLine(producer: ProducerStateEntry): string {
  // A snapshot keeps the last batch only.
  const batch = producer.batchMetadata.at(-1);
  const last = batch === undefined
    ? "none"
    : `${batch.firstSeq}..${batch.lastSeq} at ${batch.lastOffset}`;
  return `producer ${producer.producerId}:${producer.producerEpoch} batch ${last} ` +
    `time ${producer.lastTimestamp} coordinator ${producer.coordinatorEpoch} ` +
    `open ${producer.currentTxnFirstOffset ?? -1}`;
}
