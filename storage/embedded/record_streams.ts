/**
 * The log at the edges of a program: records as web streams.
 *
 * @module
 */

import type { Clock } from "../env.ts";
import type { AppendRecord, LogRecord } from "./log_record.ts";

/**
 * A stream that pulls from records as its reader asks for them.
 *
 * @param iterate starts the walk; its signal aborts when the reader cancels
 */
export function recordReadable<V, K>(
  iterate: (
    signal: AbortSignal,
  ) => AsyncIterator<LogRecord<V, K>> | Iterator<LogRecord<V, K>>,
): ReadableStream<LogRecord<V, K>> {
  const cancelled = new AbortController();
  let records: AsyncIterator<LogRecord<V, K>> | Iterator<LogRecord<V, K>> | undefined;
  return new ReadableStream<LogRecord<V, K>>({
    async pull(controller) {
      records ??= iterate(cancelled.signal);
      try {
        const step = await records.next();
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      } catch (error) {
        if (!cancelled.signal.aborted) throw error;
      }
    },
    async cancel(reason) {
      cancelled.abort(reason);
      try {
        await records?.return?.();
      } catch (error) {
        // The walk ends with the reason it was cancelled for.
        if (error !== reason && error !== cancelled.signal.reason) throw error;
      }
    },
  }, { highWaterMark: 0 });
}

/** How a writable gathers records. */
export interface WritableOptions {
  /** Append once so many records are waiting. Default: 1000. */
  readonly batchRecords?: number;
  /** Append what is waiting after so many ms. Default: 0, once the event loop comes round. */
  readonly lingerMs?: number;
}

/**
 * A stream that appends what is written to it, in batches; closing appends the rest and flushes, aborting drops what is
 * not appended yet.
 */
export function recordWritable<V, K>(
  clock: Clock,
  append: (records: readonly AppendRecord<V, K>[]) => void,
  flush: () => Promise<void>,
  options: WritableOptions,
): WritableStream<AppendRecord<V, K>> {
  const batchRecords = options.batchRecords ?? 1000;
  const lingerMs = options.lingerMs ?? 0;
  const stopped = new AbortController();
  let waiting: AppendRecord<V, K>[] = [];
  let lingering: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const appendWaiting = () => {
    const records = waiting;
    waiting = [];
    if (records.length > 0) append(records);
  };
  const linger = async (controller: WritableStreamDefaultController) => {
    try {
      await clock.sleep(lingerMs, stopped.signal);
      appendWaiting();
    } catch (error) {
      if (stopped.signal.aborted) return;
      failure = { error };
      controller.error(error);
    } finally {
      lingering = undefined;
    }
  };
  return new WritableStream<AppendRecord<V, K>>({
    write(record, controller) {
      if (failure !== undefined) throw failure.error;
      waiting.push(record);
      if (waiting.length >= batchRecords) appendWaiting();
      else lingering ??= linger(controller);
    },
    async close() {
      stopped.abort();
      await lingering;
      if (failure !== undefined) throw failure.error;
      appendWaiting();
      await flush();
    },
    async abort() {
      stopped.abort();
      waiting = [];
      await lingering;
    },
  }, new CountQueuingStrategy({ highWaterMark: batchRecords }));
}
