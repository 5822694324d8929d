import { assertEquals, assertThrows } from "@std/assert";
import {
  parseBootstrapServers,
  parseVoters,
  quorumBootstrapServers,
  quorumVoters,
} from "../../../cluster/config/quorum_addresses.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

Deno.test("voters are found by their ids", () => {
  assertEquals(
    parseVoters(["1@one:9093", "2@[::1]:9094"]),
    new Map([[1, { host: "one", port: 9093 }], [2, { host: "::1", port: 9094 }]]),
  );
});

Deno.test("a voter that is none is refused in Kafka's words", () => {
  const form = "`{id}@{host}:{port}`.";
  const cases: [string, string][] = [
    [
      "one:9093",
      `Invalid configuration value for controller.quorum.voters. Each entry should be in the form ${form}`,
    ],
    ["a@one:9093", "Failed to parse voter ID as an integer from a"],
    [
      "1@one",
      "Failed to parse host name from entry 1@one for the configuration controller.quorum.voters. " +
      `Each entry should be in the form ${form}`,
    ],
  ];
  for (const [entry, message] of cases) {
    assertThrows(() => quorumVoters.ensureValid("", [entry], ""), InvalidConfigError, message);
  }
});

Deno.test("bootstrap servers are host and port", () => {
  assertEquals(parseBootstrapServers(["one:9093"]), [{ host: "one", port: 9093 }]);
  assertThrows(
    () => quorumBootstrapServers.ensureValid("", ["one"], ""),
    InvalidConfigError,
    "Failed to parse host name from one for the configuration controller.quorum.bootstrap.servers. " +
      'Each entry should be in the form "{host}:{port}"',
  );
});
