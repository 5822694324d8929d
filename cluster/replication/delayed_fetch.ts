/**
 * A fetch that waits for records.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { StorageError } from "../../storage/errors.ts";
import {
  isMessageOffsetOnly,
  type LogOffsetMetadata,
} from "../../storage/log/log_offset_metadata.ts";
import type { DelayedOperation } from "../server/purgatory.ts";
import type { FetchParams, FetchResult } from "./fetch.ts";
import type { Partition } from "./partition.ts";
import { lastOffsetForLeaderEpoch } from "./partition_read.ts";

/**
 * Waits until `minBytes` are there for its partitions together, or something happened to one of them that the fetcher must hear
 * of: it is led by another broker, in another epoch, was deleted or truncated, or its directory has failed.
 */
export class DelayedFetch implements DelayedOperation {
  readonly #params: FetchParams;
  readonly #found: readonly FetchResult[];
  readonly #getPartition: (topic: string, partition: number) => Partition | ErrorName;
  readonly #isHeldBack: (partition: Partition) => boolean;
  readonly #done: () => void;

  /**
   * A fetch for which there is not enough yet.
   *
   * @param found what there was when the fetch came
   * @param isHeldBack whether there is nothing for the fetcher in a partition, as its replica is throttled
   * @param done told once it may be read again
   */
  constructor(
    params: FetchParams,
    found: readonly FetchResult[],
    getPartition: (topic: string, partition: number) => Partition | ErrorName,
    isHeldBack: (partition: Partition) => boolean,
    done: () => void,
  ) {
    this.#params = params;
    this.#found = found;
    this.#getPartition = getPartition;
    this.#isHeldBack = isHeldBack;
    this.#done = done;
  }

  canComplete(): boolean {
    let bytes = 0;
    try {
      for (const result of this.#found) {
        const available = this.#bytesOf(result);
        if (available === undefined) return true;
        bytes += available;
      }
    } catch (error) {
      // The fetcher is told when the partition is read again.
      if (error instanceof KafkaError || error instanceof StorageError) return true;
      throw error;
    }
    return bytes >= this.#params.minBytes;
  }

  complete(): void {
    this.#done();
  }

  /** Bytes that one partition has for the fetch; `undefined` when there is something to tell at once. */
  #bytesOf({ partition: request, fetchOffset }: FetchResult): number | undefined {
    if (fetchOffset === undefined) return 0;
    const partition = this.#getPartition(request.topic!, request.partition);
    if (typeof partition === "string") return undefined;
    const log = partition.localLog(request.currentLeaderEpoch, this.#params.fetchOnlyLeader);
    const { lastFetchedEpoch } = request;
    const snapshot = log.fetchOffsetSnapshot();
    const { isolation } = this.#params;
    const end = isolation === "log_end"
      ? snapshot.logEndOffset
      : isolation === "high_watermark"
      ? snapshot.highWatermark
      : snapshot.lastStableOffset;
    // Truncated below the offset.
    if (fetchOffset.messageOffset > end.messageOffset) return undefined;
    let bytes = 0;
    // With equal offsets the segments tell nothing: the log may just have rolled.
    if (fetchOffset.messageOffset < end.messageOffset && !this.#isHeldBack(partition)) {
      if (!isMessageOffsetOnly(fetchOffset) && !isMessageOffsetOnly(end)) {
        // Records in more than one segment: a read ends with the segment, so more would not be answered anyway.
        if (fetchOffset.segmentBaseOffset < end.segmentBaseOffset) return undefined;
        bytes = bytesBetween(fetchOffset, end, request.partitionMaxBytes);
      }
    }
    if (lastFetchedEpoch >= 0) {
      const last = lastOffsetForLeaderEpoch(
        partition,
        request.currentLeaderEpoch,
        lastFetchedEpoch,
        false,
      );
      const agrees = last.error === "NONE" && last.endOffset >= request.fetchOffset &&
        last.leaderEpoch >= lastFetchedEpoch;
      if (!agrees) return undefined;
    }
    return bytes;
  }
}

function bytesBetween(from: LogOffsetMetadata, to: LogOffsetMetadata, limit: number): number {
  return from.segmentBaseOffset === to.segmentBaseOffset
    ? Math.min(to.relativePositionInSegment - from.relativePositionInSegment, limit)
    : 0;
}
