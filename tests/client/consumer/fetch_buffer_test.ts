import { assertEquals } from "@std/assert";
import { CompletedFetch } from "../../../client/consumer/completed_fetch.ts";
import { FetchBuffer } from "../../../client/consumer/fetch_buffer.ts";
import type { FetchResponsePartitionData } from "../../../client/protocol/messages/fetch.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import { batchOfRecords, tp } from "../../support/consumer_world.ts";

function fetched(topicPartition: TopicPartition, records: Uint8Array | null = null) {
  return new CompletedFetch(topicPartition, 0, { records } as FetchResponsePartitionData, {
    isolationLevel: "read_uncommitted",
    checkCrcs: false,
    deserializers: {},
  });
}

Deno.test("fetches wait in their order; one is being taken apart", () => {
  const buffer = new FetchBuffer();
  const [a, b, c] = [fetched(tp("a")), fetched(tp("b")), fetched(tp("c"))];
  buffer.add(a, b);
  buffer.add(c);
  assertEquals(buffer.peek(), a);
  buffer.current = buffer.shift();
  assertEquals([...buffer.partitions()], [tp("a"), tp("b"), tp("c")]);
  a.drain();
  assertEquals([...buffer.partitions()], [tp("b"), tp("c")]);
});

Deno.test("what is of other partitions is thrown away", () => {
  const buffer = new FetchBuffer();
  const [a, b] = [fetched(tp("a")), fetched(tp("b"))];
  buffer.current = a;
  buffer.add(b, fetched(tp("c")));
  buffer.retain(({ topic }) => topic === "c");
  assertEquals([...buffer.partitions()], [tp("c")]);
  assertEquals([buffer.current, a.isConsumed, b.isConsumed], [undefined, true, true]);
  buffer.current = fetched(tp("c"));
  buffer.retain(({ topic }) => topic === "c");
  assertEquals(buffer.current?.topicPartition, tp("c"));
});

Deno.test("it goes on behind the one that is being taken apart, until more of that partition is here", () => {
  const buffer = new FetchBuffer();
  const [a, b] = [tp("t"), tp("t", 1)];
  buffer.add(fetched(a, batchOfRecords(["x", "y"])), fetched(b, batchOfRecords(["z"])));
  assertEquals(buffer.ahead, undefined);
  const current = buffer.shift()!;
  buffer.current = current;
  assertEquals(buffer.ahead, { topicPartition: a, offset: 2 });
  buffer.add(fetched(a, batchOfRecords(["w"], { baseOffset: 2 })));
  assertEquals(buffer.ahead, undefined);
  buffer.retain(() => false);
  buffer.current = fetched(a);
  assertEquals(buffer.ahead, undefined);
  buffer.current = current;
  current.drain();
  assertEquals(buffer.ahead, undefined);
});
