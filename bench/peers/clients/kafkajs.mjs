/** kafkajs under load (see bench/clients_compare.ts). */

import { consumeTo, produceIn } from "./measure.mjs";
import { require } from "./modules.mjs";

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = require("kafkajs");
const { compressFrame, decompressFrame } = require("lz4-napi");

CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => compressFrame(encoder.buffer),
  decompress: (bytes) => decompressFrame(bytes),
});

const client = (bootstrap) =>
  new Kafka({ clientId: "bench", brokers: [bootstrap], logLevel: logLevel.NOTHING });

await produceIn(async ({ bootstrap, topic, codec }) => {
  const producer = client(bootstrap).producer();
  await producer.connect();
  const compression = codec === "lz4" ? CompressionTypes.LZ4 : CompressionTypes.None;
  return {
    send: (values) =>
      producer.send({ topic, acks: -1, compression, messages: values.map((value) => ({ value })) }),
    close: () => producer.disconnect(),
  };
});

await consumeTo(async ({ bootstrap, topic, group, onRecords }) => {
  const consumer = client(bootstrap).consumer({ groupId: group, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      let bytes = 0;
      for (const { value } of batch.messages) bytes += value.length;
      onRecords(batch.messages.length, bytes);
      return Promise.resolve();
    },
  });
  return { close: () => consumer.disconnect() };
});
