import { assertEquals, assertRejects } from "@std/assert";
import { CoordinatorFinder } from "../../client/coordinator_finder.ts";
import { errorCode, type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import {
  findCoordinator,
  type FindCoordinatorRequest,
} from "../../client/protocol/messages/find_coordinator.ts";
import { decode, type Draft, encode } from "../../storage/message/message_codec.ts";

/** A finder, and what it asked. */
function finderOf(version: number, error: () => ErrorName = () => "NONE") {
  const asked: Draft<FindCoordinatorRequest>[] = [];
  const finder = new CoordinatorFinder({
    ask: (draftOf) => {
      asked.push(draftOf(version));
      const where = {
        nodeId: 7,
        host: "h",
        port: 1,
        errorCode: errorCode(error()),
        errorMessage: error() === "NONE" ? null : "why",
      };
      const draft = version < 4 ? where : { coordinators: [{ key: "g", ...where }] };
      const bytes = encode(findCoordinator.response, version, draft);
      return Promise.resolve({
        version,
        response: decode(findCoordinator.response, version, bytes),
      });
    },
    found: ({ id }) => 100 + id,
  });
  return { finder, asked };
}

for (const version of [3, 4]) {
  Deno.test(`a coordinator is asked for once, until it is forgotten: version ${version}`, async () => {
    const { finder, asked } = finderOf(version);
    assertEquals(await Promise.all([finder.find("group", "g"), finder.find("group", "g")]), [
      107,
      107,
    ]);
    assertEquals(await finder.find("group", "g"), 107);
    assertEquals(asked.length, 1);
    assertEquals(
      asked[0],
      version < 4 ? { key: "g", keyType: 0 } : { keyType: 0, coordinatorKeys: ["g"] },
    );
    finder.forget("group", "g");
    await finder.find("group", "g");
    assertEquals(asked.length, 2);
  });
}

Deno.test("a group and a transactional id of the same name have coordinators of their own", async () => {
  const { finder, asked } = finderOf(4);
  await finder.find("group", "g");
  await finder.find("transaction", "g", new AbortController().signal);
  assertEquals(asked.map(({ keyType }) => keyType), [0, 1]);
});

Deno.test("an error is told in the broker's words, and not remembered", async () => {
  let error: ErrorName = "COORDINATOR_NOT_AVAILABLE";
  const { finder } = finderOf(4, () => error);
  const failure = await assertRejects(() => finder.find("group", "g"), KafkaError, "why");
  assertEquals(failure.code, "COORDINATOR_NOT_AVAILABLE");
  error = "NONE";
  assertEquals(await finder.find("group", "g"), 107);
});

Deno.test("an answer that speaks of another key is an error", async () => {
  const { finder } = finderOf(4);
  await assertRejects(() => finder.find("group", "other"), KafkaError, "lacks the coordinator");
});
