import { assertEquals, assertThrows } from "@std/assert";
import { validateReconfiguration } from "../../../cluster/config/reconfiguration.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { ONLY_NODE, parse, type Texts } from "./broker_properties.ts";

const change = (more: Texts) =>
  validateReconfiguration(parse(ONLY_NODE).values, parse({ ...ONLY_NODE, ...more }).values);

const refused = (more: Texts, message: string) => {
  const { message: told } = assertThrows(() => change(more), InvalidConfigError);
  assertEquals(
    told,
    `Invalid value org.apache.kafka.common.config.ConfigException: ${message} ` +
      "for configuration Invalid dynamic configuration",
  );
};

Deno.test("threads double or halve at most", () => {
  for (const threads of ["4", "8", "16"]) change({ "num.io.threads": threads });
  refused(
    { "num.io.threads": "100" },
    "Dynamic thread count update validation failed for num.io.threads=100, value should not be greater than double " +
      "the current value 8",
  );
  refused(
    { "background.threads": "4" },
    "Dynamic thread count update validation failed for background.threads=4, value should be at least half the " +
      "current value 10",
  );
  refused(
    { "num.network.threads": "7" },
    "Dynamic thread count update validation failed for num.network.threads=7, value should not be greater than " +
      "double the current value 3",
  );
});

Deno.test("cleaners double or halve at most, and there is one", () => {
  change({ "log.cleaner.threads": "2" });
  refused({ "log.cleaner.threads": "0" }, "Log cleaner threads should be at least 1");
  refused(
    { "log.cleaner.threads": "3" },
    "Log cleaner threads cannot be increased to more than double the current value 1",
  );
});

Deno.test("what stays on the local disk is a part of what is kept", () => {
  refused(
    { "log.local.retention.ms": "-1" },
    "Invalid value -1 for configuration log.local.retention.ms: Value must not be -1 as log.retention.ms value is " +
      "set as 604800000.",
  );
  refused(
    { "log.retention.bytes": "10", "log.local.retention.bytes": "11" },
    "Invalid value 11 for configuration log.local.retention.bytes: Value must not be more than log.retention.bytes " +
      "property value: 10",
  );
  change({ "log.retention.ms": "-1", "log.local.retention.ms": "5" });
});

Deno.test("listeners may be added, and get another address with the next start", () => {
  change({
    "listeners": "PLAINTEXT://localhost:9999,EXTERNAL://localhost:9998",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,EXTERNAL:PLAINTEXT",
  });
  refused(
    {
      "listeners": "PLAINTEXT://localhost:9092,EXTERNAL://localhost:9998",
      "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,EXTERNAL:PLAINTEXT",
      "listener.name.plaintext.connections.max.reauth.ms": "5",
    },
    "Configs cannot be updated dynamically for existing listener ListenerName(PLAINTEXT), " +
      "restart broker or create a new listener for update",
  );
});

Deno.test("a listener that is advertised stays, and none changes how it is secured", () => {
  refused(
    { "listener.security.protocol.map": "PLAINTEXT:SSL" },
    "Security protocol cannot be updated for existing listener ListenerName(PLAINTEXT)",
  );
  refused(
    { "listeners": "SSL://localhost:9092" },
    "Advertised listeners 'Set(ListenerName(PLAINTEXT))' must be a subset of listeners 'Set(ListenerName(SSL))'",
  );
});

Deno.test("a listener takes connections", () => {
  change({ "listener.name.plaintext.max.connections": "1" });
  refused({ "listener.name.plaintext.max.connections": "0" }, "Invalid max.connections 0");
});

Deno.test("only log directories that there are can be cordoned", () => {
  change({ "cordoned.log.dirs": "./data" });
  refused(
    { "cordoned.log.dirs": "/x" },
    "Invalid value [/x] for configuration cordoned.log.dirs: Invalid entry in cordoned.log.dirs: /x. All cordoned " +
      "log dirs must be entries of log.dirs or log.dir.",
  );
});
