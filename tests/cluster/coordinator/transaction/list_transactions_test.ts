import { assertEquals } from "@std/assert";
import {
  type TransactionFilter,
  unknownStates,
  wantedTransactions,
} from "../../../../cluster/coordinator/transaction/list_transactions.ts";
import { metadataOf } from "../../../support/transactions.ts";

const NOW = 10_000;
const all = [
  metadataOf({ transactionalId: "t0", producerId: 0, state: "Ongoing", startTimestamp: 9000 }),
  metadataOf({ transactionalId: "t1", producerId: 1, state: "Ongoing", startTimestamp: 5000 }),
  metadataOf({ transactionalId: "u2", producerId: 2, state: "CompleteAbort", startTimestamp: 1 }),
  metadataOf({ transactionalId: "u3", producerId: 3, state: "Empty", startTimestamp: -1 }),
  metadataOf({ transactionalId: "u4", producerId: 4, state: "Dead" }),
];

function listed(filter: Partial<TransactionFilter>): string[] {
  const whole = { states: [], producerIds: [], durationMs: -1, matchesId: () => true, ...filter };
  return [...wantedTransactions(all, whole, NOW)].map(({ transactionalId }) => transactionalId);
}

Deno.test("without a filter all transactions are listed, but for those that are being forgotten", () => {
  assertEquals(listed({}), ["t0", "t1", "u2", "u3"]);
});

Deno.test("they are listed by state, by producer, by age and by id", () => {
  assertEquals(listed({ states: ["Ongoing"] }), ["t0", "t1"]);
  assertEquals(listed({ states: ["Empty", "CompleteAbort"] }), ["u2", "u3"]);
  assertEquals(listed({ states: ["Dead"] }), []);
  assertEquals(listed({ producerIds: [1, 3, 99] }), ["t1", "u3"]);
  assertEquals(listed({ durationMs: 1000 }), ["t1", "u2", "u3"]);
  assertEquals(listed({ durationMs: 999 }), ["t0", "t1", "u2", "u3"]);
  assertEquals(listed({ durationMs: 0 }), ["t0", "t1", "u2", "u3"]);
  assertEquals(listed({ matchesId: (id) => id.startsWith("u") }), ["u2", "u3"]);
  assertEquals(listed({ states: ["Ongoing"], producerIds: [0, 2] }), ["t0"]);
});

Deno.test("states that there are not are told, and match nothing", () => {
  assertEquals(unknownStates({ states: ["Ongoing", "foo", "foo", "ongoing"] }), ["foo", "ongoing"]);
  assertEquals(listed({ states: ["foo"] }), []);
  assertEquals(listed({ states: ["foo", "Empty"] }), ["u3"]);
});
