/**
 * What a follower does to its log as the leader has it: appending, cutting off, and beginning anew behind a snapshot.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import type { RaftOutput } from "./raft_io.ts";
import type { RaftLog } from "./raft_log.ts";
import { SnapshotDownload } from "./snapshot_download.ts";
import { loadQuorumFromSnapshot } from "./snapshot_reader.ts";

/** An output that concerns a follower's log. */
export type FollowerOutput = Extract<
  RaftOutput,
  {
    readonly type:
      | "append"
      | "truncate"
      | "begin_snapshot"
      | "append_snapshot"
      | "complete_snapshot"
      | "abandon_snapshot";
  }
>;

/** Whether an output concerns a follower's log. */
export function isFollowerOutput(output: RaftOutput): output is FollowerOutput {
  return /^(append|truncate|.*_snapshot)$/.test(output.type);
}

/** The log of a replica, as a follower changes it. */
export class FollowerLog {
  readonly #env: Env;
  readonly #log: RaftLog;
  readonly #history: QuorumHistory;
  #download: SnapshotDownload | undefined;

  /** Changes nothing yet. */
  constructor({ env, log, history }: {
    readonly env: Env;
    readonly log: RaftLog;
    readonly history: QuorumHistory;
  }) {
    this.#env = env;
    this.#log = log;
    this.#history = history;
  }

  /**
   * Does what the replica has put out.
   *
   * @returns what must come before the input `stored`: the end of a flush, or nothing more; `undefined` when that input is not waited for
   * @throws {CorruptRecordError} when the leader has sent what cannot follow on the log
   * @throws {LogDirError} when the disk fails
   */
  apply(output: FollowerOutput): Promise<void> | "done" | undefined {
    switch (output.type) {
      case "append":
        this.#append(output.records, output.epoch);
        return output.isDurable ? this.#log.flush() : "done";
      case "truncate":
        this.#log.truncateTo(output.offset);
        this.#history.truncateNew(output.offset);
        return this.#log.flush();
      case "begin_snapshot":
        this.close();
        this.#download = new SnapshotDownload(this.#env, this.#log.directory, output.snapshotId);
        return undefined;
      case "append_snapshot":
        this.#download!.append(output.bytes);
        return undefined;
      case "complete_snapshot":
        return this.#beginAnew();
      case "abandon_snapshot":
        this.close();
        return undefined;
    }
  }

  /** Lets go of a snapshot that is not there as a whole. */
  close(): void {
    this.#download?.close();
    this.#download = undefined;
  }

  #append(records: Uint8Array, epoch: number): void {
    const from = this.#log.endOffset;
    this.#log.appendAsFollower(records, epoch);
    const end = this.#log.endOffset;
    for (const batch of batchesIn(records)) {
      if (batch.baseOffset < from || batch.baseOffset >= end) continue;
      if (batch instanceof RecordBatch && batch.isControlBatch) {
        this.#history.handleControlBatch(batch);
      }
    }
  }

  async #beginAnew(): Promise<void> {
    const download = this.#download!;
    this.#download = undefined;
    try {
      await download.complete();
    } finally {
      download.close();
    }
    const { id } = download;
    this.#log.beginAnewAt(id);
    this.#history.clear();
    const path = this.#log.snapshots.path(id);
    loadQuorumFromSnapshot(this.#env.fileSystem, path, id.offset, this.#history);
  }
}
