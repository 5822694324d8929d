import { assert, assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { connectionSetupTimeout } from "../../../cluster/server/connection_setup_timeout.ts";

/** The times after 0 to 3 failures, where chance gives the middle. */
function timeouts(properties: Readonly<Record<string, string>> = {}): number[] {
  const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
  const timeout = connectionSetupTimeout(config, {
    next: () => 0.5,
    bytes: (length) => new Uint8Array(length),
  });
  return [0, 1, 2, 3].map(timeout);
}

Deno.test("connecting may take longer the more often it has failed, up to a limit", () => {
  assertEquals(timeouts(), [10_000, 20_000, 30_000, 30_000]);
  const short = { "socket.connection.setup.timeout.ms": "100" };
  assertEquals(timeouts(short), [100, 200, 400, 800]);
  const bounded = timeouts({ ...short, "socket.connection.setup.timeout.max.ms": "50" });
  assert(bounded.every((ms) => ms === 50), `${bounded}`);
});
