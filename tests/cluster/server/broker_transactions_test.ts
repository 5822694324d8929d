import { assert, assertEquals } from "@std/assert";
import { Admin } from "../../../client/admin/admin.ts";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { Producer } from "../../../client/producer/producer.ts";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { addOffsetsToTxn } from "../../../client/protocol/messages/add_offsets_to_txn.ts";
import { addPartitionsToTxn } from "../../../client/protocol/messages/add_partitions_to_txn.ts";
import { describeProducers } from "../../../client/protocol/messages/describe_producers.ts";
import { describeTransactions } from "../../../client/protocol/messages/describe_transactions.ts";
import { endTxn } from "../../../client/protocol/messages/end_txn.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { initProducerId } from "../../../client/protocol/messages/init_producer_id.ts";
import { listTransactions } from "../../../client/protocol/messages/list_transactions.ts";
import { offsetFetch } from "../../../client/protocol/messages/offset_fetch.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { txnOffsetCommit } from "../../../client/protocol/messages/txn_offset_commit.ts";
import { writeTxnMarkers } from "../../../client/protocol/messages/write_txn_markers.ts";
import type { ProducerIdAndEpoch } from "../../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import { Cluster } from "../../../cluster/server/cluster.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import { string } from "../../../storage/serde/string.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import { makeTopic, startBroker } from "../../support/broker.ts";
import { CollectingLogger, type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { batchOf, textOf } from "../../support/partition_log.ts";

const ID = "copier";
const GROUP = "g";
const READ_COMMITTED = 1;
const PROPERTIES = {
  "offsets.topic.num.partitions": "2",
  "transaction.state.log.num.partitions": "2",
  "connections.max.idle.ms": "9007199254740991",
};

/** A broker on a clock that stands still, and requests of a transactional client. */
async function start(env: ManualEnv = manualEnv()) {
  const { client, broker, ...started } = await startBroker(PROPERTIES, { env });
  const coordinated = async (keyType: number) => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const { coordinators } = await client.call(findCoordinator, 6, {
        keyType,
        coordinatorKeys: [keyType === 0 ? GROUP : ID],
      });
      if (coordinators[0]!.errorCode === 0) return;
      await env.clock.advance(1);
    }
    throw new Error("no coordinator");
  };
  return {
    broker,
    client,
    env,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
    coordinated,
    init: async (): Promise<ProducerIdAndEpoch> => {
      await coordinated(1);
      await coordinated(0);
      for (let attempt = 0; attempt < 100; attempt++) {
        const answer = await client.call(initProducerId, 5, {
          transactionalId: ID,
          transactionTimeoutMs: 60_000,
        });
        if (answer.errorCode === 0) return answer;
        assertEquals(errorName(answer.errorCode), "CONCURRENT_TRANSACTIONS");
      }
      throw new Error("no producer id");
    },
    /** Version 12 adds partitions to the transaction by itself; version 11 has them asked for. */
    send: async (producer: ProducerIdAndEpoch, value: string, version = 12) => {
      const records = batchOf([value], {
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        baseSequence: 0,
        isTransactional: true,
        timestamp: env.clock.now(),
      });
      const { responses } = await client.call(produce, version, {
        transactionalId: ID,
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: "t", partitionData: [{ index: 0, records }] }],
      });
      return errorName(responses[0]!.partitionResponses[0]!.errorCode);
    },
    commitOffset: async (producer: ProducerIdAndEpoch, offset: number, version = 5) => {
      const { topics } = await client.call(txnOffsetCommit, version, {
        transactionalId: ID,
        groupId: GROUP,
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        topics: [{ name: "t", partitions: [{ partitionIndex: 0, committedOffset: offset }] }],
      });
      return errorName(topics[0]!.partitions[0]!.errorCode);
    },
    end: async (
      { producerId, producerEpoch }: ProducerIdAndEpoch,
      committed: boolean,
      version = 5,
    ) => {
      const request = { transactionalId: ID, producerId, producerEpoch, committed };
      const answer = await client.call(endTxn, version, request);
      assertEquals(errorName(answer.errorCode), "NONE");
      return version < 5 ? { producerId, producerEpoch } : answer;
    },
    /** What a reader of committed records gets. */
    read: async () => {
      const { responses } = await client.call(fetch, 12, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1 << 20,
        isolationLevel: READ_COMMITTED,
        topics: [{
          topic: "t",
          partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }],
        }],
      });
      const { records, abortedTransactions } = responses[0]!.partitions[0]!;
      const batches = [...batchesIn(records ?? new Uint8Array(0))];
      const aborted = new Set(abortedTransactions?.map(({ firstOffset }) => firstOffset));
      return batches
        .filter(({ isControlBatch, baseOffset }) => !isControlBatch && !aborted.has(baseOffset))
        .flatMap((batch) => [...batch.records()].map(({ value }) => textOf(value)));
    },
    committedOffset: async () => {
      const { groups } = await client.call(offsetFetch, 9, {
        groups: [{
          groupId: GROUP,
          memberId: null,
          memberEpoch: -1,
          topics: [{ name: "t", partitionIndexes: [0] }],
        }],
      });
      return groups[0]!.topics[0]!.partitions[0]!.committedOffset;
    },
    states: async () => {
      const { transactionStates } = await client.call(listTransactions, 1, {});
      return transactionStates.map(({ transactionalId, transactionState }) => [
        transactionalId,
        transactionState,
      ]);
    },
  };
}

Deno.test("a client of version 2 copies exactly once: records and offsets count together, or not at all", async () => {
  await using node = await start();
  await makeTopic(node.client, "t");
  const first = await node.init();
  assertEquals(await node.send(first, "one"), "NONE");
  assertEquals(await node.commitOffset(first, 5), "NONE");
  assertEquals([await node.read(), await node.committedOffset()], [[], -1]);
  const second = await node.end(first, true);
  assertEquals(second.producerEpoch, first.producerEpoch + 1);
  assertEquals([await node.read(), await node.committedOffset()], [["one"], 5]);
  await node.send(second, "two");
  await node.commitOffset(second, 9);
  const third = await node.end(second, false);
  assertEquals([await node.read(), await node.committedOffset()], [["one"], 5]);
  // What comes late belongs to no transaction any more.
  assertEquals(await node.send(first, "late"), "INVALID_PRODUCER_EPOCH");
  assertEquals(await node.send(third, "three"), "NONE");
  await node.end(third, true);
  assertEquals(await node.read(), ["one", "three"]);
});

Deno.test("a client of version 1 asks before it writes, and is refused where it has not", async () => {
  await using node = await start();
  await makeTopic(node.client, "t");
  const { client } = node;
  const producer = await node.init();
  const { producerId, producerEpoch } = producer;
  assertEquals(await node.send(producer, "one", 11), "TRANSACTION_ABORTABLE");
  assertEquals(await node.commitOffset(producer, 5, 4), "TRANSACTION_ABORTABLE");
  await client.call(addPartitionsToTxn, 3, {
    v3AndBelowTransactionalId: ID,
    v3AndBelowProducerId: producerId,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: [{ name: "t", partitions: [0] }],
  });
  const offsets = { transactionalId: ID, producerId, producerEpoch, groupId: GROUP };
  assertEquals((await client.call(addOffsetsToTxn, 4, offsets)).errorCode, 0);
  assertEquals(await node.send(producer, "one", 11), "NONE");
  assertEquals(await node.commitOffset(producer, 5, 4), "NONE");
  await node.end(producer, true, 4);
  assertEquals([await node.read(), await node.committedOffset()], [["one"], 5]);
});

Deno.test("an open transaction is there after a restart, and its producer ends it", async () => {
  const first = await start();
  await makeTopic(first.client, "t");
  const producer = await first.init();
  await first.send(producer, "one");
  await first.commitOffset(producer, 5);
  await first[Symbol.asyncDispose]();
  await using second = await start(first.env);
  await second.coordinated(1);
  assertEquals(await second.states(), [[ID, "Ongoing"]]);
  assertEquals(await second.read(), []);
  const next = await second.end(producer, true);
  assertEquals([await second.read(), await second.committedOffset()], [["one"], 5]);
  assertEquals(next.producerId, producer.producerId);
  assertEquals(next.producerEpoch, producer.producerEpoch + 1);
  assertEquals(await second.states(), [[ID, "CompleteCommit"]]);
});

Deno.test("records are written as the transaction version of the cluster has them", async () => {
  await using node = await start();
  const { features } = node.broker.metadata;
  assertEquals(features.get("transaction.version"), 2);
  await node.init();
  const versions = [0, 1].flatMap((partition) => {
    const file = `/data/__transaction_state-${partition}/00000000000000000000.log`;
    return [...batchesIn(readWholeFile(node.env.fileSystem, file))]
      .flatMap((batch) => [...batch.records()].map(({ value }) => value![1]));
  });
  assertEquals(versions, [1]);
});

Deno.test("a transaction that takes too long is aborted, and its producer is fenced", async () => {
  await using node = await start();
  await makeTopic(node.client, "t");
  const producer = await node.init();
  await node.send(producer, "one");
  await node.env.clock.advance(60_000);
  assertEquals(await node.states(), [[ID, "Ongoing"]]);
  await node.env.clock.advance(20_000);
  assertEquals(await node.states(), [[ID, "CompleteAbort"]]);
  assertEquals(await node.send(producer, "late"), "INVALID_PRODUCER_EPOCH");
  const next = await node.init();
  assert(next.producerEpoch > producer.producerEpoch);
  await node.send(next, "two");
  await node.end(next, true);
  assertEquals(await node.read(), ["two"]);
});

Deno.test("an operator ends a transaction that no coordinator ends", async () => {
  await using node = await start();
  await makeTopic(node.client, "t");
  const producer = await node.init();
  await node.send(producer, "one");
  const open = async () => {
    const { topics } = await node.client.call(describeProducers, 0, {
      topics: [{ name: "t", partitionIndexes: [0] }],
    });
    const [state] = topics[0]!.partitions[0]!.activeProducers;
    return [state!.producerId, state!.producerEpoch, state!.currentTxnStartOffset];
  };
  const { producerId, producerEpoch } = producer;
  assertEquals(await open(), [producerId, producerEpoch, 0]);
  const { markers } = await node.client.call(writeTxnMarkers, 1, {
    markers: [{
      producerId,
      producerEpoch,
      transactionResult: false,
      coordinatorEpoch: 0,
      topics: [{ name: "t", partitionIndexes: [0] }],
    }],
  });
  assertEquals(markers[0]!.topics[0]!.partitions[0]!.errorCode, 0);
  assertEquals(await open(), [producerId, producerEpoch, -1]);
  assertEquals(await node.read(), []);
  const described = await node.client.call(describeTransactions, 0, { transactionalIds: [ID] });
  assertEquals(described.transactionStates[0]!.transactionState, "Ongoing");
});

Deno.test("a transaction has partitions and offsets on several brokers, wherever its coordinator is", async () => {
  const env = {
    ...systemEnv({ logger: new CollectingLogger() }),
    fileSystem: new MemoryFileSystem(),
  };
  const transport = new MemoryTransport();
  await using cluster = await Cluster.start({ env, transport });
  const client = { bootstrapServers: cluster.bootstrapServers, transport };
  await using admin = new Admin(client);
  const topics = [1, 2, 3].map((id) => ({
    name: `t${id}`,
    replicasAssignments: new Map([[0, [id]]]),
  }));
  (await admin.createTopics(topics)).all();
  await using producer = new Producer({
    ...client,
    transactionalId: ID,
    valueSerializer: string(),
  });
  await producer.initTransactions();
  const transact = async (value: string, offset: number) => {
    producer.beginTransaction();
    for (const { name } of topics) void producer.send({ topic: name, partition: 0, value });
    await producer.sendOffsetsToTransaction([[{ topic: "t1", partition: 0 }, { offset }]], {
      groupId: GROUP,
    });
  };
  await transact("aborted", 7);
  await producer.abortTransaction();
  await transact("committed", 8);
  await producer.commitTransaction();
  await using consumer = new Consumer({
    ...client,
    ...{ groupId: GROUP, isolationLevel: "read_committed", valueDeserializer: string() },
  });
  const partitions = topics.map(({ name }) => ({ topic: name, partition: 0 }));
  consumer.assign(partitions);
  consumer.seekToBeginning(partitions);
  const seen: string[] = [];
  while (seen.length < 3) {
    for (const { topic, value } of await consumer.poll(10_000)) seen.push(`${topic} ${value}`);
  }
  assertEquals(seen.sort(), ["t1 committed", "t2 committed", "t3 committed"]);
  const committed = await consumer.committed([partitions[0]!]);
  assertEquals([...committed.values()].map((one) => one?.offset), [8]);
});
