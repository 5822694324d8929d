import { assertEquals } from "@std/assert";
import { coordinatorError, joinedAnswers } from "../../../client/admin/coordinator_lookup.ts";
import {
  errorCode,
  type ErrorName,
  type KafkaError,
} from "../../../client/protocol/error_codes.ts";
import { deleteGroups } from "../../../client/protocol/messages/delete_groups.ts";
import { describeTransactions } from "../../../client/protocol/messages/describe_transactions.ts";
import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

async function scripted(): Promise<ScriptedNodes> {
  const nodes = await ScriptedNodes.start(1, 2);
  nodes.on(deleteGroups, ({ groupsNames }) => ({
    results: groupsNames.map((groupId) => ({ groupId, errorCode: 0 })),
  }));
  return nodes;
}

Deno.test("coordinators of several groups are looked up at once", async () => {
  await using nodes = await scripted();
  await using admin = scriptedAdmin(nodes);
  (await admin.deleteConsumerGroups(["a", "b"])).all();
  assertEquals(nodes.of(findCoordinator).map(({ request }) => request.coordinatorKeys), [[
    "a",
    "b",
  ]]);
});

Deno.test("a broker that knows no batches is asked one by one, without waits between", async () => {
  await using nodes = await scripted();
  nodes.highest.set("FindCoordinator", 3);
  await using admin = scriptedAdmin(nodes, { retryBackoffMs: 5000, retryBackoffMaxMs: 5000 });
  (await admin.deleteConsumerGroups(["a", "b"])).all();
  assertEquals(nodes.of(findCoordinator).map(({ request }) => request.key).toSorted(), ["a", "b"]);
});

Deno.test("a coordinator that is not there yet is looked up again", async () => {
  await using nodes = await scripted();
  const found = (key: string, error: ErrorName) => ({
    coordinators: [{ key, nodeId: 1, host: "", port: 0, errorCode: errorCode(error) }],
  });
  nodes.inTurn(
    findCoordinator,
    () => found("a", "COORDINATOR_NOT_AVAILABLE"),
    () => found("a", "NONE"),
  );
  await using admin = scriptedAdmin(nodes);
  (await admin.deleteConsumerGroups(["a"])).all();
  assertEquals(nodes.of(findCoordinator).length, 2);
});

Deno.test("a coordinator that says that it is another is looked up again", async () => {
  await using nodes = await scripted();
  nodes.on(deleteGroups, ({ groupsNames }, { node }) => {
    nodes.coordinator = 2;
    const error = errorCode(node === 2 ? "NONE" : "NOT_COORDINATOR");
    return { results: groupsNames.map((groupId) => ({ groupId, errorCode: error })) };
  });
  await using admin = scriptedAdmin(nodes);
  (await admin.deleteConsumerGroups(["a"])).all();
  assertEquals(nodes.of(deleteGroups).map(({ node }) => node), [1, 2]);
});

Deno.test("a coordinator that is loading is asked again", async () => {
  await using nodes = await scripted();
  const answer = (error: ErrorName) => () => ({
    results: [{ groupId: "a", errorCode: errorCode(error) }],
  });
  nodes.inTurn(deleteGroups, answer("COORDINATOR_LOAD_IN_PROGRESS"), answer("NONE"));
  await using admin = scriptedAdmin(nodes);
  (await admin.deleteConsumerGroups(["a"])).all();
  assertEquals([nodes.of(deleteGroups).length, nodes.of(findCoordinator).length], [2, 1]);
});

Deno.test("a coordinator that is gone is looked up again", async () => {
  await using nodes = await scripted();
  nodes.coordinator = 2;
  await using admin = scriptedAdmin(nodes);
  (await admin.deleteConsumerGroups(["a"])).all();
  nodes.stop(2);
  nodes.coordinator = 1;
  (await admin.deleteConsumerGroups(["a"])).all();
  assertEquals(nodes.of(deleteGroups).map(({ node }) => node), [2, 1]);
});

Deno.test("a lookup says what is wrong with a key", async () => {
  await using nodes = await scripted();
  nodes.on(findCoordinator, ({ coordinatorKeys, keyType }) => ({
    coordinators: coordinatorKeys.map((key) => ({
      key,
      nodeId: -1,
      host: "",
      port: -1,
      errorCode: errorCode(
        key === "odd"
          ? "INVALID_GROUP_ID"
          : keyType === 0
          ? "GROUP_AUTHORIZATION_FAILED"
          : "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
      ),
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const groups = await admin.deleteConsumerGroups(["g", "odd"]);
  assertEquals(
    groups.error("g")?.message,
    "FindCoordinator request for groupId `CoordinatorKey(idValue='g', type=GROUP)` failed due to authorization failure",
  );
  assertEquals(
    groups.error("odd")?.message,
    "FindCoordinator request for key `CoordinatorKey(idValue='odd', type=GROUP)` failed due to an unexpected error",
  );
  const transactions = await admin.describeTransactions(["t"]);
  assertEquals(
    transactions.error("t")?.message,
    "FindCoordinator request for transactionalId `CoordinatorKey(idValue='t', type=TRANSACTION)` failed due to authorization failure",
  );
  assertEquals(nodes.of(describeTransactions), []);
});

Deno.test("errors of coordinators are told apart, and answers are put together", () => {
  assertEquals(coordinatorError("a", "COORDINATOR_LOAD_IN_PROGRESS"), {});
  assertEquals(coordinatorError("a", "NOT_COORDINATOR"), { moved: ["a"] });
  const { failed } = coordinatorError("a", "INVALID_GROUP_ID");
  assertEquals((failed![0]![1] as KafkaError).code, "INVALID_GROUP_ID");
  assertEquals(joinedAnswers([{ completed: [["a", 1]] }, { moved: ["b"] }, {}]), {
    completed: [["a", 1]],
    failed: [],
    moved: ["b"],
  });
});
