import { assert, assertEquals } from "@std/assert";
import { BROKER_CONFIGS } from "../../../cluster/config/broker_configs.ts";
import { topicConfigStatus } from "../../../cluster/config/topic_config_status.ts";
import { TOPIC_CONFIGS } from "../../../storage/log/config/topic_configs.ts";
import { EFFECT_TESTS } from "./config_effects.ts";

const TESTS = new URL("../../", import.meta.url);

/** What can be changed while a broker runs has a test that does so; these are the exceptions. */
const NOT_WHILE_RUNNING: readonly string[] = [
  // A change is told to have its effect with the next start.
  "config.providers",
];

const brokerConfigs = [...BROKER_CONFIGS.values()].filter(({ status }) => status.kind === "works");
const working = [
  ...brokerConfigs.map(({ name }) => name),
  ...TOPIC_CONFIGS.filter(({ name }) => topicConfigStatus(name).kind === "works")
    .map(({ name }) => `topic ${name}`),
];

function testsOf(config: string) {
  return EFFECT_TESTS.filter(({ configs }) => configs.includes(config));
}

Deno.test("each config that works has a test that shows what it does", () => {
  assertEquals(working.filter((config) => testsOf(config).length === 0), []);
});

Deno.test("no config has such a test that does not work", () => {
  const shown = EFFECT_TESTS.flatMap(({ configs }) => configs);
  assertEquals(shown.filter((config) => !working.includes(config)), []);
});

Deno.test("the tests that show what configs do are there", async () => {
  const texts = new Map<string, string>();
  for (const { file, name } of EFFECT_TESTS) {
    if (!texts.has(file)) texts.set(file, await Deno.readTextFile(new URL(file, TESTS)));
    assert(texts.get(file)!.includes(`Deno.test("${name}"`), `${file}: ${name}`);
  }
});

Deno.test("a config that can be changed while a broker runs is shown on one that runs", () => {
  const still = brokerConfigs
    .filter(({ name, updateMode }) =>
      updateMode !== "read-only" && !NOT_WHILE_RUNNING.includes(name) &&
      !testsOf(name).some((test) => /\b(running|run)\b/.test(test.name))
    )
    .map(({ name }) => name);
  assertEquals(still, []);
});
