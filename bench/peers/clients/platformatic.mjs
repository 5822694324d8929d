/** @platformatic/kafka under load (see bench/clients_compare.ts). */

import { consumeTo, produceIn } from "./measure.mjs";
import { load } from "./modules.mjs";

const { Consumer, Producer } = await load("@platformatic/kafka");

await produceIn(({ bootstrap, topic, codec }) => {
  const producer = new Producer({
    clientId: "bench",
    bootstrapBrokers: [bootstrap],
    acks: -1,
    compression: codec,
  });
  return {
    send: (values) => producer.send({ messages: values.map((value) => ({ topic, value })) }),
    close: () => producer.close(),
  };
});

await consumeTo(async ({ bootstrap, topic, group, onRecords }) => {
  const consumer = new Consumer({
    clientId: "bench",
    bootstrapBrokers: [bootstrap],
    groupId: group,
    maxWaitTime: 100,
  });
  const stream = await consumer.consume({ topics: [topic], autocommit: false, mode: "earliest" });
  stream.on("data", ({ value }) => onRecords(1, value.length));
  return { close: () => consumer.close(true) };
});
