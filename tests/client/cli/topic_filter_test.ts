import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { isInternalTopic, topicFilter } from "../../../client/cli/topic_filter.ts";

Deno.test("a list of patterns includes what any of them matches as a whole", () => {
  const filter = topicFilter(" 'a.*, b' ");
  assertEquals(["a", "abc", "b", "bc", "xa"].map(filter), [true, true, true, false, false]);
  assertThrows(() => topicFilter("("), JavaException, "( is an invalid regex.");
});

Deno.test("Kafka's own topics are known", () => {
  assertEquals(["__consumer_offsets", "orders"].map(isInternalTopic), [true, false]);
});
