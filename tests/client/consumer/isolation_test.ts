import { assertEquals } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import { ConsumerWorld, take, tp, values } from "../../support/consumer_world.ts";

function producerOf(world: ConsumerWorld, transactionalId: string): Producer {
  return new Producer({
    bootstrapServers: world.broker.bootstrapServers,
    transport: world.transport,
    transactionalId,
    lingerMs: 0,
  });
}

Deno.test("records of aborted transactions are seen by read_uncommitted alone", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await using producer = producerOf(world, "x");
  await producer.initTransactions();
  for (const [value, commits] of [["a", true], ["b", false], ["c", true], ["d", false]] as const) {
    producer.beginTransaction();
    await producer.send({ topic: "t", value });
    await (commits ? producer.commitTransaction() : producer.abortTransaction());
  }
  await world.write(tp("t"), ["e"]);
  const uncommitted = world.consumer({ isolationLevel: "read_uncommitted" });
  uncommitted.assign([tp("t")]);
  assertEquals(values(await take(uncommitted, 5)), ["a", "b", "c", "d", "e"]);
  const committed = world.consumer({ isolationLevel: "read_committed", maxPollRecords: 1 });
  committed.assign([tp("t")]);
  assertEquals(values(await take(committed, 3)), ["a", "c", "e"]);
  assertEquals(await committed.position(tp("t")), 9);
});

Deno.test("records of a transaction that is open hold read_committed back, as do the ends that it is told", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await using producer = producerOf(world, "x");
  await producer.initTransactions();
  producer.beginTransaction();
  await producer.send({ topic: "t", value: "open" });
  await world.write(tp("t"), ["behind"]);
  const committed = world.consumer({ isolationLevel: "read_committed" });
  committed.assign([tp("t")]);
  assertEquals((await committed.poll(30)).count, 0);
  assertEquals((await committed.endOffsets([tp("t")])).get(tp("t")), 0);
  assertEquals(committed.currentLag(tp("t")), 0);
  const uncommitted = world.consumer({ isolationLevel: "read_uncommitted" });
  uncommitted.assign([tp("t")]);
  assertEquals(values(await take(uncommitted, 2)), ["open", "behind"]);
  assertEquals((await uncommitted.endOffsets([tp("t")])).get(tp("t")), 2);
  await producer.commitTransaction();
  assertEquals(values(await take(committed, 2)), ["open", "behind"]);
});
