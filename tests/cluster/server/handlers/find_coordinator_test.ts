import { assertEquals } from "@std/assert";
import { encodeResponse } from "../../../../client/protocol/framing.ts";
import {
  findCoordinator,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
} from "../../../../client/protocol/messages/find_coordinator.ts";
import { findCoordinatorHandler } from "../../../../cluster/server/handlers/find_coordinator.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { imageOf, type TestPartitions } from "../../../support/metadata_image.ts";
import { requestContext } from "../../../support/replicas.ts";

const GROUP = 0, TRANSACTION = 1, SHARE = 2;

function find(
  topics: Readonly<Record<string, TestPartitions>>,
  request: Partial<FindCoordinatorRequest>,
  version = 6,
) {
  const created: string[] = [];
  const handler = findCoordinatorHandler({
    image: () => imageOf({ brokers: [{ brokerId: 1 }, { brokerId: 2, fenced: true }], topics }),
    autoCreate: (names) => created.push(...names),
  });
  const answer = handler.handle(
    { key: "", keyType: GROUP, coordinatorKeys: [], ...request },
    requestContext(version),
  );
  return { answer, created };
}

Deno.test("the coordinator of a key is the leader of its partition, each key by itself", () => {
  // "a" is in partition 1, "b" in partition 0.
  const topics = { __consumer_offsets: [{ leader: 2, replicas: [2] }, {}] };
  const { answer } = find(topics, { coordinatorKeys: ["a", "b"] });
  assertEquals(answer, {
    coordinators: [
      { key: "a", nodeId: 1, host: "host1", port: 9092, errorCode: 0, errorMessage: "" },
      // Its leader can not be spoken to.
      { key: "b", nodeId: -1, host: "", port: -1, errorCode: 15, errorMessage: "" },
    ],
  });
});

Deno.test("a topic that is missing is made, and the client comes again", () => {
  const { answer, created } = find({}, { key: "t", keyType: TRANSACTION }, 3);
  assertEquals(created, ["__transaction_state"]);
  assertEquals(answer, {
    errorCode: 15,
    errorMessage: "The coordinator is not available.",
    nodeId: -1,
    host: "",
    port: -1,
  });
});

Deno.test("old versions ask for one key", () => {
  const { answer } = find({ __consumer_offsets: [{}] }, { key: "a" }, 2);
  assertEquals(answer, {
    errorCode: 0,
    errorMessage: "NONE",
    nodeId: 1,
    host: "host1",
    port: 9092,
  });
});

Deno.test("there are no coordinators of other kinds", () => {
  for (const keyType of [SHARE, 3, -1]) {
    const { answer, created } = find({}, { keyType, coordinatorKeys: ["a:b:0"] });
    assertEquals([
      created,
      (answer as { coordinators: { errorCode: number }[] }).coordinators[0]!.errorCode,
    ], [[], 42]);
  }
});

Deno.test("an error fits into the answer of every version", () => {
  const { onError } = findCoordinatorHandler({ image: () => imageOf({}), autoCreate() {} });
  const request = { key: "a", keyType: 0, coordinatorKeys: ["a"] };
  for (let version = 0; version <= 6; version++) {
    const answer = onError(request, "INVALID_REQUEST", undefined, version);
    encodeResponse(findCoordinator, version, 0, answer as Draft<FindCoordinatorResponse>);
    assertEquals(
      version < 4,
      (answer as Draft<FindCoordinatorResponse>).coordinators === undefined,
    );
  }
});
