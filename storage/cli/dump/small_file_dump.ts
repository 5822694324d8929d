/**
 * Dumps the small files of a log: transaction index, producer snapshot, text checkpoints.
 *
 * @module
 */

import { readInt64 } from "../../bytes/byte_reader.ts";
import { CorruptRecordError } from "../../errors.ts";
import {
  CLEANER_OFFSET_CHECKPOINT_FILE,
  LEADER_EPOCH_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
} from "../../file/file_names.ts";
import { readWholeFile } from "../../file/file_system.ts";
import { LeaderEpochCheckpointFile } from "../../file/leader_epoch_checkpoint_file.ts";
import { OffsetCheckpointFile } from "../../file/offset_checkpoint_file.ts";
import { decodeProducerSnapshot } from "../../log/producer/producer_snapshot.ts";
import { toJsonText } from "../decoders/json_text.ts";
import { baseName, optionalLongText, parseJavaLong } from "../java_text.ts";
import { uncaught } from "../tool.ts";
import { absolutePathOf, type DumpRequest } from "./dump_request.ts";
import { contentFailure, fileFailure } from "./kafka_failure.ts";

/** Bytes of an entry of `.txnindex`. */
const ABORTED_TXN_SIZE = 34;

const OFFSET_CHECKPOINTS: ReadonlySet<string> = new Set([
  CLEANER_OFFSET_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
]);

function readFile(request: DumpRequest, path: string): Uint8Array {
  try {
    return readWholeFile(request.io.env.fileSystem, path);
  } catch (error) {
    throw fileFailure(error, path);
  }
}

/** Dumps one `.txnindex` file. */
export function dumpTxnIndex(request: DumpRequest, path: string): void {
  const { io, output, json } = request;
  parseJavaLong(baseName(path).split(".")[0]!);
  // To Kafka a transaction index that is not there is an empty one.
  if (io.env.fileSystem.stat(path) === undefined) return;
  const bytes = readFile(request, path);
  for (let at = 0; bytes.length - at >= ABORTED_TXN_SIZE; at += ABORTED_TXN_SIZE) {
    // Kafka looks at the first byte of the two.
    const version = bytes[at]! << 24 >> 24;
    if (version > 0) {
      throw uncaught(
        "org.apache.kafka.common.KafkaException",
        `Unexpected aborted transaction version ${version} in transaction index ` +
          `${absolutePathOf(request, path)}, current version is 0`,
      );
    }
    let fields: number[];
    try {
      fields = [2, 10, 18, 26].map((field) => readInt64(bytes, at + field));
    } catch (error) {
      throw contentFailure(error);
    }
    const [producerId, firstOffset, lastOffset, lastStableOffset] = fields as [
      number,
      number,
      number,
      number,
    ];
    output.print(
      json
        ? toJsonText({ file: path, version, producerId, firstOffset, lastOffset, lastStableOffset })
        : `version: ${version} producerId: ${producerId} firstOffset: ${firstOffset} ` +
          `lastOffset: ${lastOffset} lastStableOffset: ${lastStableOffset}`,
    );
  }
}

/** Dumps one producer `.snapshot` file; a corrupt one is a line on standard error, as with Kafka. */
export function dumpProducerSnapshot(request: DumpRequest, path: string): void {
  const { output, json } = request;
  const bytes = readFile(request, path);
  let entries;
  try {
    entries = decodeProducerSnapshot(bytes);
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error;
    output.printError(error.message);
    return;
  }
  for (const entry of entries) {
    const { producerId, producerEpoch, coordinatorEpoch, currentTxnFirstOffset, lastTimestamp } =
      entry;
    const batch = entry.batchMetadata[0];
    if (json) {
      output.print(toJsonText({
        file: path,
        producerId,
        producerEpoch,
        coordinatorEpoch,
        currentTxnFirstOffset: currentTxnFirstOffset ?? null,
        lastTimestamp,
        ...(batch === undefined ? {} : {
          firstSequence: batch.firstSeq,
          lastSequence: batch.lastSeq,
          lastOffset: batch.lastOffset,
          offsetDelta: batch.offsetDelta,
          timestamp: batch.timestamp,
        }),
      }));
      continue;
    }
    let line = `producerId: ${producerId} producerEpoch: ${producerEpoch} ` +
      `coordinatorEpoch: ${coordinatorEpoch} ` +
      `currentTxnFirstOffset: ${optionalLongText(currentTxnFirstOffset)} ` +
      `lastTimestamp: ${lastTimestamp}`;
    if (batch !== undefined) {
      line += ` firstSequence: ${batch.firstSeq} lastSequence: ${batch.lastSeq} ` +
        `lastOffset: ${batch.lastOffset} offsetDelta: ${batch.offsetDelta} ` +
        `timestamp: ${batch.timestamp}`;
    }
    output.print(line);
  }
}

/**
 * Dumps one of the text checkpoints, which Kafka's tool ignores.
 *
 * @returns whether the name is that of one
 * @throws {CorruptRecordError} when it is malformed
 */
export function dumpTextCheckpoint(request: DumpRequest, path: string): boolean {
  const { io, output, json } = request;
  const { fileSystem } = io.env;
  const name = baseName(path);
  if (fileSystem.stat(path) === undefined) return false;
  if (name === LEADER_EPOCH_CHECKPOINT_FILE) {
    for (const { epoch, startOffset } of new LeaderEpochCheckpointFile(fileSystem, path).read()) {
      output.print(
        json
          ? toJsonText({ file: path, epoch, startOffset })
          : `epoch: ${epoch} startOffset: ${startOffset}`,
      );
    }
    return true;
  }
  if (!OFFSET_CHECKPOINTS.has(name)) return false;
  const entries = new OffsetCheckpointFile(fileSystem, path).read();
  for (const { topicPartition: { topic, partition }, offset } of entries.values()) {
    output.print(
      json
        ? toJsonText({ file: path, topic, partition, offset })
        : `topic: ${topic} partition: ${partition} offset: ${offset}`,
    );
  }
  return true;
}
