import { assertEquals } from "@std/assert";
import { BrokerHeartbeats } from "../../../cluster/controller/broker_heartbeats.ts";
import { ManualClock } from "../../support/manual_env.ts";
import { TestController } from "./controller_support.ts";

/** What was heard of brokers 1 to 3, whose epochs are 101 to 103, in the hands of node 1. */
function heard(): {
  clock: ManualClock;
  heartbeats: BrokerHeartbeats;
  image: TestController["image"];
} {
  const clock = new ManualClock();
  const heartbeats = new BrokerHeartbeats(clock, () => 9000);
  const { image } = new TestController({ brokers: { 1: {}, 2: {}, 3: { fenced: true } } });
  heartbeats.begin(image.cluster, 50, 1);
  return { clock, heartbeats, image };
}

const run = (brokerId: number, brokerEpoch = 100 + brokerId) => ({ brokerId, brokerEpoch });

Deno.test("at first those have a session that are not fenced, but for the controller's own broker", () => {
  const { heartbeats } = heard();
  assertEquals([1, 2, 3].map((id) => heartbeats.hasSession(run(id))), [false, true, false]);
  assertEquals(heartbeats.hasSession(run(2, 99)), false, "of another run");
  heartbeats.end();
  assertEquals([heartbeats.hasSession(run(2)), heartbeats.nextExpiryMs()], [false, undefined]);
});

Deno.test("a session ends when nothing is heard, the oldest first", async () => {
  const { clock, heartbeats } = heard();
  await clock.advance(1000);
  heartbeats.touch(3, 103);
  assertEquals([heartbeats.nextExpiryMs(), heartbeats.takeExpired()], [8000, undefined]);
  await clock.advance(8000);
  assertEquals(heartbeats.hasSession(run(2)), false);
  assertEquals([heartbeats.takeExpired(), heartbeats.takeExpired()], [run(2), undefined]);
  assertEquals(heartbeats.nextExpiryMs(), 1000);
  await clock.advance(5000);
  assertEquals(heartbeats.nextExpiryMs(), 0);
  assertEquals([heartbeats.takeExpired(), heartbeats.nextExpiryMs()], [run(3), undefined]);
});

Deno.test("a new run begins without a session, and the same run goes on with its own", () => {
  const { heartbeats, image } = heard();
  heartbeats.followed(2, 60);
  heartbeats.registered(2, 102, 70);
  assertEquals([heartbeats.hasSession(run(2)), heartbeats.isCaughtUp(2, 69)], [true, false]);
  heartbeats.registered(2, 80, 80);
  assertEquals(heartbeats.hasSession(run(2, 80)), false);
  heartbeats.touch(2, 102);
  assertEquals(heartbeats.hasSession(run(2, 102)), false, "the last run is not heard any more");
  heartbeats.removed(2);
  heartbeats.touch(2, 80);
  assertEquals(heartbeats.hasSession(run(2, 80)), false);
  assertEquals(image.cluster.brokers.size, 3);
});

Deno.test("after a change of controllers a broker has to follow as far as the new one knows", () => {
  const { heartbeats } = heard();
  assertEquals([49, 50].map((offset) => heartbeats.isCaughtUp(3, offset)), [false, true]);
});

Deno.test("a broker may stop when all that are up have followed as far as it began to", () => {
  const { heartbeats, image } = heard();
  heartbeats.followed(1, 100);
  heartbeats.followed(2, 99);
  heartbeats.stopping(1, 100);
  heartbeats.stopping(1, 500);
  assertEquals([heartbeats.isStopping(1), heartbeats.mayStop(1, image.cluster)], [true, false]);
  heartbeats.followed(2, 100);
  assertEquals(heartbeats.mayStop(1, image.cluster), true, "those that are fenced do not count");
  heartbeats.fenced(1);
  assertEquals(heartbeats.isStopping(1), false);
});

Deno.test("the end of a connection shortens a session, and lengthens none", async () => {
  const clock = new ManualClock();
  const heartbeats = new BrokerHeartbeats(clock, () => 9000);
  const run = { brokerId: 1, brokerEpoch: 11 };
  heartbeats.registered(1, 11, 0);
  assertEquals(heartbeats.disconnected(run), undefined);
  heartbeats.touch(1, 11);
  assertEquals(heartbeats.disconnected({ brokerId: 1, brokerEpoch: 10 }), undefined);
  await clock.advance(6500);
  assertEquals([heartbeats.disconnected(run), heartbeats.nextExpiryMs()], [undefined, 2500]);
  heartbeats.touch(1, 11);
  assertEquals([heartbeats.disconnected(run), heartbeats.nextExpiryMs()], [3000, 3000]);
});
