/** Carries out the plan on standard input with @platformatic/kafka. Argument: bootstrap server. */

import {
  bootstrap,
  closeWhenWritten,
  generated,
  load,
  runPlan,
  toBytes,
  topicsWithout,
  toText,
} from "./plan_runner.mjs";

const { Admin, Consumer, ListOffsetTimestamps, Producer } = await load("@platformatic/kafka");

const client = { clientId: "interop", bootstrapBrokers: [bootstrap] };
const admin = new Admin(client);
const consumer = new Consumer({ ...client, groupId: "none" });

const acks = { "0": 0, "1": 1, "all": -1 };

async function produce(step) {
  const producer = new Producer({
    ...client,
    acks: acks[step.acks],
    compression: step.codec,
    idempotent: step.idempotent,
    autocreateTopics: false,
  });
  const { topic, partition } = step;
  const latest = () => offsetAt(step, ListOffsetTimestamps.LATEST);
  const before = await latest();
  const send = async (messages) => (await producer.send({ messages })).offsets?.[0]?.offset;
  let base;
  if (step.records.length > 0) {
    base = await send(step.records.map(({ k, v, h, t }) => ({
      topic,
      partition,
      key: toBytes(k),
      value: toBytes(v),
      headers: new Map(h.map(([name, value]) => [Buffer.from(name), toBytes(value)])),
      timestamp: BigInt(t),
    })));
  }
  for (const values of generated(step.generate ?? 0)) {
    const offset = await send(
      values.map((value) => ({ topic, partition, value: Buffer.from(value) })),
    );
    base ??= offset;
  }
  await closeWhenWritten(step, before, latest, () => producer.close());
  return step.acks === "0" ? {} : { baseOffset: Number(base) };
}

async function offsetAt({ topic, partition }, timestamp) {
  const found = await consumer.listOffsets({ topics: [topic], timestamp });
  return Number(found.get(topic)[partition]);
}

/** Its stream of messages wants a group; the fetch below it does not. */
async function fetch(step) {
  const { topic, partition, count } = step;
  let offset = step.from === "earliest"
    ? await offsetAt(step, ListOffsetTimestamps.EARLIEST)
    : step.from;
  const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true });
  const { id: topicId, partitions } = metadata.topics.get(topic);
  const records = [];
  const deadline = Date.now() + 30_000;
  while (records.length < count && Date.now() < deadline) {
    const { responses } = await consumer.fetch({
      node: partitions[partition].leader,
      maxWaitTime: 500,
      topics: [{
        topicId,
        partitions: [{
          partition,
          currentLeaderEpoch: -1,
          fetchOffset: BigInt(offset),
          lastFetchedEpoch: -1,
          partitionMaxBytes: 4 << 20,
        }],
      }],
    });
    for (const batch of responses[0]?.partitions[0].records ?? []) {
      for (const record of batch.records) {
        const at = Number(batch.firstOffset) + record.offsetDelta;
        // A fetch inside a batch gives the whole batch.
        if (at < offset || records.length === count) continue;
        offset = at + 1;
        records.push([
          at,
          Number(batch.firstTimestamp + record.timestampDelta),
          toText(record.key),
          toText(record.value),
          record.headers.map(([name, value]) => [String(name), toText(value)]),
        ]);
      }
    }
  }
  return { records };
}

await runPlan({
  createTopic: async ({ topic, partitions, configs }) => {
    const entries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: entries });
  },
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  topics: ({ without }) => topicsWithout(() => admin.listTopics(), without),
  partitions: async ({ topic }) => {
    const metadata = await admin.metadata({ topics: [topic], forceUpdate: true });
    return { partitions: metadata.topics.get(topic).partitionsCount };
  },
  produce,
  offsets: async (step) => ({
    earliest: await offsetAt(step, ListOffsetTimestamps.EARLIEST),
    latest: await offsetAt(step, ListOffsetTimestamps.LATEST),
  }),
  offsetForTime: async (step) => ({ offset: await offsetAt(step, BigInt(step.time)) }),
  fetch,
});
