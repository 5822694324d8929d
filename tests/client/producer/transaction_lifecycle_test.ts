import { assertEquals, assertThrows } from "@std/assert";
import {
  IllegalProducerStateError,
  ProducerError,
} from "../../../client/producer/producer_errors.ts";
import { NO_PRODUCER } from "../../../client/producer/producer_id_and_epoch.ts";
import { TransactionLifecycle } from "../../../client/producer/transaction_lifecycle.ts";
import { TransactionalResult } from "../../../client/producer/transactional_result.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { silentLogger } from "../../../storage/env.ts";
import { ManualClock } from "../../support/manual_env.ts";

function lifecycle(id: string | null = "tx"): TransactionLifecycle {
  let producer = NO_PRODUCER;
  const made = new TransactionLifecycle(id, silentLogger, () => producer);
  producer = { producerId: 5, epoch: 1 };
  return made;
}

/** One that is in a transaction. */
function open(): TransactionLifecycle {
  const made = lifecycle();
  for (const state of ["INITIALIZING", "READY", "IN_TRANSACTION"] as const) made.to(state);
  return made;
}

Deno.test("a user's mistake changes nothing, one of ours is the end", () => {
  const made = lifecycle();
  assertThrows(
    () => made.to("IN_TRANSACTION"),
    IllegalProducerStateError,
    "TransactionalId tx: Invalid transition attempted from state UNINITIALIZED to state IN_TRANSACTION",
  );
  assertEquals(made.state, "UNINITIALIZED");
  assertEquals([made.toSafely("READY"), made.state], [false, "FATAL_ERROR"]);
  assertThrows(
    () => made.throwError(),
    IllegalProducerStateError,
    "cannot execute transactional method because of previous invalid state transition attempt",
  );
});

Deno.test("errors are told in Java's words", () => {
  const fenced = open();
  fenced.toFatal(new KafkaError("PRODUCER_FENCED"));
  assertThrows(
    () => fenced.throwError(),
    KafkaError,
    "Producer with transactionalId 'tx' and ProducerIdAndEpoch(producerId=5, epoch=1) has been " +
      "fenced by another producer with the same transactionalId",
  );
  const old = open();
  old.toAbortable(new KafkaError("INVALID_PRODUCER_EPOCH"));
  assertThrows(() => old.throwError(), KafkaError, "attempted to produce with an old epoch");
  const other = open();
  const cause = new KafkaError("INVALID_RECORD");
  other.toAbortable(cause);
  const error = assertThrows(
    () => other.throwError(),
    ProducerError,
    "Cannot execute transactional method because we are in an error state",
  );
  assertEquals(error.cause, cause);
});

Deno.test("while a transaction is aborted no error matters, and none takes a fatal one's place", () => {
  const made = open();
  made.to("ABORTING_TRANSACTION");
  made.toAbortable(new Error("late"));
  assertEquals([made.state, made.lastError, made.isCompleting], [
    "ABORTING_TRANSACTION",
    undefined,
    true,
  ]);
  made.toFatal(new Error("first"));
  made.toAbortable(new Error("late"));
  assertEquals([made.hasFatalError, made.lastError?.message], [true, "first"]);
});

Deno.test("records may be sent within a transaction, or without transactions at all", () => {
  assertEquals([lifecycle().mayAppend, open().mayAppend, lifecycle(null).mayAppend], [
    false,
    true,
    true,
  ]);
  const broken = lifecycle(null);
  broken.toFatal(new Error("x"));
  assertEquals(broken.mayAppend, false);
  assertEquals(
    lifecycle().whyNotAppend("orders-0").message,
    "Cannot add partition orders-0 to transaction while in state  UNINITIALIZED",
  );
});

Deno.test("a call that was not told its outcome is made again, and no other until then", async () => {
  const made = lifecycle();
  const result = new TransactionalResult("InitProducerId");
  const call = () => {
    made.to("INITIALIZING");
    return result;
  };
  assertEquals(made.cached("INITIALIZING", "initTransactions", call), result);
  assertEquals(made.cached("INITIALIZING", "initTransactions", call), result);
  assertThrows(
    () => made.cached("COMMITTING_TRANSACTION", "commitTransaction", call),
    IllegalProducerStateError,
    "Cannot attempt operation `commitTransaction` because the previous call to `initTransactions` timed out and must be retried",
  );
  assertEquals([made.isPending, made.mayAppend], [true, false]);
  result.done();
  await result.wait(new ManualClock(), 1, "", undefined);
  made.throwIfPending("send");
  assertEquals(made.isPending, false);
});

Deno.test("who waits hears of the end", () => {
  const made = lifecycle();
  const result = new TransactionalResult("x");
  made.cached("INITIALIZING", "initTransactions", () => result);
  const error = new KafkaError("TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
  made.toFatal(error);
  assertEquals([result.error, made.isUnauthorized], [error, true]);
});

Deno.test("without transactions there are no transactional calls", () => {
  assertThrows(
    () => lifecycle(null).ensureTransactional(),
    IllegalProducerStateError,
    "Transactional method invoked on a non-transactional producer.",
  );
});
