/**
 * What a log is, said as plainly as can be: a list of records. Slow, obviously right, and what the engine is held
 * against.
 */

/** A record as the model keeps it. */
export interface ModelRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  /** `null` is a tombstone. */
  readonly value: string | null;
  /** Last offset of the batch that it came in: a batch is truncated whole. */
  readonly batchEnd: number;
}

/** A log without files. */
export class ModelLog {
  records: ModelRecord[] = [];
  start = 0;
  end = 0;

  append(record: ModelRecord): void {
    this.records.push(record);
    this.end = record.offset + 1;
  }

  /** Drops the batches that reach `offset`; the next record gets it. */
  truncateTo(offset: number): void {
    this.records = this.records.filter((record) => record.batchEnd < offset);
    this.end = Math.min(this.end, offset);
    this.start = Math.min(this.start, this.end);
  }

  /** Forgets everything; the next record gets `offset`. */
  restartAt(offset: number): void {
    this.records = [];
    this.start = this.end = offset;
  }

  deleteRecords(offset: number): void {
    this.start = Math.max(this.start, offset);
  }

  /** Keeps the newest record of each key below `bound`; above it nothing is touched. */
  compactBelow(bound: number): void {
    const newest = new Map<string, number>();
    for (const { key, offset } of this.records) if (offset < bound) newest.set(key, offset);
    this.records = this.records.filter(({ key, offset }) =>
      offset >= bound || newest.get(key) === offset
    );
  }

  /** What a reader who starts at `from` is given. */
  readFrom(from: number): ModelRecord[] {
    return this.records.filter(({ offset }) => offset >= Math.max(from, this.start));
  }

  /** The first record that is as new as `timestamp`. */
  firstAtOrAfter(timestamp: number): ModelRecord | undefined {
    return this.records.find((record) =>
      record.offset >= this.start && record.timestamp >= timestamp
    );
  }
}
