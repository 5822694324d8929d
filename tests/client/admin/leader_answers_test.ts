import { assertEquals } from "@std/assert";
import { leaderAnswer } from "../../../client/admin/leader_answers.ts";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";

const p = (partition: number) => ({ topic: "t", partition });
const told = (...errors: ErrorName[]) => [{
  name: "t",
  partitions: errors.map((error, partitionIndex) => (
    { partitionIndex, errorCode: errorCode(error), offset: partitionIndex * 10 }
  )),
}];
const rules = { moved: ["NOT_LEADER_OR_FOLLOWER"] } as const;
const answer = (asked: number[], ...errors: ErrorName[]) =>
  leaderAnswer(4, asked.map(p), told(...errors), rules, ({ offset }) => offset);

Deno.test("values, errors, moves and what passes are told apart", () => {
  const { completed, failed, moved } = answer(
    [0, 1, 2, 3],
    "NONE",
    "NOT_LEADER_OR_FOLLOWER",
    "KAFKA_STORAGE_ERROR",
    "TOPIC_AUTHORIZATION_FAILED",
  );
  assertEquals(completed, [[p(0), 0]]);
  assertEquals(moved, [p(1)]);
  assertEquals(failed?.map(([key]) => key), [p(3)]);
});

Deno.test("a partition that the answer lacks has failed, and one that nobody asked for is passed over", () => {
  const { completed, failed } = answer([0, 5], "NONE", "NONE");
  assertEquals(completed, [[p(0), 0]]);
  assertEquals(failed?.map(([key, { message }]) => [key, message]), [
    [p(5), "The response from broker 4 did not contain a result for topic partition t-5"],
  ]);
});
