import { assertEquals } from "@std/assert";
import {
  isEpochExhausted,
  newTransactionMetadata,
} from "../../../../cluster/coordinator/transaction/transaction_metadata.ts";

Deno.test("an id that comes for the first time has a producer id and no epoch", () => {
  assertEquals(newTransactionMetadata("t", 5, 1000, 99), {
    transactionalId: "t",
    producerId: 5,
    previousProducerId: -1,
    nextProducerId: -1,
    producerEpoch: -1,
    lastProducerEpoch: -1,
    timeoutMs: 1000,
    state: "Empty",
    partitions: new Map(),
    startTimestamp: -1,
    lastUpdateTimestamp: 99,
    clientTransactionVersion: 0,
  });
});

Deno.test("the last two epochs are not for clients", () => {
  assertEquals([-1, 0, 32765, 32766, 32767].map(isEpochExhausted), [
    false,
    false,
    false,
    true,
    true,
  ]);
});
