import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  comparePartitions,
  compareReplicas,
  compareTexts,
  duplicates,
  parseExecutablePlan,
  parseReassignmentPlan,
  parseTopicsToMove,
  reassignmentPlanText,
  replicaMap,
} from "../../../client/cli/reassignment_json.ts";

const plan = (...partitions: unknown[]) => JSON.stringify({ version: 1, partitions });
const part = (partition: number, replicas: unknown, log_dirs?: unknown) => (
  { topic: "foo", partition, replicas, ...(log_dirs === undefined ? {} : { log_dirs }) }
);

Deno.test("a plan has replicas of partitions, and directories of those that are to have one", () => {
  const { partitions, logDirs } = parseReassignmentPlan(
    plan(part(1, [2, 3], ["any", "/d"]), part(0, [4])),
  );
  assertEquals(partitions, [
    [{ topic: "foo", partition: 1 }, [2, 3]],
    [{ topic: "foo", partition: 0 }, [4]],
  ]);
  assertEquals([...logDirs], [[{ topic: "foo", partition: 1, brokerId: 3 }, "/d"]]);
});

Deno.test("a plan that is written is the one that is read, in order", () => {
  const text = plan(part(0, [4], ["any"]), part(1, [2, 3], ["any", "/d"]));
  const { partitions, logDirs } = parseReassignmentPlan(text);
  assertEquals(reassignmentPlanText([...partitions].reverse(), logDirs), text);
  assertEquals(reassignmentPlanText([], replicaMap()), '{"version":1,"partitions":[]}');
});

Deno.test("files that say what cannot be are refused in Kafka's words", () => {
  const plans: readonly (readonly [string, string])[] = [
    ["{}", "Partition reassignment list cannot be empty"],
    ['{"version":2}', "Not supported version field value 2"],
    ['{"version":"1"}', 'Expected `Integer` value, received "1"'],
    ["[1]", "Expected JSON object, received [1]"],
    ['{"partitions":{}}', "Expected JSON array, received {}"],
    [plan(part(0, [])), "Partition replica list cannot be empty"],
    [plan(part(0, 1)), "Expected `JSON array` value, received 1"],
    [plan(part(0, ["1"])), 'Expected `Integer` value, received "1"'],
    [plan({ topic: "foo" }), "No such field exists: `partition`"],
    [
      plan(part(0, [0, 1], ["any"])),
      "Size of replicas list [0, 1] is different from size of log dirs list [any] for partition foo-0",
    ],
    [
      plan(part(0, [1]), part(1, [1]), part(0, [2])),
      "Partition reassignment contains duplicate topic partitions: foo-0",
    ],
    [
      plan(part(0, [1, 1, 2, 2, 1]), part(1, [3, 3])),
      "Partition replica lists may not contain duplicate entries: foo-0 contains multiple entries for 1,2. " +
      "foo-1 contains multiple entries for 3",
    ],
  ];
  for (const [text, message] of plans) {
    assertEquals(assertThrows(() => parseExecutablePlan(text), JavaException).message, message);
  }
  assertThrows(() => parseReassignmentPlan("not json"), JavaException);
  const topics: readonly (readonly [string, string])[] = [
    ["not json", "The input string is not a valid JSON"],
    ['{"topics":[{"topic":"a"},{"topic":"a"}]}', "duplicate entries: [a]"],
    ['{"topics":["a"]}', 'Expected JSON object, received "a"'],
    ['{"version":3}', "Not supported version field value 3"],
  ];
  for (const [text, message] of topics) {
    assertThrows(() => parseTopicsToMove(text), JavaException, message);
  }
  assertEquals(parseTopicsToMove('{"topics":[{"topic":"b"},{"topic":"a"}]}'), ["b", "a"]);
  assertEquals(parseTopicsToMove("{}"), []);
});

Deno.test("partitions are in the order of topics, replicas in that of brokers", () => {
  const at = (topic: string, partition: number) => ({ topic, partition });
  assertEquals([at("b", 0), at("a", 10), at("a", 9)].sort(comparePartitions), [
    at("a", 9),
    at("a", 10),
    at("b", 0),
  ]);
  assertEquals(compareReplicas({ ...at("b", 0), brokerId: 1 }, { ...at("a", 0), brokerId: 2 }), -1);
  assertEquals([compareTexts("a", "b"), compareTexts("b", "a"), compareTexts("a", "a")], [
    -1,
    1,
    0,
  ]);
  assertEquals(duplicates([3, 1, 3, 2, 1, 3]), [3, 1]);
});
