import { assertEquals } from "@std/assert";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import type { ControllerChannel } from "../../../cluster/server/controller_channel.ts";
import { autoTopicCreation } from "../../../cluster/server/auto_topic_creation.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** A controller that answers when it is told to. */
function open() {
  const env = manualEnv();
  const asked: string[][] = [];
  const waiting: PromiseWithResolvers<unknown>[] = [];
  const timeouts: number[] = [];
  const send = (_api: unknown, request: { topics: { name: string }[]; timeoutMs: number }) => {
    timeouts.push(request.timeoutMs);
    asked.push(request.topics.map(({ name }) => name));
    waiting.push(Promise.withResolvers());
    return waiting.at(-1)!.promise;
  };
  const channel = { send: send as unknown as ControllerChannel["send"] };
  const int = (name: string) => name === "request.timeout.ms" ? 1234 : 1;
  const settled = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return {
    ...{ env, asked, timeouts, create: autoTopicCreation(env, channel, { int }) },
    async answer(code = 0) {
      const topics = asked.at(-1)!.map((name) => ({ name, errorCode: code, errorMessage: null }));
      waiting.at(-1)!.resolve({ topics });
      await settled();
    },
    async fail() {
      waiting.at(-1)!.reject(new Error("away"));
      await settled();
    },
  };
}

Deno.test("topics that are asked for are made once, and meanwhile unknown; bad names are told at once", async () => {
  const { create, asked, answer } = open();
  assertEquals([...create(["a", ".."])], [
    ["a", "UNKNOWN_TOPIC_OR_PARTITION"],
    ["..", "INVALID_TOPIC_EXCEPTION"],
  ]);
  create(["a"]);
  assertEquals(asked, [["a"]]);
  await answer();
  create(["a"]);
  assertEquals(asked, [["a"], ["a"]]);
});

Deno.test("what is asked for while the controller is at it goes into the next request, all at once", async () => {
  const { create, asked, answer } = open();
  create(["a"]);
  create(["b"]);
  create(["c", "a", "b"]);
  assertEquals(asked, [["a"]]);
  await answer();
  assertEquals(asked, [["a"], ["b", "c"]]);
  await answer();
  assertEquals(asked.length, 2);
});

Deno.test("request.timeout.ms: the controller has so long to make a topic that somebody asks for", () => {
  const { create, timeouts } = open();
  create(["a"]);
  assertEquals(timeouts, [1234]);
});

Deno.test("a controller that fails or refuses is a line in the log, and the next one who asks tries again", async () => {
  const { create, asked, answer, fail, env } = open();
  create(["a"]);
  await fail();
  create(["a"]);
  await answer(errorCode("INVALID_REPLICATION_FACTOR"));
  assertEquals(asked, [["a"], ["a"]]);
  assertEquals(env.logger.lines.map(({ fields }) => fields.topic ?? fields.names), [["a"], "a"]);
  assertEquals(
    env.logger.lines[1]!.fields.reason,
    "Replication factor is below 1 or larger than the number of available brokers.",
  );
});
