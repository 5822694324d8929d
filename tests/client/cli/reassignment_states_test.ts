import { assertEquals, assertRejects } from "@std/assert";
import type { Admin } from "../../../client/cli/admin_session.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { replicaMap } from "../../../client/cli/reassignment_json.ts";
import {
  findReassignmentStates,
  reassignmentStateText,
} from "../../../client/cli/reassignment_states.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";

const foo = (partition: number) => ({ topic: "foo", partition });

/** Of `foo`, partition 0 is on brokers 1 and 2, partition 1 is on its way. */
const admin = {
  listPartitionReassignments: () =>
    Promise.resolve(
      new TopicPartitionMap([
        [foo(1), { replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }],
      ]),
    ),
  describeTopics: () =>
    Promise.resolve({
      get: (topic: string) => {
        if (topic !== "foo") throw new KafkaError("UNKNOWN_TOPIC_OR_PARTITION");
        return { partitions: [{ replicas: [{ id: 1 }, { id: 2 }] }, { replicas: [] }] };
      },
    }),
} as unknown as Admin;

const plan = (...partitions: (readonly [ReturnType<typeof foo>, number[]])[]) => (
  { partitions, logDirs: replicaMap<string>() }
);

Deno.test("a partition is where it is to be, elsewhere, on its way, or nowhere", async () => {
  const { states, isAnyUnderWay } = await findReassignmentStates(
    admin,
    plan([{ topic: "gone", partition: 0 }, [1]], [foo(1), [2]], [foo(0), [2, 1]], [foo(7), [1]]),
  );
  assertEquals(isAnyUnderWay, true);
  assertEquals(states.map(([key, state]) => reassignmentStateText(key, state)), [
    "There is no active reassignment of partition foo-0, but replica set is 1,2 rather than 2,1.",
    "Reassignment of partition foo-1 is still in progress.",
    "There is no active reassignment of partition foo-7, but replica set is  rather than 1.",
    "There is no active reassignment of partition gone-0, but replica set is  rather than 1.",
  ]);
  const [[key, state]] = (await findReassignmentStates(admin, plan([foo(0), [1, 2]]))).states as [
    [ReturnType<typeof foo>, typeof states[0][1]],
  ];
  assertEquals(reassignmentStateText(key, state), "Reassignment of partition foo-0 is completed.");
});

Deno.test("the partition behind the last one is out of bounds, as in Kafka", async () => {
  await assertRejects(
    () => findReassignmentStates(admin, plan([foo(2), [1]])),
    JavaException,
    "Index 2 out of bounds for length 2",
  );
});
