import { assert, assertEquals } from "@std/assert";
import {
  ConsumerError,
  InvalidOffsetError,
  LogTruncationError,
  NoOffsetForPartitionError,
  OffsetOutOfRangeError,
} from "../../../client/consumer/consumer_errors.ts";

const a0 = { topic: "a", partition: 0 };

Deno.test("errors name their partitions, in Kafka's words", () => {
  const none = new NoOffsetForPartitionError([a0]);
  assert(none instanceof InvalidOffsetError && none instanceof ConsumerError);
  assertEquals([none.name, [...none.partitions]], ["NoOffsetForPartitionError", [a0]]);
  const range = new OffsetOutOfRangeError([[a0, 7]]);
  assertEquals(
    range.message,
    "Offsets out of range with no configured reset policy for partitions: {a-0=7}",
  );
  assertEquals([range.offsets.get(a0), [...range.partitions]], [7, [a0]]);
});

Deno.test("a truncation tells where the logs part, as far as that is known", () => {
  const error = new LogTruncationError([[a0, 7]], [[a0, { offset: 5, leaderEpoch: 1 }]]);
  assert(error instanceof OffsetOutOfRangeError);
  assertEquals(
    error.message,
    "Truncated partitions detected with divergent offsets " +
      "{a-0=OffsetAndMetadata{offset=5, leaderEpoch=1, metadata=''}}",
  );
  assertEquals([error.offsets.get(a0), error.divergentOffsets.get(a0)?.offset], [7, 5]);
});
