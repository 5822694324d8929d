import { assertEquals } from "@std/assert";
import {
  ABORT_TIMER,
  EXPIRATION_TIMER,
} from "../../../../cluster/coordinator/transaction/transaction_coordinator_shard.ts";
import type { TransactionState } from "../../../../cluster/coordinator/transaction/transaction_state.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import { A0, B1, metadataOf, TransactionHarness } from "../../../support/transactions.ts";

const partitions = withPartitions(NO_PARTITIONS, [A0, B1]);

Deno.test("whoever is loaded goes on with transactions that end, and with no others", () => {
  const expected: Record<string, number> = { PrepareCommit: 1, PrepareAbort: 1 };
  const states = ["Empty", "Ongoing", "CompleteCommit", "CompleteAbort", ...Object.keys(expected)];
  for (const state of states) {
    for (const reload of ["crash", "reload"] as const) {
      const test = new TransactionHarness();
      const isEmpty = state === "Empty";
      test.put(metadataOf({
        state: state as TransactionState,
        partitions: isEmpty ? NO_PARTITIONS : partitions,
      }));
      test.harness[reload]();
      assertEquals(test.harness.effects.length, expected[state] ?? 0, state);
      if (test.harness.effects.length === 0) continue;
      const [markers] = test.harness.effects;
      assertEquals(markers!.committed, state === "PrepareCommit");
      assertEquals(markers!.partitions, [A0, B1]);
      test.told();
      assertEquals(test.the().state, `Complete${state.slice("Prepare".length)}`);
    }
  }
});

Deno.test("its timers go off again and again, as often as the configs say", () => {
  const test = new TransactionHarness({
    config: { "transaction.abort.timed.out.transaction.cleanup.interval.ms": 50 },
  });
  const { timers, now } = test.harness;
  assertEquals(timers.get(ABORT_TIMER), now.monotonicMs + 50);
  assertEquals(timers.get(EXPIRATION_TIMER), now.monotonicMs + 3_600_000);
  test.harness.advance(120);
  assertEquals(timers.get(ABORT_TIMER), now.monotonicMs + 150);
});

Deno.test("a transaction that was loaded takes its time from when it began", () => {
  const test = new TransactionHarness();
  const producer = test.init().response;
  test.add(producer);
  test.harness.advance(55_000);
  test.harness.crash();
  test.harness.advance(10_000);
  assertEquals(test.the().state, "PrepareAbort");
});
