import { assertEquals } from "@std/assert";
import { errorCode, type ErrorName } from "../../../../client/protocol/error_codes.ts";
import type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse,
} from "../../../../client/protocol/messages/add_partitions_to_txn.ts";
import { verifyRemotely } from "../../../../cluster/coordinator/transaction/remote_verification.ts";
import type { TransactionVerification } from "../../../../cluster/replication/transaction_verification.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";

const REQUEST: TransactionVerification = {
  transactionalId: "t",
  producerId: 9,
  producerEpoch: 5,
  supportsEpochBump: false,
  supportsAbortableError: true,
  partitions: [{ topic: "a", partition: 0 }, { topic: "b", partition: 1 }, {
    topic: "a",
    partition: 2,
  }],
};
const SAME = (error: ErrorName) => [error, error, error];

/** A coordinator that answers as it is told, and what it was asked. */
function coordinator(answer: () => AddPartitionsToTxnResponse) {
  const asked: unknown[] = [];
  const verify = (request: TransactionVerification) =>
    verifyRemotely(
      {
        coordinatorOf: () => 3,
        send: (brokerId, request: Draft<AddPartitionsToTxnRequest>) => {
          asked.push([brokerId, request.transactions]);
          return Promise.resolve().then(answer);
        },
      },
      3,
      request,
    );
  return { asked, verify };
}

function answered(
  errors: Readonly<Record<string, Readonly<Record<number, ErrorName>>>>,
  error: ErrorName = "NONE",
): AddPartitionsToTxnResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error),
    resultsByTopicV3AndBelow: [],
    resultsByTransaction: [{
      transactionalId: "t",
      topicResults: Object.entries(errors).map(([name, partitions]) => ({
        name,
        resultsByPartition: Object.entries(partitions).map(([partitionIndex, error]) => ({
          partitionIndex: Number(partitionIndex),
          partitionErrorCode: errorCode(error),
        })),
      })),
    }],
  };
}

Deno.test("a coordinator elsewhere is asked for partitions, and to add them for a client of version 2", async () => {
  const { asked, verify } = coordinator(() =>
    answered({ b: { 1: "TRANSACTION_ABORTABLE" }, a: { 2: "NONE", 0: "NONE" } })
  );
  assertEquals(await verify(REQUEST), ["NONE", "TRANSACTION_ABORTABLE", "NONE"]);
  await verify({ ...REQUEST, supportsEpochBump: true });
  const topics = [{ name: "a", partitions: [0, 2] }, { name: "b", partitions: [1] }];
  const transaction = { transactionalId: "t", producerId: 9, producerEpoch: 5, topics };
  assertEquals(asked, [
    [3, [{ ...transaction, verifyOnly: true }]],
    [3, [{ ...transaction, verifyOnly: false }]],
  ]);
});

Deno.test("what the coordinator refuses as a whole, leaves out or does not answer is an error of each partition", async () => {
  const refused = coordinator(() => answered({}, "NOT_COORDINATOR"));
  assertEquals(await refused.verify(REQUEST), SAME("NOT_COORDINATOR"));
  const silent = coordinator(() => answered({ a: { 0: "NONE" } }));
  assertEquals(await silent.verify(REQUEST), ["NONE", "INVALID_TXN_STATE", "INVALID_TXN_STATE"]);
  const away = coordinator(() => {
    throw new Error("no route");
  });
  assertEquals(await away.verify(REQUEST), SAME("NETWORK_EXCEPTION"));
});
