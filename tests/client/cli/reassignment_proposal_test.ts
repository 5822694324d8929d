import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  parseBrokerList,
  proposedReplicas,
  replicaIds,
  replicasOfTopics,
  usableBrokers,
} from "../../../client/cli/reassignment_proposal.ts";
import { AdminResults, type Outcome } from "../../../client/admin/admin_results.ts";
import { KeyMap } from "../../../client/admin/key_map.ts";
import type { TopicDescription } from "../../../client/admin/topic_description.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const node = (id: number, rack: string | null = null) => (
  { id, host: "localhost", port: 9092, rack, isFenced: false }
);

Deno.test("a list of brokers has numbers, each once", () => {
  assertEquals(parseBrokerList("0,2,1"), [0, 2, 1]);
  assertThrows(() => parseBrokerList("0,x"), JavaException, 'For input string: "x"');
  assertThrows(() => parseBrokerList(""), JavaException, 'For input string: ""');
  assertThrows(
    () => parseBrokerList("3,1,3"),
    JavaException,
    "Broker list contains duplicate entries: [3]",
  );
});

Deno.test("topics are where they are described to be", async () => {
  const outcomes = new KeyMap<string, Outcome<TopicDescription>>(String, [
    ["foo", {
      value: {
        name: "foo",
        topicId: "",
        isInternal: false,
        partitions: [{
          ...{ partition: 0, leader: null, replicas: [node(2), node(1)] },
          ...{ isr: [], elr: null, lastKnownElr: null },
        }],
      },
    }],
    ["gone", { error: new KafkaError("UNKNOWN_TOPIC_OR_PARTITION") }],
    ["secret", { error: new KafkaError("TOPIC_AUTHORIZATION_FAILED", "no") }],
  ]);
  const describeTopics = () => Promise.resolve(new AdminResults(outcomes));
  const admin = { describeTopics } as Partial<Admin> as Admin;
  const found = replicaIds(await replicasOfTopics(admin, ["foo"]));
  assertEquals([...found], [[{ topic: "foo", partition: 0 }, [2, 1]]]);
  await assertRejects(
    () => replicasOfTopics(admin, ["foo", "gone"]),
    JavaException,
    "UnknownTopicOrPartitionException: Topic gone not found.",
  );
  await assertRejects(() => replicasOfTopics(admin, ["secret"]), JavaException, "Authorization");
});

Deno.test("racks are told of all brokers or of none, unless they do not count", async () => {
  const nodes = [node(1, "a"), node(2), node(3, "b")];
  const describeCluster = () => Promise.resolve({ clusterId: null, controller: null, nodes });
  const admin = { describeCluster } as Partial<Admin> as Admin;
  assertEquals((await usableBrokers(admin, [1, 3, 9], true)).map(({ rack }) => rack), ["a", "b"]);
  assertEquals((await usableBrokers(admin, [1, 2], false)).map(({ rack }) => rack), [null, null]);
  await assertRejects(
    () => usableBrokers(admin, [1, 2], true),
    JavaException,
    "Not all brokers have rack information.",
  );
});

Deno.test("each topic keeps its number of replicas, and racks are kept apart", () => {
  const current = new TopicPartitionMap([
    [{ topic: "a", partition: 0 }, [1, 2]],
    [{ topic: "a", partition: 1 }, [1, 2]],
    [{ topic: "b", partition: 0 }, [9]],
  ]);
  const brokers = [1, 2, 3, 4].map((brokerId) => (
    { brokerId, rack: brokerId % 2 === 0 ? "even" : "odd", fenced: false }
  ));
  const proposed = proposedReplicas(current, brokers, new SeededRandom(1));
  assertEquals([...proposed.keys()], [...current.keys()]);
  for (const [key, replicas] of proposed) {
    assertEquals(replicas.length, current.get(key)!.length);
    assertEquals(new Set(replicas.map((id) => id % 2)).size, replicas.length);
  }
});
