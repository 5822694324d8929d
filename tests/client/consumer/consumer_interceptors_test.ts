import { assertEquals } from "@std/assert";
import { ConsumerInterceptors } from "../../../client/consumer/consumer_interceptors.ts";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

Deno.test("each sees what the one before it returned; one that fails is passed over", () => {
  const logger = new CollectingLogger();
  const seen: unknown[] = [];
  const [first, second] = [new ConsumerRecords(), new ConsumerRecords()];
  const interceptors = new ConsumerInterceptors([
    { onConsume: () => second, onCommit: (offsets) => seen.push(offsets.size) },
    {
      onConsume() {
        throw new Error("broken");
      },
    },
    {
      onConsume: (records) => (seen.push(records === second), records),
      close: () => seen.push("end"),
    },
    {},
  ], logger);
  assertEquals(interceptors.onConsume(first) === second, true);
  interceptors.onCommit(new TopicPartitionMap());
  interceptors.close();
  assertEquals(seen, [true, 0, "end"]);
  assertEquals(logger.matching("An interceptor failed", "warn").length, 1);
});
