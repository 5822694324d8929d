import { assertEquals } from "@std/assert";
import { topicConfigStatus } from "../../../cluster/config/topic_config_status.ts";
import { TOPIC_CONFIGS } from "../../../storage/log/config/topic_configs.ts";

Deno.test("a topic's config waits for what its default among the broker's waits for", () => {
  const waiting = TOPIC_CONFIGS.map(({ name }) => [name, topicConfigStatus(name)] as const)
    .filter(([, { kind }]) => kind !== "works")
    .map(([name, { kind, reason }]) => `${name} ${kind} ${reason}`);
  assertEquals(waiting, [
    "local.retention.bytes waits tiered storage",
    "local.retention.ms waits tiered storage",
    "remote.log.copy.disable waits tiered storage",
    "remote.log.delete.on.disable waits tiered storage",
    "remote.storage.enable waits tiered storage",
  ]);
});

Deno.test("a name that is no topic's config is nobody's business here", () => {
  assertEquals(topicConfigStatus("no.such.config").kind, "works");
});
