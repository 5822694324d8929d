import { assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import type { ListTransactionsRequest } from "../../../../client/protocol/messages/list_transactions.ts";
import { listTransactionsHandler } from "../../../../cluster/server/handlers/list_transactions.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { ask } from "../../../support/handler_call.ts";
import { TransactionBroker } from "../../../support/transaction_broker.ts";
import { metadataOf } from "../../../support/transactions.ts";

const NOW = 1_700_000_000_000;
const ongoing = { state: "Ongoing" as const, partitions: new Map([["a", new Set([0])]]) };
const known = [
  metadataOf({ transactionalId: "t-1", producerId: 1, ...ongoing, startTimestamp: NOW - 1000 }),
  metadataOf({ transactionalId: "t-2", producerId: 2, ...ongoing, startTimestamp: NOW - 9000 }),
  metadataOf({ transactionalId: "u-3", producerId: 3, state: "Empty" }),
  metadataOf({ transactionalId: "u-4", producerId: 4, state: "CompleteAbort", startTimestamp: 5 }),
];

async function list(version: number, request: Draft<ListTransactionsRequest> = {}) {
  await using broker = await TransactionBroker.start({ known });
  const { transactions, env: { clock } } = broker;
  const handler = listTransactionsHandler({ transactions, clock });
  const { errorCode, unknownStateFilters, transactionStates } = await ask(
    handler,
    version,
    request,
  );
  return {
    error: errorName(errorCode),
    unknown: unknownStateFilters,
    ids: transactionStates.map(({ transactionalId }) => transactionalId).sort(),
    states: transactionStates,
  };
}

Deno.test("every version lists the transactions of all partitions", async () => {
  for (let version = 0; version <= 2; version++) {
    const { error, states, unknown } = await list(version);
    assertEquals([error, unknown], ["NONE", []]);
    assertEquals(
      states.toSorted((a, b) => a.producerId - b.producerId),
      known.map(({ transactionalId, producerId, state }) => ({
        transactionalId,
        producerId,
        transactionState: state,
      })),
    );
  }
});

Deno.test("states and producers choose, and names that are no states are told", async () => {
  for (let version = 0; version <= 2; version++) {
    const chosen = await list(version, { stateFilters: ["Ongoing", "Empty", "foo"] });
    assertEquals([chosen.ids, chosen.unknown], [["t-1", "t-2", "u-3"], ["foo"]]);
    const foo = await list(version, { stateFilters: ["foo"] });
    assertEquals([foo.ids, foo.unknown, foo.error], [[], ["foo"], "NONE"]);
    assertEquals((await list(version, { producerIdFilters: [2, 4] })).ids, ["t-2", "u-4"]);
    const both = { stateFilters: ["Ongoing"], producerIdFilters: [2, 4] };
    assertEquals((await list(version, both)).ids, ["t-2"]);
  }
});

Deno.test("from version 1 on age chooses as well", async () => {
  for (let version = 1; version <= 2; version++) {
    const older = async (durationFilter: number) => (await list(version, { durationFilter })).ids;
    assertEquals(await older(-1), ["t-1", "t-2", "u-3", "u-4"]);
    assertEquals(await older(999), ["t-1", "t-2", "u-3", "u-4"]);
    assertEquals(await older(1000), ["t-2", "u-3", "u-4"]);
    // One that has not begun counts from the beginning of time.
    assertEquals(await older(9000), ["u-3", "u-4"]);
  }
});

Deno.test("from version 2 on a pattern chooses that matches whole ids", async () => {
  const matching = async (transactionalIdPattern: string | null) =>
    await list(2, { transactionalIdPattern });
  assertEquals((await matching("t-.*")).ids, ["t-1", "t-2"]);
  assertEquals((await matching("t")).ids, []);
  for (const all of [null, ""]) assertEquals((await matching(all)).ids.length, 4);
  const wrong = await list(2, { transactionalIdPattern: "(", stateFilters: ["foo"] });
  assertEquals([wrong.error, wrong.ids, wrong.unknown], ["INVALID_REGULAR_EXPRESSION", [], []]);
});

Deno.test("while any partition is being loaded nothing is listed", async () => {
  const handler = listTransactionsHandler({
    transactions: {
      isLoading: true,
      *list() {
        yield* known;
      },
    },
    clock: { now: () => NOW, monotonic: () => 0, sleep: () => Promise.resolve() },
  });
  const answer = await ask(handler, 2, { transactionalIdPattern: "(" });
  assertEquals(errorName(answer.errorCode), "COORDINATOR_LOAD_IN_PROGRESS");
  assertEquals(answer.transactionStates, []);
});
