import { assert, assertEquals } from "@std/assert";
import { errorCode, type ErrorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import {
  transactionVerifier,
  type TransactionVerifierOptions,
} from "../../../../cluster/coordinator/transaction/transaction_verifier.ts";
import type { TransactionVerification } from "../../../../cluster/replication/transaction_verification.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { A0, B1, transactionConfig } from "../../../support/transactions.ts";

const REQUEST: TransactionVerification = {
  transactionalId: "t",
  producerId: 9,
  producerEpoch: 5,
  supportsEpochBump: false,
  supportsAbortableError: true,
  partitions: [A0, B1],
};
const V2 = { ...REQUEST, supportsEpochBump: true };

/** A verifier whose coordinator answers as it is told. */
function setUp(
  coordinator: Partial<TransactionVerifierOptions["coordinator"]>,
  config: Record<string, number> = {},
) {
  const { clock } = manualEnv();
  const verify = transactionVerifier({
    clock,
    config: transactionConfig(config),
    coordinator: {
      addPartitions: () => {
        throw new Error("nobody adds");
      },
      verifyPartitions: () => {
        throw new Error("nobody asks");
      },
      ...coordinator,
    },
  });
  return { verify, clock };
}

const refuse = (code: ErrorName) => (): never => {
  throw new KafkaError(code);
};

Deno.test("partitions are asked for, and for clients of version 2 they are added", async () => {
  const added: unknown[] = [];
  const { verify } = setUp({
    verifyPartitions: () => ["NONE", "TRANSACTION_ABORTABLE"],
    addPartitions: (request, version) => void added.push([request.partitions, version]),
  });
  assertEquals(verify(REQUEST), ["NONE", "TRANSACTION_ABORTABLE"]);
  assertEquals(added, []);
  assertEquals(verify(V2), ["NONE", "NONE"]);
  assertEquals(added, [[[A0, B1], 2]]);
  const later = setUp({
    verifyPartitions: () => Promise.resolve<ErrorName[]>(["NONE", "NONE"]),
    addPartitions: () => Promise.resolve(),
  });
  assertEquals(await later.verify(REQUEST), ["NONE", "NONE"]);
  assertEquals(await later.verify(V2), ["NONE", "NONE"]);
});

Deno.test("producers are told what they know", () => {
  const abortable = setUp({ verifyPartitions: () => ["NONE", "TRANSACTION_ABORTABLE"] });
  assertEquals(
    abortable.verify({ ...REQUEST, supportsAbortableError: false }),
    ["NONE", "INVALID_TXN_STATE"],
  );
  const both = (code: ErrorName) => {
    const { verify } = setUp({ verifyPartitions: refuse(code), addPartitions: refuse(code) });
    const answers = [verify(REQUEST), verify(V2)];
    assertEquals(answers[0], answers[1]);
    return answers[0];
  };
  for (const code of ["NOT_COORDINATOR", "COORDINATOR_LOAD_IN_PROGRESS"] as const) {
    assertEquals(both(code), [code, code]);
  }
  assertEquals(both("PRODUCER_FENCED"), ["INVALID_PRODUCER_EPOCH", "INVALID_PRODUCER_EPOCH"]);
  assertEquals(both("INVALID_PRODUCER_ID_MAPPING"), [
    "INVALID_PRODUCER_ID_MAPPING",
    "INVALID_PRODUCER_ID_MAPPING",
  ]);
});

Deno.test("for a client of version 2 a transaction that ends is waited for, and not for long", async () => {
  let asked = 0;
  const { verify, clock } = setUp({
    addPartitions: () => {
      if (++asked < 3) throw new KafkaError("CONCURRENT_TRANSACTIONS");
    },
  });
  const answer = verify(V2);
  assert(answer instanceof Promise);
  await clock.advance(39);
  assertEquals(asked, 2);
  await clock.advance(1);
  assertEquals(await answer, ["NONE", "NONE"]);

  const never = setUp({ addPartitions: () => Promise.reject(new KafkaError(CONCURRENT)) });
  const given = never.verify(V2);
  await never.clock.advance(100);
  assertEquals(await given, [CONCURRENT, CONCURRENT]);
});

const CONCURRENT = "CONCURRENT_TRANSACTIONS";

Deno.test("other clients are told at once that a transaction ends, and all are when nobody is to wait", () => {
  const { verify } = setUp({ verifyPartitions: refuse(CONCURRENT) });
  assertEquals(verify(REQUEST), [CONCURRENT, CONCURRENT]);
  const config = { "add.partitions.to.txn.retry.backoff.max.ms": 0 };
  assertEquals(setUp({ addPartitions: refuse(CONCURRENT) }, config).verify(V2), [
    CONCURRENT,
    CONCURRENT,
  ]);
});

Deno.test("the coordinator of another broker is asked in its place", async () => {
  const asked: number[] = [];
  let answers: readonly ErrorName[] = [CONCURRENT];
  const { clock } = manualEnv();
  const verify = transactionVerifier({
    clock,
    config: transactionConfig({}),
    coordinator: {
      addPartitions: refuse("NOT_COORDINATOR"),
      verifyPartitions: () => ["NONE", "NONE"],
    },
    remote: {
      coordinatorOf: (transactionalId) => transactionalId === "t" ? 3 : undefined,
      send: (brokerId, request) => {
        asked.push(brokerId);
        const topics = request.transactions![0]!.topics!;
        const [error] = answers;
        return Promise.resolve({
          throttleTimeMs: 0,
          errorCode: 0,
          resultsByTopicV3AndBelow: [],
          resultsByTransaction: [{
            transactionalId: "t",
            topicResults: topics.map(({ name, partitions }) => ({
              name: name!,
              resultsByPartition: partitions!.map((partitionIndex) => ({
                partitionIndex,
                partitionErrorCode: errorCode(error!),
              })),
            })),
          }],
        });
      },
    },
  });
  assertEquals(verify({ ...REQUEST, transactionalId: "here" }), ["NONE", "NONE"]);
  assertEquals(asked, []);
  assertEquals(await verify(REQUEST), [CONCURRENT, CONCURRENT]);
  const waited = verify(V2);
  await clock.advance(20);
  answers = ["NONE"];
  await clock.advance(20);
  assertEquals(await waited, ["NONE", "NONE"]);
  assertEquals(asked, [3, 3, 3, 3]);
  answers = ["PRODUCER_FENCED"];
  assertEquals(await verify(REQUEST), ["INVALID_PRODUCER_EPOCH", "INVALID_PRODUCER_EPOCH"]);
});
