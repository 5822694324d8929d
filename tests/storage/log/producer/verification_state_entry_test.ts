import { assertEquals } from "@std/assert";
import {
  VerificationGuard,
  VerificationStateEntry,
} from "../../../../storage/log/producer/verification_state_entry.ts";

Deno.test("a guard verifies itself and no other", () => {
  const guard = new VerificationGuard();
  assertEquals(guard.verify(guard), true);
  assertEquals(guard.verify(new VerificationGuard()), false);
});

Deno.test("the sentinel verifies nothing, itself included", () => {
  assertEquals(VerificationGuard.SENTINEL.verify(VerificationGuard.SENTINEL), false);
  assertEquals(new VerificationGuard().verify(VerificationGuard.SENTINEL), false);
});

Deno.test("the lowest sequence of the newest epoch is kept", () => {
  const entry = new VerificationStateEntry(1000, 1, 0, true);
  const seen = (sequence: number, epoch: number) => {
    entry.maybeUpdateLowestSequenceAndEpoch(sequence, epoch);
    return [entry.lowestSequence, entry.epoch];
  };
  assertEquals(seen(3, 0), [1, 0]);
  assertEquals(seen(0, 0), [0, 0]);
  assertEquals(seen(2, 1), [2, 1]);
  assertEquals(seen(0, 0), [2, 1]);
});
