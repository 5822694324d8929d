import { assertEquals, assertRejects } from "@std/assert";
import type { OffsetFetcher } from "../../../client/consumer/offset_fetcher.ts";
import {
  beginningOrEndOffsets,
  currentLag,
  offsetsForTimes,
} from "../../../client/consumer/offset_queries.ts";
import { positionAt } from "../../../client/consumer/fetch_position.ts";
import { SubscriptionState } from "../../../client/consumer/subscription_state.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { tp } from "../../support/consumer_world.ts";

const A = tp("a");
const FOUND = { offset: 3, timestamp: 9, leaderEpoch: 1 };

function setUp(answer: [ReturnType<typeof tp>, typeof FOUND | undefined][] | Error = [[A, FOUND]]) {
  const asked: string[] = [];
  let followed = 0;
  const offsets = {
    offsets(timestamps: TopicPartitionMap<number>) {
      asked.push(`${timestamps}`);
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(new TopicPartitionMap(answer));
    },
  } as unknown as OffsetFetcher;
  return { offsets, followTopics: () => followed++, asked, followed: () => followed };
}

Deno.test("times without a record are answered by null", async () => {
  const queries = setUp();
  const found = await offsetsForTimes(queries, [[A, 5], [tp("b"), 6]], { timeoutMs: 1 });
  assertEquals([...found], [[A, FOUND], [tp("b"), null]]);
  assertEquals([queries.asked, queries.followed()], [["{a-0=5, b-0=6}"], 1]);
  await assertRejects(
    () => offsetsForTimes(queries, [[A, -1]], { timeoutMs: 1 }),
    RangeError,
    "The target time for partition a-0 is -1. The target time cannot be negative.",
  );
});

Deno.test("beginnings and ends that nobody knows are left out, and topics are those of before in any case", async () => {
  const queries = setUp([[A, FOUND], [tp("b"), undefined]]);
  const found = await beginningOrEndOffsets(queries, [A, tp("b")], -1, { timeoutMs: 1 });
  assertEquals([...found], [[A, 3]]);
  const failing = setUp(new Error("no"));
  await assertRejects(() => beginningOrEndOffsets(failing, [A], -1, { timeoutMs: 1 }), Error, "no");
  assertEquals(failing.followed(), 1);
});

Deno.test("a lag that is not known is asked for, one request at a time, and failures are nobody's business", async () => {
  const queries = setUp(new Error("no"));
  const subscription = new SubscriptionState({ type: "latest" });
  subscription.assignFromUser([A]);
  const state = subscription.state(A);
  const lag = () => currentLag(queries, subscription, A, "read_uncommitted", 1);
  assertEquals([lag(), lag(), queries.asked.length], [undefined, undefined, 1]);
  while (state.isEndOffsetRequested) await Promise.resolve();
  lag();
  assertEquals(queries.asked.length, 2);
  state.updateHighWatermark(9);
  // The end is known, the position is not.
  assertEquals([lag(), queries.asked.length], [undefined, 2]);
  state.seekValidated(positionAt(4));
  assertEquals(lag(), 5);
});
