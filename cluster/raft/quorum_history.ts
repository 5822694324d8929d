/**
 * Who voted, and by which version of the protocol, at each offset between the latest snapshot and the log's end. A leader goes by
 * the last record of the log, committed or not; a snapshot needs what was in force at its offset.
 *
 * @module
 */

import {
  parseKRaftVersionRecord,
  parseVotersRecord,
} from "../../storage/record/control_message.ts";
import { parseControlRecordKey } from "../../storage/record/control_record.ts";
import type { RecordBatch } from "../../storage/record/record_batch.ts";
import { VoterSet } from "./voter_set.ts";

/** The offset of voters that formatting wrote into the snapshot of offset 0: no leader has vouched for them yet. */
export const BOOTSTRAP_VOTERS_OFFSET: number = -1;

/** A value and the offset from which it holds. */
interface Entry<T> {
  readonly offset: number;
  readonly value: T;
}

class History<T> {
  #entries: Entry<T>[] = [];

  get last(): Entry<T> | undefined {
    return this.#entries[this.#entries.length - 1];
  }

  add(offset: number, value: T): void {
    this.truncateNew(offset);
    this.#entries.push({ offset, value });
  }

  at(offset: number): T | undefined {
    return this.#entries.findLast((entry) => entry.offset <= offset)?.value;
  }

  truncateNew(endOffset: number): void {
    this.#entries = this.#entries.filter((entry) => entry.offset < endOffset);
  }

  truncateOld(startOffset: number): void {
    const at = this.#entries.findLastIndex((entry) => entry.offset <= startOffset);
    if (at > 0) this.#entries = this.#entries.slice(at);
  }

  clear(): void {
    this.#entries = [];
  }
}

/** The voters and the protocol's version over the offsets of the log. */
export class QuorumHistory {
  readonly #staticVoters: VoterSet;
  readonly #voters = new History<VoterSet>();
  readonly #versions = new History<number>();

  /**
   * Nothing is known of the log yet.
   *
   * @param staticVoters of `controller.quorum.voters`: they count as long as the log has no others
   */
  constructor(staticVoters: VoterSet) {
    this.#staticVoters = staticVoters;
  }

  /** The voters at the end of the log. */
  get lastVoters(): VoterSet {
    return this.#voters.last?.value ?? this.#staticVoters;
  }

  /** Where the log tells them; `undefined` when they come from the configuration. */
  get lastVotersOffset(): number | undefined {
    return this.#voters.last?.offset;
  }

  /** `kraft.version` at the end of the log. */
  get lastKRaftVersion(): number {
    return this.#versions.last?.value ?? 0;
  }

  /** The voters that the log tells up to and with `offset`. */
  votersAt(offset: number): VoterSet | undefined {
    return this.#voters.at(offset);
  }

  /** `kraft.version` at `offset`. */
  kraftVersionAt(offset: number): number {
    return this.#versions.at(offset) ?? 0;
  }

  /**
   * Takes a control batch into account.
   *
   * @param batch a batch with the control bit
   * @param offset what to take for the offset of its records, when it comes from a snapshot
   * @throws {CorruptRecordError} when a record of it cannot be read
   */
  handleControlBatch(batch: RecordBatch, offset?: number): void {
    for (const record of batch.records()) {
      const at = offset ?? record.offset;
      switch (parseControlRecordKey(record.key).type) {
        case "KRAFT_VOTERS":
          this.#voters.add(at, VoterSet.fromRecord(parseVotersRecord(record)));
          break;
        case "KRAFT_VERSION":
          this.#versions.add(at, parseKRaftVersionRecord(record).kRaftVersion);
          break;
        default:
          break;
      }
    }
  }

  /** Forgets what lies at or behind `endOffset`: the log was truncated. */
  truncateNew(endOffset: number): void {
    this.#voters.truncateNew(endOffset);
    this.#versions.truncateNew(endOffset);
  }

  /** Forgets what was replaced before `startOffset`: a snapshot has it. */
  truncateOld(startOffset: number): void {
    this.#voters.truncateOld(startOffset);
    this.#versions.truncateOld(startOffset);
  }

  /** Forgets everything that the log told. */
  clear(): void {
    this.#voters.clear();
    this.#versions.clear();
  }
}
