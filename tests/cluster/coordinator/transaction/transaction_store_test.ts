import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { Output } from "../../../../cluster/coordinator/coordinator_shard.ts";
import {
  impossibleState,
  type TransactionOutput,
  TransactionStore,
} from "../../../../cluster/coordinator/transaction/transaction_store.ts";
import { A0, ID, metadataOf, transactionConfig } from "../../../support/transactions.ts";

function store(transactionVersion = 2, takeProducerId = (): number | undefined => undefined) {
  return new TransactionStore({
    coordinatorEpoch: 3,
    config: transactionConfig(),
    transactionVersion: () => transactionVersion,
    takeProducerId,
  });
}

Deno.test("records change what is known, and nothing else does", () => {
  const transactions = store();
  const out: TransactionOutput = new Output();
  transactions.append(out, metadataOf());
  assertEquals(transactions.get(ID), undefined);
  transactions.replay(out.records[0]!);
  assertEquals(transactions.getOrThrow(ID), metadataOf());
  assertEquals([...transactions.all()].length, 1);
  transactions.replay({ transactionalId: ID, value: null, valueVersion: 0 });
  assertEquals(transactions.size, 0);
  const error = assertThrows(() => transactions.getOrThrow(ID), KafkaError);
  assertEquals(error.code, "INVALID_PRODUCER_ID_MAPPING");
});

Deno.test("records have the version that goes with the cluster's level of transactions", () => {
  const versions = [0, 1, 2].map((level) => {
    const out: TransactionOutput = new Output();
    store(level).append(out, metadataOf());
    return out.records[0]!.valueVersion;
  });
  assertEquals(versions, [0, 1, 1]);
});

Deno.test("partitions are noted as told while their transaction ends", () => {
  const transactions = store();
  const partitions = new Map([["a", new Set([0, 1])]]);
  const open = metadataOf({ state: "Ongoing", partitions });
  transactions.partitionsTold(open, [A0]);
  assertEquals(transactions.openPartitions(open), partitions);
  const ending = metadataOf({ state: "PrepareAbort", partitions });
  transactions.replay({ transactionalId: ID, value: ending, valueVersion: 1 });
  transactions.partitionsTold(ending, [A0]);
  assertEquals(transactions.openPartitions(ending), new Map([["a", new Set([1])]]));
  transactions.replay({ transactionalId: ID, value: ending, valueVersion: 1 });
  assertEquals(transactions.openPartitions(ending), partitions);
});

Deno.test("a producer id is had at once or not at all", () => {
  assertEquals(store(2, () => 5).newProducerId(), 5);
  const error = assertThrows(() => store().newProducerId(), KafkaError);
  assertEquals(error.code, "COORDINATOR_LOAD_IN_PROGRESS");
});

Deno.test("a state that nobody is ever in is an error of the server", () => {
  assertEquals(impossibleState(metadataOf({ state: "Dead" })).code, "UNKNOWN_SERVER_ERROR");
});
