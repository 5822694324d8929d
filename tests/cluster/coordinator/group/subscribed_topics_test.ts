import { assert, assertEquals } from "@std/assert";
import { subscribedTopics } from "../../../../cluster/coordinator/group/subscribed_topics.ts";
import { bytes, subscriptionOf } from "../../../support/group_harness.ts";
import { SeededRandom } from "../../../support/manual_env.ts";

Deno.test("the topics of all subscriptions are told, each once", () => {
  assertEquals(
    subscribedTopics([subscriptionOf("a", "b"), subscriptionOf("b", "c"), subscriptionOf()]),
    new Set(["a", "b", "c"]),
  );
});

Deno.test("a subscription of any version begins as the first one does", () => {
  const future = subscriptionOf("a");
  future[1] = 77;
  assertEquals(subscribedTopics([future]), new Set(["a"]));
});

Deno.test("when one cannot be read, nothing is known", () => {
  for (
    const damaged of [bytes(""), bytes("x"), subscriptionOf("a").subarray(0, 5), bytes("xxxxxxxxx")]
  ) {
    assertEquals(subscribedTopics([subscriptionOf("a"), damaged]), undefined);
  }
});

Deno.test("whatever members tell, nothing is thrown at them", () => {
  const random = new SeededRandom(3);
  let known = 0;
  for (let i = 0; i < 3000; i++) {
    const subscription = subscriptionOf("topic", "other").slice();
    subscription[random.below(subscription.length)] = random.below(256);
    if (subscribedTopics([subscription, random.bytes(random.below(20))]) !== undefined) known++;
    if (subscribedTopics([subscription]) !== undefined) known++;
  }
  assert(known > 100, `${known} known`);
});
