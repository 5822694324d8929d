/**
 * What a program knows of one partition that it writes to, and what it may expect to find after a crash. Nothing in here
 * knows how the engine works; it knows what FORMAT.md promises.
 */

import { assert, assertEquals } from "@std/assert";
import { readRecords } from "../../storage/embedded/record_reader.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { parseControlRecordKey } from "../../storage/record/control_record.ts";
import { type ModelBatch, ModelProducers } from "./model_producers.ts";

/** A record, or the marker of a transaction, at its offset, with what its batch tells; -1 stands for no producer. */
export interface Entry extends ModelBatch {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
}

/** Producers and transactions as the batches of these records make them. */
function producersOf(entries: Iterable<Entry>): ModelProducers {
  const producers = new ModelProducers();
  let last = -1;
  for (const entry of entries) {
    if (entry.producerId < 0 || entry.last === last) continue;
    last = entry.last;
    producers.append(entry);
  }
  return producers;
}

/** The program's knowledge. Offsets are exclusive ends unless they say otherwise. */
export class PartitionModel {
  readonly topic: string;
  readonly topicId: string;
  readonly isCompacted: boolean;
  /** Whether the call that made it has returned. */
  isCreated = false;
  /** Whether it was closed, so that its name and id survive a power cut though nothing was written to it. */
  isKept = false;
  deletion: "none" | "asked" | "done" = "none";
  /** By offset: what was written there last, or was about to be. */
  current: (Entry | undefined)[] = [];
  /** What truncations, or failed writes, took: not flushed away, so it may be there again. */
  older: Entry[] = [];
  /** Offsets that a truncation into a batch left without a record. */
  holes = new Set<number>();
  /** The offset of the next record. */
  end = 0;
  /** Appends up to here have returned. */
  acknowledged = 0;
  /** This much was said to be flushed. */
  flushed = 0;
  /** No more than what is below has been asked to be deleted. */
  start = 0;
  /** A truncation is under way: nothing from here on is promised. */
  bound = Infinity;

  constructor(topic: string, topicId: string, isCompacted: boolean) {
    this.topic = topic;
    this.topicId = topicId;
    this.isCompacted = isCompacted;
  }

  copy(): PartitionModel {
    const copy = new PartitionModel(this.topic, this.topicId, this.isCompacted);
    copy.isCreated = this.isCreated;
    copy.isKept = this.isKept;
    copy.deletion = this.deletion;
    copy.current = [...this.current];
    copy.older = [...this.older];
    copy.holes = new Set(this.holes);
    copy.end = this.end;
    copy.acknowledged = this.acknowledged;
    copy.flushed = this.flushed;
    copy.start = this.start;
    return copy;
  }

  /** Notes a batch that is about to be appended. */
  attempt(records: readonly Omit<Entry, "offset" | "first" | "last">[]): void {
    const first = this.end;
    const last = first + records.length - 1;
    records.forEach((record, i) => {
      this.current[first + i] = { ...record, offset: first + i, first, last };
      this.holes.delete(first + i);
    });
    this.end = last + 1;
  }

  /** An append failed, and the log ends at `end` now. */
  failed(end: number): void {
    this.#cut((entry) => entry.first >= end);
    this.end = end;
  }

  /** Notes that the log is about to be truncated. */
  truncating(offset: number): void {
    this.bound = offset;
    this.flushed = Math.min(this.flushed, offset);
    this.acknowledged = Math.min(this.acknowledged, offset);
    this.#cut((entry) => entry.last >= offset, offset);
    this.end = Math.min(this.end, offset);
    this.start = Math.min(this.start, offset);
  }

  truncated(): void {
    this.bound = Infinity;
  }

  /** Notes that the log is about to be emptied. */
  restarting(offset: number): void {
    this.truncating(0);
    this.start = this.end = offset;
  }

  /**
   * The log was opened and ends at `end`: behind its last batch, even if a truncation had left room; or higher, if a truncation
   * failed.
   */
  reopened(end: number): void {
    const older = new Map(this.older.map((entry) => [entry.offset, entry]));
    for (let offset = this.end; offset < end; offset++) {
      assert(older.has(offset), `offset ${offset} was never written`);
      this.current[offset] = older.get(offset);
      this.holes.delete(offset);
    }
    for (let offset = end; offset < this.end; offset++) {
      assert(this.current[offset] === undefined, `offset ${offset} is gone`);
    }
    this.end = end;
    this.acknowledged = Math.min(this.acknowledged, end);
    this.bound = Infinity;
    this.start = Math.min(this.start, end);
  }

  #cut(isGone: (entry: Entry) => boolean, holesBelow = -1): void {
    for (const [offset, entry] of this.current.entries()) {
      if (entry === undefined || !isGone(entry)) continue;
      this.older.push(entry);
      this.current[offset] = undefined;
      if (offset < holesBelow) this.holes.add(offset);
    }
  }

  /** Notes what the log says is flushed. */
  claims(recoveryPoint: number): void {
    this.flushed = Math.max(this.flushed, Math.min(recoveryPoint, this.bound, this.acknowledged));
  }

  /** Notes that what is older than `timestamp` may be deleted. */
  expires(timestamp: number): void {
    let offset = this.start;
    while (offset < this.end && !((this.current[offset]?.timestamp ?? -1) >= timestamp)) offset++;
    this.start = Math.max(this.start, offset);
  }

  /** Notes that the log may be shortened to its last `bytes`, counted so that it is less than that. */
  shrinksTo(records: number): void {
    this.start = Math.max(this.start, this.end - records);
  }
}

/** What is in a log: of each batch its records, or nothing. */
function contentOf(log: PartitionLog, model: PartitionModel): Map<number, Entry> {
  const content = new Map<number, Entry>();
  const decoder = new TextDecoder();
  const older = new Map<number, Entry[]>();
  for (const entry of model.older) {
    const entries = older.get(entry.offset);
    if (entries === undefined) older.set(entry.offset, [entry]);
    else entries.push(entry);
  }
  let next = -1;
  for (const segment of log.segments.values()) {
    for (const batch of segment.batches()) {
      assert(batch.isValid, "batch is not valid");
      assert(batch.baseOffset >= next, `batch ${batch.baseOffset} behind ${next}`);
      next = batch.nextOffset;
      for (const record of batch.records()) {
        const { offset } = record;
        const marker = batch.isControlBatch ? parseControlRecordKey(record.key).type : undefined;
        const text = (bytes: Uint8Array | null) => bytes === null ? null : decoder.decode(bytes);
        const key = marker === undefined ? text(record.key) : null;
        const value = marker === undefined ? text(record.value) : null;
        const candidates = [model.current[offset], ...older.get(offset) ?? []];
        const found = candidates.find((entry) =>
          entry !== undefined && entry.key === key && entry.value === value &&
          entry.marker === marker && entry.producerId === batch.producerId &&
          entry.timestamp === record.timestamp &&
          (entry.producerId < 0 || entry.epoch === batch.producerEpoch) &&
          entry.isTransactional === batch.isTransactional && entry.last === batch.lastOffset
        );
        assert(
          found !== undefined,
          `offset ${offset} holds ${
            JSON.stringify({ key, value, marker, last: batch.lastOffset })
          }` +
            `, not ${JSON.stringify(candidates)}`,
        );
        content.set(offset, found);
      }
    }
  }
  return content;
}

/**
 * Holds a log that was opened against what the program knew.
 *
 * @param durable all below must be there
 * @returns the producers as they must be
 */
export function checkLog(
  log: PartitionLog,
  model: PartitionModel,
  durable: number,
): ModelProducers {
  const content = contentOf(log, model);
  const { logStartOffset, logEndOffset } = log;
  let attempted = model.end;
  for (const { last } of model.older) attempted = Math.max(attempted, last + 1);
  assert(logEndOffset <= attempted, `log ends at ${logEndOffset}, only ${attempted} were written`);
  assert(logStartOffset <= model.start, `log starts at ${logStartOffset}, above ${model.start}`);
  let needed = Math.min(durable, model.current.length);
  while (needed > model.start && model.current[needed - 1] === undefined) needed--;
  needed = Math.max(needed, model.start === model.end ? 0 : Math.min(needed, model.end));
  assert(
    logEndOffset >= needed || needed <= model.start,
    `log ends at ${logEndOffset}, ${needed} was durable`,
  );

  // The way the log went: where a batch was truncated away and another one written, either may be there.
  const older = new Map(model.older.map((entry) => [entry.offset, entry]));
  const path: Entry[] = [];
  for (let offset = 0; offset < logEndOffset; offset++) {
    const entry = content.get(offset) ??
      (model.holes.has(offset) ? undefined : model.current[offset] ?? older.get(offset));
    if (entry !== undefined) path.push(entry);
  }
  const state = producersOf(path);
  checkNothingIsMissing(model, path, content, state, durable);
  checkProducers(log, state, model.start);
  checkCommitted(log, content, state);
  return state;
}

function checkNothingIsMissing(
  model: PartitionModel,
  path: readonly Entry[],
  content: ReadonlyMap<number, Entry>,
  state: ModelProducers,
  durable: number,
): void {
  const newest = new Map<string, { written: number; durable?: Entry; there?: Entry }>();
  for (const entry of path) {
    const { offset, key } = entry;
    if (key === null || state.isAborted(entry) || state.isOpen(entry)) continue;
    const known = newest.get(key) ?? { written: -1 };
    newest.set(key, known);
    known.written = offset;
    if (offset >= model.start && offset < durable) {
      const marker = entry.isTransactional
        ? state.ended.find((each) =>
          each.producerId === entry.producerId && each.first <= offset && offset < each.last
        )?.last ?? Infinity
        : -1;
      if (marker < durable) known.durable = entry;
    }
    if (content.has(offset)) known.there = entry;
  }
  for (const entry of path) {
    const { offset, key, marker, value } = entry;
    if (offset < model.start || content.has(offset)) continue;
    const mayBeCompacted = model.isCompacted &&
      (marker !== undefined || value === null || state.isAborted(entry) ||
        offset < (newest.get(key!)?.written ?? -1));
    assert(
      mayBeCompacted,
      `offset ${offset} is missing: ${JSON.stringify(entry)}; durable ${durable}, there ${[
        ...content.keys(),
      ]}`,
    );
  }
  if (!model.isCompacted) return;
  for (const [key, { durable: kept, there }] of newest) {
    if (kept === undefined) continue;
    const isGone = there === undefined || there.offset < kept.offset;
    if (!isGone) continue;
    const mayBeGone = there === undefined || there.offset < model.start
      ? kept.value === null ||
        path.some((entry) =>
          entry.key === key && entry.value === null && entry.offset > kept.offset
        )
      : false;
    assert(
      mayBeGone,
      `key ${key} has ${JSON.stringify(there)}, and ${JSON.stringify(kept)} was durable`,
    );
  }
}

/** @param start the data below may have been deleted, and with it what is known of its producers */
function checkProducers(log: PartitionLog, state: ModelProducers, start: number): void {
  const active = log.activeProducers;
  for (const [producerId, entry] of active) {
    const expected = state.all.get(producerId);
    assert(expected !== undefined, `producer ${producerId} is not in the log`);
    assertEquals(entry.producerEpoch, expected.epoch, `epoch of producer ${producerId}`);
    const lastDataOffset = expected.batches.at(-1)?.last ?? -1;
    const mayBeForgotten = lastDataOffset < start && entry.lastDataOffset < lastDataOffset;
    if (!mayBeForgotten) {
      assertEquals(
        { producerId, lastSequence: entry.lastSeq, lastDataOffset: entry.lastDataOffset },
        { producerId, lastSequence: lastSequence(expected.batches.at(-1)), lastDataOffset },
      );
    }
    if (expected.transactionStart === undefined || expected.transactionStart >= start) {
      assertEquals(
        entry.currentTxnFirstOffset,
        expected.transactionStart,
        `transaction of producer ${producerId}`,
      );
    }
  }
  for (const [producerId, { batches }] of state.all) {
    const lastDataOffset = batches.at(-1)?.last ?? -1;
    assert(
      active.has(producerId) || lastDataOffset < start,
      `producer ${producerId} is forgotten, its last batch ended at ${lastDataOffset}`,
    );
  }
}

function lastSequence(batch: ModelBatch | undefined): number {
  return batch === undefined ? -1 : batch.sequence + batch.last - batch.first;
}

/** What a reader of committed records is given, once all is replicated. */
function checkCommitted(
  log: PartitionLog,
  content: ReadonlyMap<number, Entry>,
  state: ModelProducers,
) {
  log.updateHighWatermark(log.logEndOffset);
  const { logStartOffset: start, logEndOffset: end, lastStableOffset } = log;
  const stable = state.firstOpen ?? end;
  if (stable >= start) assertEquals(lastStableOffset, stable, "last stable offset");
  const committed = [...content.values()].filter((entry) =>
    entry.marker === undefined && entry.offset >= start && entry.offset < lastStableOffset &&
    !state.isAborted(entry)
  ).map(({ offset }) => offset);
  const read: number[] = [];
  // An empty range has nothing to read, and may lie below the first segment.
  if (start < lastStableOffset) {
    for (const { offset } of readRecords(log, start, lastStableOffset, "committed")) {
      read.push(offset);
    }
  }
  assertEquals(read, committed, "committed records");
}
