/** Carries out the plan on standard input with kafkajs. Argument: bootstrap server. */

import zlib from "node:zlib";
import {
  bootstrap,
  closeWhenWritten,
  generated,
  require,
  runPlan,
  toBytes,
  topicsWithout,
  toText,
} from "./plan_runner.mjs";

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = require("kafkajs");
const lz4 = require("lz4-napi");

CompressionCodecs[CompressionTypes.Snappy] = require("kafkajs-snappy");
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => lz4.compressFrame(encoder.buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder) => Promise.resolve(zlib.zstdCompressSync(encoder.buffer)),
  decompress: (buffer) => Promise.resolve(zlib.zstdDecompressSync(buffer)),
});
const compression = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};
const acks = { "0": 0, "1": 1, "all": -1 };

const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR });
const admin = kafka.admin();
await admin.connect();

/** Its consumers want a group; below them is the connection that fetches for them. */
async function leaderOf(topic, partition) {
  const Cluster = require("kafkajs/src/cluster");
  const { createLogger } = require("kafkajs/src/loggers");
  const consoleLogger = require("kafkajs/src/loggers/console");
  const socketFactory = require("kafkajs/src/network/socketFactory");
  const cluster = new Cluster({
    logger: createLogger({ level: logLevel.ERROR, logCreator: consoleLogger }),
    socketFactory: socketFactory(),
    brokers: [bootstrap],
    connectionTimeout: 5000,
    requestTimeout: 30_000,
    metadataMaxAge: 300_000,
    retry: { retries: 5 },
    isolationLevel: 0,
  });
  await cluster.connect();
  await cluster.addTargetTopic(topic);
  const leaders = cluster.findLeaderForPartitions(topic, [partition]);
  return { cluster, broker: await cluster.findBroker({ nodeId: Object.keys(leaders)[0] }) };
}

async function fetch({ topic, partition, from, count }) {
  const { cluster, broker } = await leaderOf(topic, partition);
  let offset = from === "earliest" ? Number((await offsets({ topic, partition })).earliest) : from;
  const records = [];
  const deadline = Date.now() + 30_000;
  while (records.length < count && Date.now() < deadline) {
    const { responses } = await broker.fetch({
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: 8 << 20,
      isolationLevel: 0,
      topics: [{ topic, partitions: [{ partition, fetchOffset: offset, maxBytes: 4 << 20 }] }],
    });
    for (const message of responses[0].partitions[0].messages) {
      // A fetch inside a batch gives the whole batch.
      if (Number(message.offset) < offset || records.length === count) continue;
      offset = Number(message.offset) + 1;
      records.push([
        Number(message.offset),
        Number(message.timestamp),
        toText(message.key),
        toText(message.value),
        Object.entries(message.headers).flatMap(([name, values]) =>
          [values].flat().map((value) => [name, toText(value)])
        ),
      ]);
    }
  }
  await cluster.disconnect();
  return { records };
}

async function produce(step) {
  const producer = kafka.producer({
    idempotent: step.idempotent,
    allowAutoTopicCreation: false,
    createPartitioner: () => ({ message }) => message.partition,
  });
  await producer.connect();
  const latest = async () => (await offsets(step)).latest;
  const before = await latest();
  const send = async (messages) =>
    (await producer.send({
      topic: step.topic,
      acks: acks[step.acks],
      compression: compression[step.codec],
      messages,
    }))[0]?.baseOffset;
  const { partition } = step;
  let base;
  if (step.records.length > 0) {
    base = await send(step.records.map(({ k, v, h, t }) => {
      const headers = {};
      for (const [name, value] of h) (headers[name] ??= []).push(toBytes(value));
      return { partition, key: toBytes(k), value: toBytes(v), headers, timestamp: String(t) };
    }));
  }
  for (const values of generated(step.generate ?? 0)) {
    const offset = await send(values.map((value) => ({ partition, key: null, value })));
    base ??= offset;
  }
  await closeWhenWritten(step, before, latest, () => producer.disconnect());
  return step.acks === "0" ? {} : { baseOffset: Number(base) };
}

async function offsets({ topic, partition }) {
  const found = (await admin.fetchTopicOffsets(topic)).find((each) => each.partition === partition);
  return { earliest: Number(found.low), latest: Number(found.high) };
}

await runPlan({
  createTopic: async ({ topic, partitions, configs }) => {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }],
    });
  },
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  topics: ({ without }) => topicsWithout(() => admin.listTopics(), without),
  partitions: async ({ topic }) => ({
    partitions: (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length,
  }),
  produce,
  offsets,
  offsetForTime: async ({ topic, partition, time }) => {
    const all = await admin.fetchTopicOffsetsByTimestamp(topic, time);
    const found = Number(all.find((each) => each.partition === partition).offset);
    // It gives the end offset when no record is that late.
    return { offset: found === (await offsets({ topic, partition })).latest ? -1 : found };
  },
  fetch,
});
