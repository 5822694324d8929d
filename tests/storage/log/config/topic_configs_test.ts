import { assert, assertEquals } from "@std/assert";
import { parseLogConfig, TOPIC_CONFIGS } from "../../../../storage/log/config/log_config.ts";
import { topicConfig } from "../../../../storage/log/config/topic_configs.ts";

Deno.test("the table has every config that a Kafka 4.3 broker lists, with its default and synonyms", async () => {
  const text = await Deno.readTextFile(
    new URL("../../../fixtures/cli/topic-configs.txt", import.meta.url),
  );
  const listed = new Set<string>();
  for (const line of text.split("\n")) {
    const match = /^ {2}(\S+?)=(.*) sensitive=false synonyms=\{(.*)\}$/.exec(line);
    if (match === null) continue;
    const [, name, value, synonyms] = match;
    const definition = topicConfig(name!);
    assert(definition !== undefined, `missing: ${name}`);
    assertEquals(definition.defaultValue, value, name);
    const shown = /DEFAULT_CONFIG:(\S+?)=/g;
    for (const synonym of synonyms!.matchAll(shown)) {
      assert(
        definition.brokerSynonyms.some((known) => known.name === synonym[1]),
        `${name}: ${synonym[1]}`,
      );
    }
    listed.add(name!);
  }
  assertEquals(
    TOPIC_CONFIGS.filter((definition) => !definition.internal && !definition.seglog)
      .map((definition) => definition.name),
    [...listed].sort(),
  );
});

Deno.test("every config is documented, and its default is a valid value of it", () => {
  for (const definition of TOPIC_CONFIGS) {
    assert(definition.documentation.length > 20, definition.name);
    if (definition.defaultValue !== undefined) {
      parseLogConfig({ [definition.name]: definition.defaultValue });
    }
  }
});

Deno.test("the server default property is the first synonym, and absent for configs of topics alone", () => {
  assertEquals(
    topicConfig("file.delete.delay.ms")!.brokerSynonyms[0]!.name,
    "log.segment.delete.delay.ms",
  );
  assertEquals(topicConfig("remote.storage.enable")!.brokerSynonyms, []);
});
