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
  /** Who wrote it, when that is known. */
  readonly producerId?: number;
  readonly isTransactional?: boolean;
}

/** A log without files. */
export class ModelLog {
  records: ModelRecord[] = [];
  /** Markers of transactions, which only a search by time can meet. */
  markers: { readonly offset: number; readonly timestamp: number }[] = [];
  start = 0;
  end = 0;

  append(record: ModelRecord): void {
    this.records.push(record);
    this.end = record.offset + 1;
  }

  /** Drops the batches that reach `offset`; the next record gets it. */
  truncateTo(offset: number): void {
    this.records = this.records.filter((record) => record.batchEnd < offset);
    this.markers = this.markers.filter((marker) => marker.offset < offset);
    this.end = Math.min(this.end, offset);
    this.start = Math.min(this.start, this.end);
  }

  /** Forgets everything; the next record gets `offset`. */
  restartAt(offset: number): void {
    this.records = [];
    this.markers = [];
    this.start = this.end = offset;
  }

  deleteRecords(offset: number): void {
    this.start = Math.max(this.start, offset);
  }

  appendMarker(timestamp: number): void {
    this.markers.push({ offset: this.end++, timestamp });
  }

  /** Keeps the newest record of each key below `bound`, but for those that are void; above it nothing is touched. */
  compactBelow(bound: number, isVoid: (record: ModelRecord) => boolean = () => false): void {
    const newest = new Map<string, number>();
    for (const record of this.records) {
      if (record.offset < bound && !isVoid(record)) newest.set(record.key, record.offset);
    }
    this.records = this.records.filter(({ key, offset }) =>
      offset >= bound || newest.get(key) === offset
    );
  }

  /** What a reader who starts at `from` is given. */
  readFrom(from: number): ModelRecord[] {
    return this.records.filter(({ offset }) => offset >= Math.max(from, this.start));
  }

  /**
   * The first record or marker that is as new as `timestamp`.
   *
   * @param compactedBelow markers below may have been removed
   * @returns its offset, and those of markers that come first if they are still there
   */
  firstAtOrAfter(
    timestamp: number,
    compactedBelow: number,
  ): { offset: number | undefined; orMarkers: number[] } {
    const isNew = (entry: { readonly offset: number; readonly timestamp: number }) =>
      entry.offset >= this.start && entry.timestamp >= timestamp;
    const markers = this.markers.filter(isNew).map(({ offset }) => offset);
    const offset = Math.min(
      this.records.find(isNew)?.offset ?? Infinity,
      markers.find((marker) => marker >= compactedBelow) ?? Infinity,
    );
    return {
      offset: offset === Infinity ? undefined : offset,
      orMarkers: markers.filter((marker) => marker < Math.min(offset, compactedBelow)),
    };
  }
}
