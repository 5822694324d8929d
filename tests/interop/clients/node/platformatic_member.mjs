/** A member of a group with @platformatic/kafka. Argument: what it is to join, as JSON. */

import { emit, obey, options } from "./member_runner.mjs";
import { load } from "./plan_runner.mjs";

const { Consumer, stringDeserializers } = await load("@platformatic/kafka");
const { bootstrap, group, topic, sessionMs, instanceId } = options;

const consumer = new Consumer({
  clientId: "interop",
  bootstrapBrokers: [bootstrap],
  groupId: group,
  ...(instanceId ? { groupInstanceId: instanceId } : {}),
  deserializers: stringDeserializers,
  sessionTimeout: sessionMs,
  heartbeatInterval: 200,
  metadataMaxAge: 500,
  maxWaitTime: 200,
});
consumer.on("consumer:group:join", () =>
  emit({
    event: "assigned",
    partitions: consumer.assignments.filter((each) => each.topic === topic)
      .flatMap((each) => each.partitions).sort((a, b) => a - b),
  }));
const stream = await consumer.consume({
  topics: [topic],
  autocommit: false,
  mode: "committed",
  fallbackMode: "earliest",
});
const next = new Map();
stream.on("data", ({ partition, offset, value }) => {
  next.set(partition, offset);
  emit({ event: "records", records: [[partition, Number(offset), value]] });
});
await obey({
  commit: async () => {
    const offsets = [...next].map(([partition, offset]) => ({
      topic,
      partition,
      offset: offset + 1n,
      leaderEpoch: -1,
    }));
    next.clear();
    if (offsets.length > 0) await consumer.commit({ offsets });
  },
  leave: () => consumer.close(true),
});
