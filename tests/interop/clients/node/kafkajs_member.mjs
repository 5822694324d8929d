/** A member of a group with kafkajs. Argument: what it is to join, as JSON. */

import { emit, obey, options } from "./member_runner.mjs";
import { require } from "./plan_runner.mjs";

const { Kafka, logLevel } = require("kafkajs");
const { bootstrap, group, topic, sessionMs } = options;

const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({
  groupId: group,
  sessionTimeout: sessionMs,
  heartbeatInterval: 200,
  metadataMaxAge: 500,
  maxWaitTimeInMs: 200,
});
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
  emit({
    event: "assigned",
    partitions: [...payload.memberAssignment[topic] ?? []].sort((a, b) => a - b),
  }));
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const next = new Map();
await consumer.run({
  autoCommit: false,
  eachMessage: ({ partition, message: { offset, value } }) => {
    next.set(partition, String(BigInt(offset) + 1n));
    emit({ event: "records", records: [[partition, Number(offset), value.toString()]] });
    return Promise.resolve();
  },
});
await obey({
  commit: async () => {
    const offsets = [...next].map(([partition, offset]) => ({ topic, partition, offset }));
    next.clear();
    if (offsets.length > 0) await consumer.commitOffsets(offsets);
  },
  leave: () => consumer.disconnect(),
});
