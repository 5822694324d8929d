import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { adminSettings } from "../../../client/admin/admin_settings.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const servers = { bootstrapServers: "a:1,b:2" };

Deno.test("a client without a name gets one", () => {
  const logger = new CollectingLogger();
  assertMatch(adminSettings(servers, logger).config.string("client.id")!, /^adminclient-\d+$/);
  assertEquals(
    adminSettings({ ...servers, clientId: "tool" }, logger).config.string("client.id"),
    "tool",
  );
});

Deno.test("a client goes to brokers or to controllers, and not to both", () => {
  const logger = new CollectingLogger();
  const brokers = adminSettings(servers, logger);
  assertEquals([brokers.usesControllers, brokers.bootstrap.length], [false, 2]);
  const controllers = adminSettings({ "bootstrap.controllers": "c:3" }, logger);
  assertEquals([controllers.usesControllers, controllers.bootstrap[0]?.host], [true, "c"]);
  assertThrows(
    () => adminSettings({ ...servers, "bootstrap.controllers": "c:3" }, logger),
    InvalidConfigError,
    "You cannot set both bootstrap.servers and bootstrap.controllers",
  );
  assertThrows(
    () => adminSettings({}, logger),
    InvalidConfigError,
    "You must set either bootstrap.servers or bootstrap.controllers",
  );
});

Deno.test("a call has at least the time of one answer", () => {
  const logger = new CollectingLogger();
  const settings = adminSettings({ ...servers, requestTimeoutMs: 90_000 }, logger);
  assertEquals([settings.requestTimeoutMs, settings.defaultApiTimeoutMs], [90_000, 90_000]);
  assertEquals(logger.matching("default.api.timeout.ms", "warn").length, 1);
  assertThrows(
    () => adminSettings({ ...servers, defaultApiTimeoutMs: 1 }, logger),
    InvalidConfigError,
    "must be no smaller than the value of request.timeout.ms",
  );
});

Deno.test("a config without effect is warned of", () => {
  const logger = new CollectingLogger();
  adminSettings({ ...servers, "metric.reporters": "x.Y" }, logger);
  assertEquals(logger.matching("no effect", "warn").length, 1);
});
