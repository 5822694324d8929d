/**
 * Checks a partition's directory: all of its segments, and the small files beside them.
 *
 * @module
 */

import { CorruptRecordError, StorageError } from "../../errors.ts";
import {
  CLEANER_OFFSET_CHECKPOINT_FILE,
  LEADER_EPOCH_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  PARTITION_METADATA_FILE,
  producerSnapshotFileName,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  topicPartitionKey,
} from "../../file/file_names.ts";
import { type FileSystem, readWholeFile } from "../../file/file_system.ts";
import {
  type EpochEntry,
  LeaderEpochCheckpointFile,
} from "../../file/leader_epoch_checkpoint_file.ts";
import { MetaPropertiesFile } from "../../file/meta_properties_file.ts";
import { OffsetCheckpointFile } from "../../file/offset_checkpoint_file.ts";
import { PartitionMetadataFile } from "../../file/partition_metadata_file.ts";
import { fileName, joinPath } from "../../file/paths.ts";
import { decodeProducerSnapshot } from "../../log/producer/producer_snapshot.ts";
import { scanForDamage } from "../damage_scan.ts";
import { SegmentReader } from "../segment_reader.ts";
import type { Fault, FaultKind, FaultSink } from "./fault.ts";
import {
  type LogTarget,
  type PartitionDirectory,
  type PartitionFiles,
  partitionFiles,
} from "./partition_files.ts";
import { TransactionsSeen } from "./transactions_seen.ts";
import { type SegmentFinding, verifySegment } from "./verify_segment.ts";

/** How to check. */
export interface VerifyOptions {
  readonly fileSystem: FileSystem;
  /** Decode the records, not only the batches. */
  readonly isDeep: boolean;
  /** Look at all files, not only at the data. */
  readonly checksAll: boolean;
  /** Told how far a partition is. */
  readonly progress?: (text: string) => void;
}

/** What checking a partition has told about it. */
export interface PartitionFinding {
  readonly directory: PartitionDirectory;
  readonly segments: readonly SegmentFinding[];
  readonly faults: readonly Fault[];
  /** Base offset of the first segment. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** Where the oldest open transaction begins. */
  readonly firstOpenOffset: number | undefined;
}

function tryRead(
  kind: FaultKind,
  file: string,
  sink: FaultSink,
  read: () => void,
): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    sink({ kind, file, message: error.message });
  }
}

function readEpochs(
  fileSystem: FileSystem,
  directory: string,
  sink: FaultSink,
): EpochEntry[] | undefined {
  const file = joinPath(directory, LEADER_EPOCH_CHECKPOINT_FILE);
  if (fileSystem.stat(file) === undefined) return undefined;
  let entries: EpochEntry[] | undefined;
  tryRead("checkpoint", file, sink, () => {
    const read = LeaderEpochCheckpointFile.in(fileSystem, directory).read();
    for (let i = 1; i < read.length; i++) {
      const { epoch, startOffset } = read[i]!;
      if (epoch > read[i - 1]!.epoch && startOffset > read[i - 1]!.startOffset) continue;
      throw new CorruptRecordError(`leader epochs do not rise: ${epoch} at offset ${startOffset}`);
    }
    entries = read;
  });
  return entries;
}

function checkSnapshots(
  fileSystem: FileSystem,
  directory: string,
  files: PartitionFiles,
  endOffset: number,
  sink: FaultSink,
): void {
  for (const offset of files.snapshotOffsets) {
    const file = joinPath(directory, producerSnapshotFileName(offset));
    if (offset > endOffset) {
      sink({ kind: "snapshot", file, offset, message: `beyond the end of the log: ${endOffset}` });
    }
    tryRead("snapshot", file, sink, () => {
      for (const entry of decodeProducerSnapshot(readWholeFile(fileSystem, file))) {
        if (entry.lastDataOffset < offset) continue;
        throw new CorruptRecordError(
          `producer ${entry.producerId} has an offset that the snapshot is not about: ${entry.lastDataOffset}`,
        );
      }
    });
  }
}

function checkKRaftSnapshots(
  fileSystem: FileSystem,
  directory: string,
  files: PartitionFiles,
  sink: FaultSink,
): void {
  for (const name of files.checkpoints) {
    const file = joinPath(directory, name);
    const reader = new SegmentReader(fileSystem, file);
    try {
      for (const found of scanForDamage(reader)) {
        if (found.kind === "batch") continue;
        const { position, bytes, reason } = found;
        sink({ kind: "batch", file, position, bytes, message: reason });
      }
    } finally {
      reader.close();
    }
  }
}

/**
 * Checks one partition.
 *
 * @throws {LogDirError} when a file cannot be read
 */
export function verifyPartition(
  directory: PartitionDirectory,
  options: VerifyOptions,
): PartitionFinding {
  const { fileSystem, isDeep, checksAll } = options;
  const { path } = directory;
  const files = partitionFiles(fileSystem, path);
  const faults: Fault[] = [];
  const sink: FaultSink = (fault) => void faults.push(fault);
  const epochs = readEpochs(fileSystem, path, sink);
  const startOffset = files.baseOffsets[0] ?? 0;
  const transactions = new TransactionsSeen(startOffset);
  let done = 0;
  const segments = files.baseOffsets.map((baseOffset, i) =>
    verifySegment({
      fileSystem,
      directory: path,
      baseOffset,
      limitOffset: files.baseOffsets[i + 1] ?? Infinity,
      isDeep,
      checksIndexes: checksAll,
      epochs,
      transactions,
      sink,
      progress(bytes) {
        done += bytes;
        options.progress?.(`${fileName(path)}: ${Math.round(done / 1_000_000)} MB checked`);
      },
    })
  );
  const endOffset = segments[segments.length - 1]?.nextOffset ?? startOffset;
  if (checksAll) {
    checkSnapshots(fileSystem, path, files, endOffset, sink);
    checkKRaftSnapshots(fileSystem, path, files, sink);
    const latestEpoch = epochs?.[epochs.length - 1];
    if (latestEpoch !== undefined && latestEpoch.startOffset > endOffset) {
      sink({
        kind: "checkpoint",
        file: joinPath(path, LEADER_EPOCH_CHECKPOINT_FILE),
        offset: latestEpoch.startOffset,
        message: `leader epoch ${latestEpoch.epoch} begins beyond the end of the log: ${endOffset}`,
      });
    }
    const metadata = PartitionMetadataFile.in(fileSystem, path);
    if (metadata.exists) {
      tryRead("metadata", joinPath(path, PARTITION_METADATA_FILE), sink, () => {
        metadata.read();
      });
    }
    for (const name of files.leftovers) {
      const message = "left behind by an interrupted job, or no file of a log";
      sink({ kind: "leftover", file: joinPath(path, name), message });
    }
  }
  return {
    directory,
    segments,
    faults,
    startOffset,
    endOffset,
    firstOpenOffset: transactions.firstOpenOffset,
  };
}

const OFFSET_CHECKPOINTS = [
  RECOVERY_POINT_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  CLEANER_OFFSET_CHECKPOINT_FILE,
] as const;

/** Checks the files that a broker keeps beside its partitions. */
export function verifyLogDir(
  target: LogTarget,
  partitions: readonly PartitionFinding[],
  fileSystem: FileSystem,
): Fault[] {
  const faults: Fault[] = [];
  const sink: FaultSink = (fault) => void faults.push(fault);
  const byName = new Map(partitions.map((each) => [
    topicPartitionKey(each.directory.topicPartition),
    each,
  ]));
  for (const name of OFFSET_CHECKPOINTS) {
    const file = joinPath(target.path, name);
    if (fileSystem.stat(file) === undefined) continue;
    tryRead("checkpoint", file, sink, () => {
      for (const [key, { offset }] of new OffsetCheckpointFile(fileSystem, file).read()) {
        const endOffset = byName.get(key)?.endOffset;
        if (endOffset === undefined || offset <= endOffset) continue;
        const message = `${key}: beyond the end of the log: ${endOffset}`;
        sink({ kind: "checkpoint", file, offset, message });
      }
    });
  }
  const properties = new MetaPropertiesFile(fileSystem, target.path);
  tryRead("metadata", properties.path, sink, () => {
    properties.read();
  });
  for (const file of target.leftoverDirectories) {
    sink({ kind: "leftover", file, message: "a partition that was being deleted" });
  }
  return faults;
}
