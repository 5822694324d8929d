import { assertEquals } from "@std/assert";
import { ReplicaFetcherManager } from "../../../cluster/replication/replica_fetcher_manager.ts";
import { topicIdOf } from "../../support/replicas.ts";

function open(fetchers = 1) {
  const events: string[] = [];
  const size = { fetchers };
  const manager = new ReplicaFetcherManager({
    numFetchers: () => size.fetchers,
    newFetcher: (leader, id) => {
      const name = `${leader}/${id}`;
      events.push(`new ${name}`);
      return {
        add: ({ partition }, { currentLeaderEpoch }) =>
          events.push(`${name} +${partition} in ${currentLeaderEpoch}`),
        remove: ({ partition }) => events.push(`${name} -${partition}`),
        shutdown: () => {
          events.push(`end ${name}`);
          return Promise.resolve();
        },
      };
    },
  });
  const follow = (partition: number, leader: number, currentLeaderEpoch = 1) =>
    manager.follow({ topic: "t", partition }, {
      topicId: topicIdOf("t"),
      leader,
      currentLeaderEpoch,
    });
  const told = () => events.splice(0);
  return { manager, follow, told, size };
}

Deno.test("a partition is copied from its leader, and from no other", () => {
  const { manager, follow, told } = open();
  follow(0, 2);
  follow(1, 2);
  assertEquals(told(), ["new 2/0", "2/0 +0 in 1", "2/0 +1 in 1"]);
  follow(0, 3, 2);
  assertEquals(told(), ["new 3/0", "2/0 -0", "3/0 +0 in 2"]);
  assertEquals([...manager.counts], [[2, 1], [3, 1]]);
});

Deno.test("a fetcher that has nothing to copy any more is ended", () => {
  const { manager, follow, told } = open();
  follow(0, 2);
  follow(0, 2, 2);
  told();
  manager.stop({ topic: "t", partition: 0 });
  manager.stop({ topic: "t", partition: 0 });
  assertEquals([told(), [...manager.counts]], [["2/0 -0", "end 2/0"], []]);
});

Deno.test("partitions are spread over fetchers as Kafka spreads them, and anew when there are more", () => {
  const { manager, follow, told, size } = open(2);
  for (const partition of [0, 1, 2]) follow(partition, 2);
  // Java's hash of "t" is 116: 31 * 116 + partition.
  assertEquals(told(), [
    "new 2/0",
    "2/0 +0 in 1",
    "new 2/1",
    "2/1 +1 in 1",
    "2/0 +2 in 1",
  ]);
  size.fetchers = 1;
  manager.resize();
  assertEquals(told(), ["2/0 +0 in 1", "2/1 -1", "end 2/1", "2/0 +1 in 1", "2/0 +2 in 1"]);
});

Deno.test("names with large hashes have a fetcher as well", () => {
  const { manager, told } = open(5);
  const topic = "a-topic-with-a-long-name";
  manager.follow({ topic, partition: 3 }, { topicId: "", leader: 2, currentLeaderEpoch: 0 });
  const [id] = /\d$/.exec(told()[0]!)!;
  let hash = 0n;
  for (const letter of topic) hash = BigInt.asIntN(32, hash * 31n + BigInt(letter.charCodeAt(0)));
  hash = BigInt.asIntN(32, hash * 31n + 3n) & 0x7fff_ffffn;
  assertEquals(id, String(hash % 5n));
});

Deno.test("the shutdown ends all, and lets none begin", async () => {
  const { manager, follow, told } = open();
  follow(0, 2);
  follow(1, 3);
  told();
  await manager.shutdown();
  follow(2, 2);
  manager.stop({ topic: "t", partition: 0 });
  assertEquals(told(), ["end 2/0", "end 3/0"]);
});
