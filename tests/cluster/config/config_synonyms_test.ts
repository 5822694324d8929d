import { assert, assertEquals } from "@std/assert";
import {
  brokerConfigType,
  brokerSynonyms,
  configTypeId,
  isSensitive,
} from "../../../cluster/config/config_synonyms.ts";
import { onlyNode, texts } from "./broker_properties.ts";

Deno.test("layers come in their order, in each the synonyms in theirs", () => {
  const config = onlyNode({ "log.retention.minutes": "2" });
  config.applyDynamic(
    texts({ "log.retention.ms": "1" }),
    texts({ "log.retention.ms": "3" }),
  );
  assertEquals(brokerSynonyms(config, "log.retention.ms", false), [
    { name: "log.retention.ms", value: "1", source: 2 },
    { name: "log.retention.ms", value: "3", source: 3 },
    { name: "log.retention.minutes", value: "2", source: 4 },
    { name: "log.retention.hours", value: "168", source: 5 },
  ]);
});

Deno.test("what goes before the config itself is left out", () => {
  const config = onlyNode();
  assertEquals(brokerSynonyms(config, "log.retention.ms", false), []);
  assertEquals(brokerSynonyms(config, "log.retention.hours", false), [
    { name: "log.retention.hours", value: "168", source: 5 },
  ]);
  config.applyDynamic(texts({ "log.retention.ms": "1" }), texts({}));
  assertEquals(brokerSynonyms(config, "log.retention.hours", false), [
    { name: "log.retention.hours", value: "168", source: 5 },
  ]);
});

Deno.test("a secret has no value, anywhere", () => {
  const config = onlyNode({ "ssl.key.password": "hush" });
  assertEquals(brokerSynonyms(config, "ssl.key.password", true), [
    { name: "ssl.key.password", value: null, source: 4 },
  ]);
});

Deno.test("types are told by Kafka's numbers", () => {
  assertEquals(brokerConfigType("listener.name.a.ssl.key.password"), "password");
  assertEquals(brokerConfigType("no.such.config"), undefined);
  assert(isSensitive("password") && isSensitive(undefined) && !isSensitive("string"));
  assertEquals(
    ([
      ...["boolean", "string", "int", "short", "long", "double", "list", "class", "password"],
      undefined,
    ] as const).map((type) => configTypeId(type as Parameters<typeof configTypeId>[0])),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 0],
  );
});
