/** Carries out the plan on standard input with our own clients (see support/plan.ts). Argument: bootstrap server. */

import { Admin } from "../../../../client/admin/admin.ts";
import { Consumer } from "../../../../client/consumer/consumer.ts";
import { Producer } from "../../../../client/producer/producer.ts";
import { base64, type FetchedRecord, type Step, type StepResult } from "../../support/plan.ts";

const bootstrapServers = Deno.args[0]!;
const bytesOf = (text: string | null) => text === null ? null : Uint8Array.fromBase64(text);

type StepOf<Op extends Step["op"]> = Extract<Step, { readonly op: Op }>;

await using admin = new Admin({ bootstrapServers });
await using consumer = new Consumer({ bootstrapServers });

async function produce(step: StepOf<"produce">): Promise<StepResult> {
  const { topic, partition, codec, acks, idempotent, records, generate = 0 } = step;
  await using producer = new Producer<Uint8Array, Uint8Array | string>({
    bootstrapServers,
    compressionType: codec,
    acks,
    enableIdempotence: idempotent,
    maxRequestSize: 8 << 20,
  });
  const sent = [
    ...records.map(({ k, v, h, t }) =>
      producer.send({
        topic,
        partition,
        key: bytesOf(k),
        value: bytesOf(v),
        headers: h.map(([key, value]) => ({ key, value: bytesOf(value) })),
        timestamp: t,
      })
    ),
    ...Array.from(
      { length: generate },
      (_, i) => producer.send({ topic, partition, value: `r${i}` }),
    ),
  ];
  const [first] = await Promise.all(sent);
  return acks === "0" ? {} : { baseOffset: first!.offset };
}

async function fetch({ topic, partition, from, count }: StepOf<"fetch">): Promise<StepResult> {
  const at = { topic, partition };
  consumer.assign([at]);
  if (from === "earliest") consumer.seekToBeginning();
  else consumer.seek(at, from);
  const records: FetchedRecord[] = [];
  const end = performance.now() + 30_000;
  while (records.length < count && performance.now() < end) {
    for (const { offset, timestamp, key, value, headers } of await consumer.poll(500)) {
      if (records.length === count) break;
      const told = headers.map(({ key, value }): [string, string | null] => [key, base64(value)]);
      records.push([offset, timestamp, base64(key), base64(value), told]);
    }
  }
  return { records };
}

async function topicsWithout(deleted: string | undefined): Promise<StepResult> {
  for (let i = 0;; i++) {
    const topics = [...(await consumer.listTopics()).keys()];
    if (i === 100 || deleted === undefined || !topics.includes(deleted)) return { topics };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function carryOut(step: Step): Promise<StepResult> {
  switch (step.op) {
    case "createTopic": {
      const { topic: name, partitions: numPartitions, configs } = step;
      (await admin.createTopics([{ name, numPartitions, replicationFactor: 1, configs }])).all();
      return {};
    }
    case "deleteTopic":
      (await admin.deleteTopics([step.topic])).all();
      return {};
    case "topics":
      return await topicsWithout(step.without);
    case "partitions":
      return { partitions: (await consumer.partitionsFor(step.topic)).length };
    case "produce":
      return await produce(step);
    case "fetch":
      return await fetch(step);
    case "offsets": {
      const earliest = (await consumer.beginningOffsets([step])).get(step)!;
      return { earliest, latest: (await consumer.endOffsets([step])).get(step)! };
    }
    case "offsetForTime": {
      const found = (await consumer.offsetsForTimes([[step, step.time]])).get(step);
      return { offset: found?.offset ?? -1 };
    }
  }
}

const plan = JSON.parse(await new Response(Deno.stdin.readable).text()) as readonly Step[];
const results: StepResult[] = [];
for (const step of plan) results.push(await carryOut(step));
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(results)));
