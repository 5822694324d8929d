/**
 * What a log must know of its producers and transactions, said as plainly as can be: it follows from the batches, taken one
 * by one in order of offset.
 */

/** A batch with a producer id: records, or the marker of a transaction. */
export interface ModelBatch {
  readonly first: number;
  readonly last: number;
  readonly producerId: number;
  readonly epoch: number;
  /** Sequence of the first record, -1 for a marker. */
  readonly sequence: number;
  readonly isTransactional: boolean;
  readonly marker?: "COMMIT" | "ABORT";
}

/** One producer. */
export interface ModelProducer<B extends ModelBatch = ModelBatch> {
  readonly epoch: number;
  /** Batches with records of this epoch, oldest first; no more than the last five are told apart from others. */
  readonly batches: readonly B[];
  /** Offset of the first record of the transaction that is open. */
  readonly transactionStart: number | undefined;
}

/** A transaction that a marker has ended. */
export interface ModelTransaction {
  readonly producerId: number;
  readonly first: number;
  /** Offset of the marker. */
  readonly last: number;
  readonly isAborted: boolean;
}

/** Producers and transactions of one log. */
export class ModelProducers<B extends ModelBatch = ModelBatch> {
  #batches: B[] = [];
  #producers = new Map<number, ModelProducer<B>>();
  #ended: ModelTransaction[] = [];

  /** Those that these batches make. */
  constructor(batches: Iterable<B> = []) {
    for (const batch of batches) this.append(batch);
  }

  /** Producers by id. */
  get all(): ReadonlyMap<number, ModelProducer<B>> {
    return this.#producers;
  }

  /** Transactions in the order of their markers. */
  get ended(): readonly ModelTransaction[] {
    return this.#ended;
  }

  append(batch: B): void {
    this.#batches.push(batch);
    const { producerId, epoch, marker } = batch;
    const known = this.#producers.get(producerId);
    // A new epoch forgets the batches of the one before, not the transaction.
    const batches = known?.epoch === epoch ? known.batches : [];
    let transactionStart = known?.transactionStart;
    if (marker === undefined) {
      if (batch.isTransactional) transactionStart ??= batch.first;
      this.#producers.set(producerId, {
        epoch,
        batches: [...batches, batch].slice(-5),
        transactionStart,
      });
      return;
    }
    if (transactionStart !== undefined) {
      const isAborted = marker === "ABORT";
      this.#ended.push({ producerId, first: transactionStart, last: batch.last, isAborted });
    }
    this.#producers.set(producerId, { epoch, batches, transactionStart: undefined });
  }

  /** Forgets the batches that reach `offset`. */
  truncateTo(offset: number): void {
    const kept = this.#batches.filter((batch) => batch.last < offset);
    this.#batches = [];
    this.#producers = new Map();
    this.#ended = [];
    for (const batch of kept) this.append(batch);
  }

  /** Where the first open transaction begins. */
  get firstOpen(): number | undefined {
    let first: number | undefined;
    for (const { transactionStart } of this.#producers.values()) {
      if (transactionStart !== undefined) first = Math.min(first ?? Infinity, transactionStart);
    }
    return first;
  }

  /** Whether a record belongs to a transaction that was aborted. */
  isAborted(record: {
    readonly offset: number;
    readonly producerId: number;
    readonly isTransactional: boolean;
  }): boolean {
    return record.isTransactional &&
      this.#ended.some(({ producerId, first, last, isAborted }) =>
        isAborted && producerId === record.producerId && first <= record.offset &&
        record.offset < last
      );
  }

  /** Whether a record belongs to a transaction that is open. */
  isOpen(record: {
    readonly offset: number;
    readonly producerId: number;
    readonly isTransactional: boolean;
  }): boolean {
    const start = this.#producers.get(record.producerId)?.transactionStart;
    return record.isTransactional && start !== undefined && record.offset >= start;
  }
}
