import { assert, assertEquals } from "@std/assert";
import { CONFIGS_OPTIONS, topicConfigNames } from "../../../client/cli/configs_options.ts";

Deno.test("the configs of topics are listed without those that are internal, or ours", () => {
  const names = topicConfigNames();
  assertEquals([names.length, names[0], names.at(-1)], [
    33,
    "cleanup.policy",
    "unclean.leader.election.enable",
  ]);
  assert(!names.includes("internal.segment.bytes"));
  const addConfig = CONFIGS_OPTIONS.find(({ name }) => name === "add-config")!;
  assert(names.every((name) => addConfig.description.includes(`\t${name}\n`)));
});
