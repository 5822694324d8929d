import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { AppendEntry, type AppendRequest } from "../../../cluster/replication/append.ts";
import {
  appendVerified,
  guardOf,
  type ProduceAppend,
} from "../../../cluster/replication/produce_append.ts";
import type { VerificationContext } from "../../../cluster/replication/transaction_verification.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { batchOf } from "../../support/partition_log.ts";
import { openReplicas } from "../../support/replicas.ts";

function append(records: Uint8Array, rest: Partial<ProduceAppend> = {}): ProduceAppend {
  return {
    requiredAcks: -1,
    timeoutMs: 100,
    internalTopicsAllowed: false,
    entries: [new AppendEntry({ topic: "t", partition: 0 }, ZERO_UUID, records)],
    transactionalId: null,
    supportsEpochBump: false,
    supportsAbortableError: false,
    ...rest,
  };
}

const TRANSACTIONAL = batchOf(["a"], {
  ...{ producerId: 3, producerEpoch: 0, baseSequence: 0, isTransactional: true },
});

Deno.test("a transaction's coordinator is asked before the append, and may take its time", async () => {
  let answer: ((errors: ["NONE"]) => void) | undefined;
  await using replicas = await openReplicas({
    manager: { verifyTransaction: () => new Promise((resolve) => answer = resolve) },
  });
  const records = TRANSACTIONAL;
  const request = append(records, { transactionalId: "tx" });
  const waiting = replicas.replicaManager.append(request);
  assert(waiting instanceof Promise);
  assertEquals(replicas.log().logEndOffset, 0);
  answer!(["NONE"]);
  await waiting;
  assertEquals([request.entries[0]!.error, replicas.log().logEndOffset], ["NONE", 1]);
});

async function context(errors: Awaited<ReturnType<VerificationContext["verifier"]>>) {
  const replicas = await openReplicas();
  const asked: string[] = [];
  const verification: VerificationContext = {
    getPartition: replicas.replicaManager.getPartition,
    enabled: true,
    verifier: ({ transactionalId }) => {
      asked.push(transactionalId);
      return errors;
    },
  };
  return { replicas, asked, verification };
}

Deno.test("what is in no transaction is verified by nobody, and a number of acks that there is not is refused", async () => {
  const { replicas, asked, verification } = await context(["NONE"]);
  await using _ = replicas;
  const appended: AppendRequest[] = [];
  const note = (request: AppendRequest) => void appended.push(request);
  const plain = append(batchOf(["a"]));
  appendVerified(verification, plain, note);
  assertEquals([appended, asked], [[plain], []]);
  const wrong = append(batchOf(["a"]), { requiredAcks: 2 });
  appendVerified(verification, wrong, note);
  assertEquals([wrong.entries[0]!.error, appended.length], ["INVALID_REQUIRED_ACKS", 1]);
});

Deno.test("an append shows what the coordinator has confirmed", async () => {
  const { replicas, asked, verification } = await context(["NONE"]);
  await using _ = replicas;
  const appended: AppendRequest[] = [];
  const request = append(TRANSACTIONAL, { transactionalId: "tx" });
  appendVerified(verification, request, (append) => void appended.push(append));
  assert(appended[0]!.optionsOf!(request.entries[0]!)?.verificationGuard !== undefined);
  assertEquals(asked, ["tx"]);
});

Deno.test("a coordinator that writes by itself has its transaction verified too, and is told why it may not", async () => {
  const transaction = {
    ...{ transactionalId: "tx", producerId: 3, producerEpoch: 0 },
    ...{ supportsEpochBump: false, supportsAbortableError: false },
  };
  const at = { topic: "t", partition: 0 };
  const { replicas, verification } = await context(["NONE"]);
  await using _ = replicas;
  assert(await guardOf(verification, at, transaction) !== undefined);
  const refused = { ...verification, verifier: () => ["INVALID_TXN_STATE"] as const };
  const error = assertThrows(() => guardOf(refused, at, transaction), KafkaError);
  assertEquals(error.code, "INVALID_TXN_STATE");
  const later = { ...verification, verifier: () => Promise.resolve(["NOT_COORDINATOR"] as const) };
  await assertRejects(() => guardOf(later, at, transaction) as Promise<unknown>, KafkaError);
});
