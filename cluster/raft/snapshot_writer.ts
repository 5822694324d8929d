/**
 * Writing snapshots; `snapshot_reader.ts` specifies the format. A snapshot has another name until all of it survives a power cut.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { uniqueId } from "../../storage/file/file_names.ts";
import type { LogFile } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { BatchAccumulator, type CompletedBatch } from "./batch_accumulator.ts";
import {
  type ControlMessage,
  kraftVersionMessage,
  snapshotFooterMessage,
  snapshotHeaderMessage,
  votersMessage,
} from "./control_messages.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { PARTIAL_SNAPSHOT_SUFFIX, snapshotFileName, snapshotIdText } from "./snapshot_path.ts";
import type { VoterSet } from "./voter_set.ts";

/** What a snapshot's header says. */
export interface SnapshotHeader {
  /** When the last record in it was appended to the log, ms since the epoch. */
  readonly lastContainedLogTimestamp: number;
  /** Version of the quorum's protocol. Default: 0, which is not written. */
  readonly kraftVersion?: number;
  /** The voters, with version 1 and later. */
  readonly voters?: VoterSet;
}

/** What a {@linkcode SnapshotWriter} is made of. */
export interface SnapshotWriterOptions extends SnapshotHeader {
  /** The world. */
  readonly env: Env;
  /** Where the snapshot goes; made when it is missing. */
  readonly directory: string;
  /** Which one it is. */
  readonly id: OffsetAndEpoch;
  /** Name in `directory`, when it is not the snapshot's own. */
  readonly fileName?: string;
}

/** Writes one snapshot: any number of appends, then {@linkcode SnapshotWriter.freeze}. */
export class SnapshotWriter {
  readonly #env: Env;
  readonly #directory: string;
  readonly #target: string;
  readonly #file: LogFile;
  readonly #accumulator: BatchAccumulator;
  #size = 0;
  #done = false;

  /** Begins the file. */
  constructor(options: SnapshotWriterOptions) {
    const { env, directory, id } = options;
    this.#env = env;
    this.#directory = directory;
    this.#target = joinPath(directory, options.fileName ?? snapshotFileName(id));
    env.fileSystem.makeDirectory(directory);
    const part = options.fileName === undefined
      ? `${snapshotIdText(id)}-${uniqueId(env.random)}${PARTIAL_SNAPSHOT_SUFFIX}`
      : `${options.fileName}.tmp`;
    this.#file = env.fileSystem.open(joinPath(directory, part), { create: true });
    this.#file.truncate(0);
    this.#accumulator = new BatchAccumulator({
      epoch: id.epoch,
      baseOffset: 0,
      maxWaiting: Infinity,
    });
    this.#accumulator.appendControl(headerMessages(options), env.clock.now());
  }

  /** Bytes written so far. */
  get sizeInBytes(): number {
    return this.#size;
  }

  /** Adds records. */
  append(records: Iterable<Uint8Array>): void {
    for (const record of records) {
      this.#accumulator.append([record], this.#env.clock.now());
      if (this.#accumulator.hasCompleted) this.#write(this.#accumulator.drainCompleted());
    }
  }

  /** Ends the snapshot. It has its name, and survives a power cut, once this has resolved. */
  async freeze(): Promise<void> {
    this.#finish();
    await this.#file.flush();
    this.#publish();
  }

  /** As {@linkcode SnapshotWriter.freeze}, blocking. */
  freezeSync(): void {
    this.#finish();
    this.#file.flushSync();
    this.#publish();
  }

  /** Removes what was written, unless the snapshot is complete. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    const { path } = this.#file;
    this.#file.close();
    this.#env.fileSystem.remove(path);
  }

  #finish(): void {
    this.#accumulator.appendControl([snapshotFooterMessage()], this.#env.clock.now());
    this.#write(this.#accumulator.drain());
  }

  #publish(): void {
    this.#file.rename(this.#target);
    this.#done = true;
    this.#file.close();
    this.#env.fileSystem.flushDirectory(this.#directory);
  }

  #write(batches: readonly CompletedBatch[]): void {
    for (const { bytes } of batches) {
      this.#file.write(this.#size, bytes);
      this.#size += bytes.length;
    }
  }
}

function headerMessages(header: SnapshotHeader): ControlMessage[] {
  const messages = [snapshotHeaderMessage(header.lastContainedLogTimestamp)];
  const { kraftVersion = 0, voters } = header;
  if (kraftVersion > 0) {
    messages.push(kraftVersionMessage(kraftVersion));
    if (voters !== undefined) messages.push(votersMessage(voters.toRecord()));
  }
  return messages;
}
