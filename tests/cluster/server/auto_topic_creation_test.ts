import { assertEquals } from "@std/assert";
import { autoTopicCreation } from "../../../cluster/server/auto_topic_creation.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("topics that are asked for are made once, and meanwhile unknown; bad names are told at once", async () => {
  const env = manualEnv();
  const context = clusterOf(brokerRecord(1));
  let requests = 0;
  const controller = {
    // deno-lint-ignore no-explicit-any
    submit: async (decide: any) => {
      requests++;
      await Promise.resolve();
      return apply(context, decide(context, 0));
    },
  };
  // deno-lint-ignore no-explicit-any
  const create = autoTopicCreation(env, controller as any, { int: () => 1 });
  assertEquals([...create(["a", ".."])], [
    ["a", "UNKNOWN_TOPIC_OR_PARTITION"],
    ["..", "INVALID_TOPIC_EXCEPTION"],
  ]);
  create(["a"]);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assertEquals([requests, [...context.image.topics.byName.keys()]], [1, ["a"]]);
});

Deno.test("a controller that fails is a line in the log, and the next one who asks tries again", async () => {
  const env = manualEnv();
  let requests = 0;
  const controller = {
    submit: () => {
      requests++;
      return Promise.reject(new Error("away"));
    },
  };
  // deno-lint-ignore no-explicit-any
  const create = autoTopicCreation(env, controller as any, { int: () => 1 });
  for (let round = 0; round < 2; round++) {
    create(["a"]);
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }
  assertEquals([requests, env.logger.lines.length], [2, 2]);
});
