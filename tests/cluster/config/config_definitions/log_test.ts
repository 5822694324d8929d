import { assert, assertEquals } from "@std/assert";
import { BROKER_CONFIGS } from "../../../../cluster/config/broker_configs.ts";
import { LOG_CONFIGS } from "../../../../cluster/config/config_definitions/log.ts";
import { CLEANER_CONFIGS } from "../../../../storage/cleaner/cleaner_config.ts";
import { TOPIC_CONFIGS } from "../../../../storage/log/config/topic_configs.ts";
import { LOG_MANAGER_CONFIGS } from "../../../../storage/log_manager/log_manager_config.ts";

const names = LOG_CONFIGS.map(({ name }) => name);

Deno.test("every broker config that the engine takes has a row, once", () => {
  const engine = [
    ...TOPIC_CONFIGS.flatMap(({ brokerSynonyms }) => brokerSynonyms.map(({ name }) => name)),
    ...LOG_MANAGER_CONFIGS.map(({ name }) => name),
    ...CLEANER_CONFIGS.map(({ name }) => name),
  ];
  for (const name of engine) assert(names.includes(name), name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("a broker's config takes the values of the topic's, and says the same", () => {
  for (const { brokerSynonyms, type, defaultValue, validator, documentation } of TOPIC_CONFIGS) {
    const [synonym, ...others] = brokerSynonyms;
    if (synonym === undefined || others.length > 0) continue;
    const broker = BROKER_CONFIGS.get(synonym.name)!;
    assertEquals([broker.type, broker.defaultText], [type, defaultValue ?? null], synonym.name);
    assertEquals(broker.validator, validator);
    assertEquals(broker.documentation, documentation);
  }
});

Deno.test("what Kafka keeps for tests, and what it does not know, is internal", () => {
  const internal = LOG_CONFIGS.filter(({ isInternal }) => isInternal).map(({ name }) => name);
  assertEquals(internal.sort(), [
    "log.initial.task.delay.ms",
    "producer.id.expiration.check.interval.ms",
    "seglog.cleaner.retry.backoff.max.ms",
    "seglog.cleaner.retry.backoff.ms",
  ]);
});
