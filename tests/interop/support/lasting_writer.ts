/**
 * A producer that writes with idempotence and acks=all while a cluster is harmed, and what must be true of its records afterwards.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { Producer } from "../../../client/producer/producer.ts";
import { string } from "../../../storage/serde/string.ts";

const IN_FLIGHT = 200;

/** What was sent to a partition, in that order, and where it was acknowledged. */
interface Sent {
  readonly values: string[];
  readonly offsets: Map<string, number>;
}

/** A writer at work. */
export interface LastingWriter {
  /** How many records are acknowledged. */
  readonly acknowledged: number;
  /** Writes no more, and holds what is there against what was acknowledged: nothing is lost, doubled or out of order. */
  end(): Promise<void>;
}

/** Starts to write to all partitions of a topic. */
export function startWriting(
  bootstrapServers: string,
  topic: string,
  partitions: number,
  configs: Readonly<Record<`${string}.${string}`, unknown>> = {},
): LastingWriter {
  const sent = Array.from({ length: partitions }, (): Sent => ({ values: [], offsets: new Map() }));
  const producer = new Producer({
    ...{ "bootstrap.servers": bootstrapServers, "delivery.timeout.ms": 180_000, "linger.ms": 2 },
    ...{ ...configs, keySerializer: string(), valueSerializer: string() },
  });
  let isOver = false;
  const writing = write(producer, topic, sent, () => isOver);
  writing.catch(() => {});
  return {
    get acknowledged() {
      return sent.reduce((sum, { offsets }) => sum + offsets.size, 0);
    },
    async end() {
      isOver = true;
      await writing;
      await producer.close();
      for (const [partition, { values, offsets }] of sent.entries()) {
        const upTo = offsets.values().reduce((last, offset) => Math.max(last, offset), -1);
        const read = await readAll(bootstrapServers, topic, partition, upTo);
        const at = new Map(read.map(({ offset, value }) => [value, offset]));
        assertEquals(at.size, read.length, `partition ${partition} has something twice`);
        for (const [value, offset] of offsets) {
          assertEquals(at.get(value), offset, `acknowledged: ${value}`);
        }
        const positions = values.map((value) => at.get(value)).filter((one) => one !== undefined);
        assertEquals(positions, positions.toSorted((a, b) => a - b), "the order");
      }
    },
  };
}

async function write(
  producer: Producer<string, string>,
  topic: string,
  sent: readonly Sent[],
  isOver: () => boolean,
) {
  const waiting = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (let n = 0; !isOver() && failures.length === 0; n++) {
    const partition = n % sent.length;
    const { values, offsets } = sent[partition]!;
    const value = `${partition}-${n}`;
    values.push(value);
    const done = producer.send({ topic, partition, key: null, value }).then(
      ({ offset }) => void offsets.set(value, offset),
      (error) => void failures.push(error),
    ).finally(() => waiting.delete(done));
    waiting.add(done);
    if (waiting.size >= IN_FLIGHT) await Promise.race(waiting);
    if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await Promise.all(waiting);
  assertEquals(failures, []);
}

/** Reads a partition from its start up to an offset. */
export async function readAll(
  bootstrapServers: string,
  topic: string,
  partition: number,
  upTo: number,
): Promise<{ readonly offset: number; readonly value: string }[]> {
  const consumer = new Consumer({
    ...{ bootstrapServers, "auto.offset.reset": "earliest", "enable.auto.commit": false },
    ...{ keyDeserializer: string(), valueDeserializer: string() },
  });
  const read: { offset: number; value: string }[] = [];
  try {
    consumer.assign([{ topic, partition }]);
    const end = performance.now() + 60_000;
    while ((read.at(-1)?.offset ?? -1) < upTo) {
      assert(performance.now() < end, `partition ${partition} ends at ${read.at(-1)?.offset}`);
      for (const { offset, value } of await consumer.poll(500)) {
        read.push({ offset, value: value! });
      }
    }
  } finally {
    await consumer.close();
  }
  return read;
}
