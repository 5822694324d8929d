import { assertEquals } from "@std/assert";
import type { ThrottlingQuotaExceededError } from "../../../client/admin/quota_violations.ts";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { deleteTopics } from "../../../client/protocol/messages/delete_topics.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const exceeded = errorCode("THROTTLING_QUOTA_EXCEEDED");

Deno.test("topics that a quota holds back are tried again, and no others", async () => {
  await using nodes = await ScriptedNodes.start(1);
  let asked = 0;
  nodes.on(createTopics, ({ topics }) => {
    const isFirst = asked++ === 0;
    return {
      throttleTimeMs: isFirst ? 5 : 0,
      topics: topics.map(({ name }) => ({
        name,
        errorCode: isFirst && name === "b" ? exceeded : 0,
      })),
    };
  });
  await using admin = scriptedAdmin(nodes);
  (await admin.createTopics([{ name: "a" }, { name: "b" }])).all();
  const names = nodes.of(createTopics).map(({ request }) => request.topics.map(({ name }) => name));
  assertEquals(names, [["a", "b"], ["b"]]);
});

Deno.test("who wants it is told of the quota at once, with the time to wait", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(deleteTopics, () => ({
    throttleTimeMs: 500,
    responses: [{ name: "a", errorCode: exceeded, errorMessage: "slowly" }],
  }));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.deleteTopics(["a"], { retryOnQuotaViolation: false });
  const error = results.error("a") as ThrottlingQuotaExceededError;
  assertEquals([error.code, error.throttleTimeMs, error.message], [
    "THROTTLING_QUOTA_EXCEEDED",
    500,
    "slowly",
  ]);
});

Deno.test("who runs out of time is told of the quota, and how long it still holds", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(deleteTopics, () => ({
    throttleTimeMs: 10_000,
    responses: [{ name: "a", errorCode: exceeded }],
  }));
  await using admin = scriptedAdmin(nodes);
  const error = (await admin.deleteTopics(["a"], { timeoutMs: 20 })).error("a");
  const { throttleTimeMs } = error as ThrottlingQuotaExceededError;
  assertEquals(throttleTimeMs > 9000 && throttleTimeMs <= 9985, true, `${throttleTimeMs}`);
});

Deno.test("a topic that the answer lacks has failed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(deleteTopics, () => ({ responses: [] }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(
    (await admin.deleteTopics(["a"])).error("a")?.message,
    "The controller response did not contain a result for topic a",
  );
});
