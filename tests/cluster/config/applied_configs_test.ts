import { assertEquals } from "@std/assert";
import {
  clampDynamicConfigs,
  sanitizeDynamicConfigs,
} from "../../../cluster/config/applied_configs.ts";
import { texts } from "./broker_properties.ts";

Deno.test("what cannot be is left out, and told", () => {
  const problems: string[] = [];
  const kept = sanitizeDynamicConfigs(
    texts({
      "log.retention.ms": "5",
      "num.io.threads": "many",
      "broker.rack": "r1",
      "ssl.key.password": "hush",
      "cordoned.log.dirs": "*",
    }),
    false,
    problems,
  );
  assertEquals(kept, texts({ "log.retention.ms": "5" }));
  assertEquals(problems, [
    "Dynamic default cluster config will be ignored: Invalid value many for configuration num.io.threads: " +
    "Not a number of type INT",
    "Non-dynamic configs will be ignored: broker.rack",
    "Security configs can be dynamically updated only using listener prefix, base configs will be ignored: " +
    "ssl.key.password",
    "Per-broker configs defined at default cluster level will be ignored: cordoned.log.dirs",
  ]);
});

Deno.test("what has no effect is kept, and told", () => {
  const problems: string[] = [];
  const kept = sanitizeDynamicConfigs(
    texts({ "no.such.config": "1", "num.io.threads": "9", "config.providers": "env" }),
    true,
    problems,
  );
  assertEquals(kept.size, 3);
  assertEquals(problems.length, 3);
});

Deno.test("a setting of groups is brought within its bounds", () => {
  const problems: string[] = [];
  const properties = texts({
    "group.consumer.assignment.interval.ms": "20000",
    "group.share.assignment.interval.ms": "5",
    "group.share.min.assignment.interval.ms": "10",
    "group.streams.assignment.interval.ms": "7",
  });
  clampDynamicConfigs(properties, problems);
  assertEquals(properties.get("group.consumer.assignment.interval.ms"), "15000");
  assertEquals(properties.get("group.share.assignment.interval.ms"), "10");
  assertEquals(properties.get("group.streams.assignment.interval.ms"), "7");
  assertEquals(problems.length, 2);
});
