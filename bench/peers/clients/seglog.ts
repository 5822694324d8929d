/** Our own clients under load (see bench/clients_compare.ts). */

import { Consumer } from "../../../client/consumer/consumer.ts";
import { Producer } from "../../../client/producer/producer.ts";
import { consumeTo, produceEach } from "./measure.mjs";

interface Options {
  readonly mode: string;
  readonly bootstrap: string;
  readonly topic: string;
  readonly codec: "none" | "lz4";
  readonly onRecords: (records: number, bytes: number) => void;
}

const BATCH_BYTES = 512 * 1024;

await produceEach(({ mode, bootstrap, topic, codec }: Options) => {
  const producer = new Producer<Uint8Array, Uint8Array>({
    bootstrapServers: bootstrap,
    compressionType: codec,
    lingerMs: mode === "latency" ? 0 : 5,
    // Others send as much as they are given, or a megabyte at once.
    batchSize: BATCH_BYTES,
  });
  return {
    send: (value: Uint8Array, done: (error: unknown) => void) => {
      const hasRoom = producer.send({ topic, value }, (_metadata, error) => done(error));
      return hasRoom ? undefined : producer.ready();
    },
    flush: () => producer.flush(),
    close: () => producer.close(),
  };
});

await consumeTo(({ bootstrap, topic, onRecords }: Options) => {
  const consumer = new Consumer<Uint8Array, Uint8Array>({
    bootstrapServers: bootstrap,
    autoOffsetReset: "earliest",
    enableAutoCommit: false,
  });
  consumer.assign([{ topic, partition: 0 }]);
  let isOpen = true;
  void (async () => {
    while (isOpen) {
      const records = await consumer.poll(100);
      let bytes = 0;
      for (const { value } of records) bytes += value!.length;
      onRecords(records.count, bytes);
    }
    await consumer.close();
  })();
  return { close: () => isOpen = false };
});
