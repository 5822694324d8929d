import { assertEquals } from "@std/assert";
import { type EpochEnd, truncationOffset } from "../../../cluster/replication/truncation_offset.ts";

/** A log that ends at 30, with epochs that begin at offsets. */
function truncated(epochs: [number, number][], diverging: EpochEnd, fetchOffset = 30): number {
  const log = {
    logEndOffset: 30,
    endOffsetForEpoch(epoch: number): EpochEnd | undefined {
      const at = epochs.findLastIndex(([known]) => known <= epoch);
      return at < 0
        ? undefined
        : { epoch: epochs[at]![0], endOffset: epochs[at + 1]?.[1] ?? this.logEndOffset };
    },
  };
  return truncationOffset(log, diverging, fetchOffset);
}

Deno.test("of an epoch that both have, what both have is kept", () => {
  assertEquals(truncated([[1, 0], [2, 20]], { epoch: 1, endOffset: 15 }), 15);
  assertEquals(truncated([[1, 0], [2, 20]], { epoch: 1, endOffset: 25 }), 20);
  assertEquals(truncated([[1, 0]], { epoch: 1, endOffset: 40 }), 30);
});

Deno.test("an epoch that only the leader has: what is of earlier ones is kept, and asked about next", () => {
  assertEquals(truncated([[1, 0], [4, 20]], { epoch: 3, endOffset: 25 }), 20);
  assertEquals(truncated([[1, 0], [4, 20]], { epoch: 3, endOffset: 5 }), 20);
});

Deno.test("without an epoch to compare the leader's offset counts", () => {
  assertEquals(truncated([[4, 10]], { epoch: 3, endOffset: 25 }), 25);
  assertEquals(truncated([[4, 10]], { epoch: -1, endOffset: 25 }), 25);
  assertEquals(truncated([], { epoch: 3, endOffset: 45 }), 30);
});

Deno.test("a leader that knows no end has the follower go on where it was", () => {
  assertEquals(truncated([[1, 0]], { epoch: 1, endOffset: -1 }, 17), 17);
});
