/** The records that the commands of the fixtures' console producers wrote. */

import { initProducerId } from "../../client/protocol/messages/init_producer_id.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { metadata } from "../../client/protocol/messages/metadata.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import type { ToolsAndBroker } from "./cli.ts";
import type { TestClient } from "./test_client.ts";

/** Batches, in the order in which their producers wrote them: topic, partition, how many records. */
const BATCHES: readonly (readonly [topic: string, partition: number, count: number])[] = [
  ["console-topic", 0, 2],
  ["console-topic", 1, 2],
  ["console-topic", 2, 3],
  ["with-config", 0, 4],
  ["keyed-topic", 0, 4],
  ["keyed-topic", 0, 3],
  ["keyed-topic", 0, 1],
  ["metrics.dotted", 0, 3],
  ["int-keys", 0, 4],
];

const encoder = new TextEncoder();

async function topicIds(client: TestClient): Promise<Map<string, string>> {
  const { topics } = await client.call(metadata, 12, { topics: null });
  return new Map(topics.map(({ name, topicId }) => [name!, topicId]));
}

async function writeBatch(
  client: TestClient,
  { topicId, partition, count, timestamp }: {
    readonly topicId: string;
    readonly partition: number;
    readonly count: number;
    readonly timestamp: number;
  },
): Promise<void> {
  const { producerId, producerEpoch } = await client.call(initProducerId, 5, {
    transactionalId: null,
    transactionTimeoutMs: 1000,
    producerId: -1,
    producerEpoch: -1,
  });
  const records = Array.from({ length: count }, (_, i) => ({
    key: encoder.encode(`key-${i}`),
    value: encoder.encode(`value-${i}`),
    timestamp: timestamp + i,
  }));
  const batch = buildBatch(records, { producerId, producerEpoch, baseSequence: 0 });
  const { responses: [answer] } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index: partition, records: batch }] }],
  });
  const { errorCode } = answer!.partitionResponses[0]!;
  if (errorCode !== 0) throw new Error(`Records were not taken: ${errorCode}`);
}

/** Makes the topics that the fixtures' steps make before there are records, and writes these. */
export async function makeCliData(tools: ToolsAndBroker): Promise<void> {
  for (const name of ["", "-with-config", "-dotted-name", "-console-topic", "-keyed-topic"]) {
    await tools.replay(`topics-create${name}`);
  }
  await tools.replay("topics-alter-partitions");
  const server = ["--bootstrap-server", tools.bootstrap];
  await tools.run("topics", ...server, "--create", "--topic", "int-keys");
  const ids = await topicIds(tools.client);
  let timestamp = Date.now();
  for (const [topic, partition, count] of BATCHES) {
    await writeBatch(tools.client, { topicId: ids.get(topic)!, partition, count, timestamp });
    timestamp += count;
  }
}
