/**
 * Carrying out what becomes of batches: who waits for them is told, or they are put back.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { isRetriable, KafkaError } from "../protocol/error_codes.ts";
import { type BatchAnswer, batchError, batchOutcome, recordErrors } from "./produce_outcome.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import type { ProducerTotals } from "./producer_metrics.ts";
import type { ProducerSettings } from "./producer_settings.ts";
import type { RecordAccumulator } from "./record_accumulator.ts";
import { splitBatch } from "./split_batch.ts";
import type { TransactionManager } from "./transaction_manager.ts";

/** What completion works on. */
export interface BatchCompletionOptions {
  /** The producer's settings. */
  readonly settings: ProducerSettings;
  /** Where batches are put back. */
  readonly accumulator: RecordAccumulator;
  /** Sequence numbers and transactions; `undefined` without either. */
  readonly transactions: TransactionManager | undefined;
  /** Counts. */
  readonly totals: ProducerTotals;
  /** Told what happens. */
  readonly logger: Logger;
}

/** What becomes of batches. */
export class BatchCompletion {
  readonly #options: BatchCompletionOptions;

  /** Works on these. */
  constructor(options: BatchCompletionOptions) {
    this.#options = options;
  }

  /** A batch was answered for. */
  answered(batch: ProducerBatch, answer: BatchAnswer, now: number): void {
    const { settings, accumulator, transactions, totals, logger } = this.#options;
    const { config, isIdempotent, deliveryTimeoutMs, batchSize, compression } = settings;
    const retries = config.number("retries");
    batch.isInFlight = false;
    batch.queue.isMuted = false;
    const outcome = batchOutcome(batch, answer, {
      retries,
      isOverdue: now - batch.createdMs >= deliveryTimeoutMs,
      canRetry: transactions === undefined
        ? undefined
        : ({ error, logStartOffset }) =>
          transactions.sequences.canRetry(batch, error, logStartOffset),
    });
    const fields = { partition: batch.queue.name, error: answer.error, attempts: batch.attempts };
    switch (outcome) {
      case "succeed":
        transactions?.batchCompleted(batch, answer.baseOffset);
        batch.succeed(answer.baseOffset, answer.logAppendTimeMs, logger);
        accumulator.complete(batch);
        return;
      case "split": {
        logger.write("warn", "Splitting a batch that is too large for the broker", fields);
        totals.splits++;
        const topic = accumulator.topic(batch.queue.topic);
        topic.ratio.reset(batch.build().length / batch.uncompressedBytes);
        const parts = splitBatch(batch, batchSize, compression);
        if (batch.hasSequence) transactions?.sequences.replace(batch, parts);
        accumulator.replace(batch, parts);
        for (const part of parts.toReversed()) accumulator.putBack(part, isIdempotent);
        return;
      }
      case "retry":
        logger.write("warn", "Sending a batch again", fields);
        totals.retried += batch.count;
        accumulator.reenqueue(batch, now);
        return;
      case "fail": {
        const error = batchError(batch, answer);
        // After the last retry, and when there is no time for another, nobody knows whether an attempt was written. Batches behind it may have been.
        const isCertain = batch.attempts < retries && !isRetriable(answer.error);
        this.fail(batch, error, recordErrors(answer, error), isCertain);
        if (!isCertain) transactions?.sequences.markUnresolved(batch);
      }
    }
  }

  /** Batches whose time for delivery is over. */
  expired(batches: readonly ProducerBatch[], now: number): void {
    const { transactions } = this.#options;
    for (const batch of batches) {
      const passed = Math.floor(now - batch.createdMs);
      const error = new KafkaError(
        "REQUEST_TIMED_OUT",
        `Expiring ${batch.count} record(s) for ${batch.queue.name}:${passed} ms has passed since ` +
          "batch creation. The request has not been sent, or no server response has been received yet.",
      );
      this.fail(batch, error, () => error, false);
      // Nothing new is sent to the partition until it is clear what came of what was sent.
      if (batch.attempts > 0) transactions?.sequences.markUnresolved(batch);
    }
  }

  /** Gives a batch up. `isCertain`: the broker has refused it. */
  fail(
    batch: ProducerBatch,
    error: Error,
    errorOf: (index: number) => Error,
    isCertain: boolean,
  ): void {
    const { accumulator, transactions, totals, logger } = this.#options;
    if (batch.end !== undefined) return;
    totals.failed += batch.count;
    transactions?.batchFailed(batch, error, isCertain);
    batch.fail("failed", errorOf, logger);
    accumulator.complete(batch);
  }
}
