/**
 * Copies a topic in transactions with our own clients, until it is killed; what goes wrong ends it (see exactly_once_test.ts). Argument: what to
 * copy, as JSON. It prints where it is, a word a line.
 */

import { Consumer } from "../../../../client/consumer/consumer.ts";
import { Producer } from "../../../../client/producer/producer.ts";
import { string } from "../../../../storage/serde/string.ts";

const { bootstrap, name, input, output }: Readonly<Record<string, string>> = JSON.parse(
  Deno.args[0]!,
);
const utf8 = new TextEncoder();
const tell = (word: string) => void Deno.stdout.writeSync(utf8.encode(`${word}\n`));

const consumer = new Consumer<Uint8Array, string>({
  bootstrapServers: bootstrap!,
  groupId: name!,
  groupInstanceId: name!,
  enableAutoCommit: false,
  autoOffsetReset: "earliest",
  isolationLevel: "read_committed",
  sessionTimeoutMs: 20_000,
  maxPollRecords: 20,
  fetchMaxWaitMs: 50,
  valueDeserializer: string(),
});
const producer = new Producer<Uint8Array, string>({
  bootstrapServers: bootstrap!,
  transactionalId: name!,
  lingerMs: 0,
  transactionTimeoutMs: 20_000,
  reconnectBackoffMaxMs: 100,
});

await producer.initTransactions();
consumer.subscribe(input!);
tell("ready");
for await (const records of consumer.batches()) {
  if (records.isEmpty) continue;
  producer.beginTransaction();
  tell("begun");
  for (const { partition, key, value } of records) {
    // What goes wrong with it ends the transaction.
    producer.send({ topic: output!, partition, key, value: `copy of ${value}` }, () => {});
  }
  await producer.flush();
  tell("sent");
  await producer.sendOffsetsToTransaction(records.nextOffsets, consumer.groupMetadata());
  tell("offsets");
  await producer.commitTransaction();
  tell("committed");
}
