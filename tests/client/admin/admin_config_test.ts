import { assertEquals } from "@std/assert";
import { ADMIN_CONFIGS, ADMIN_CONFIGS_WITHOUT_EFFECT } from "../../../client/admin/admin_config.ts";

Deno.test("the configs have Kafka's names and defaults", () => {
  const defaults = Object.fromEntries(
    Object.entries(ADMIN_CONFIGS).map(([name, row]) => [name, row.default]),
  );
  assertEquals(defaults["bootstrap.servers"], "");
  assertEquals(defaults["bootstrap.controllers"], "");
  assertEquals(defaults["connections.max.idle.ms"], "300000");
  assertEquals(defaults["default.api.timeout.ms"], "60000");
  assertEquals(defaults["request.timeout.ms"], "30000");
  assertEquals(defaults["retries"], "2147483647");
  assertEquals(defaults["receive.buffer.bytes"], "65536");
  assertEquals("client.rack" in defaults, false);
});

Deno.test("configs without effect say so", () => {
  const docs = Object.values(ADMIN_CONFIGS_WITHOUT_EFFECT).map(({ doc }) => doc);
  assertEquals(docs.every((doc) => doc.startsWith("Has no effect.")), true);
});
