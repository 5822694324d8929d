/**
 * Loops over what a consumer reads, which end when it is closed.
 *
 * @module
 */

import type { ConsumerCore } from "./consumer_core.ts";
import { ConsumerRecords } from "./consumer_records.ts";
import { RecordIterator } from "./record_iterator.ts";

/** The part of a consumer that loops need. */
export type LoopedConsumer<K, V> = Pick<ConsumerCore<K, V>, "poll" | "isClosed" | "giveBack">;

/** What polls return, as often as there is something. */
export async function* pollsOf<K, V>(
  consumer: LoopedConsumer<K, V>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ConsumerRecords<K, V>> {
  for (let records; (records = await next(consumer, signal)) !== undefined;) {
    if (!records.isEmpty) yield records;
  }
}

/** The records one after the other. */
export function recordsOf<K, V>(
  consumer: LoopedConsumer<K, V>,
  signal: AbortSignal | undefined,
): RecordIterator<K, V> {
  const stopping = new AbortController();
  const either = signal === undefined
    ? stopping.signal
    : AbortSignal.any([signal, stopping.signal]);
  let polled = new ConsumerRecords<K, V>();
  return new RecordIterator<K, V>({
    async poll() {
      try {
        const records = await next(consumer, either);
        if (records !== undefined) polled = records;
        return records;
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        throw error;
      }
    },
    giveBack: (records) => consumer.giveBack(records, polled),
    stop: () => stopping.abort(),
  });
}

/** The next poll; `undefined` once the consumer is closed. */
async function next<K, V>(
  consumer: LoopedConsumer<K, V>,
  signal: AbortSignal | undefined,
): Promise<ConsumerRecords<K, V> | undefined> {
  if (consumer.isClosed) return undefined;
  try {
    return await consumer.poll(Infinity, signal);
  } catch (error) {
    if (consumer.isClosed) return undefined;
    throw error;
  }
}
