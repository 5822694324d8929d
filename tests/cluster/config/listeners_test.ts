import { assertEquals, assertThrows } from "@std/assert";
import {
  normalisedListenerName,
  parseEndpoints,
  parsePairs,
  securityProtocol,
  securityProtocolMap,
} from "../../../cluster/config/listeners.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

const protocols = new Map([["A", "PLAINTEXT"], ["B", "PLAINTEXT"], ["C", "PLAINTEXT"]] as const);
const parse = (...entries: string[]) => parseEndpoints(entries, protocols, true);

Deno.test("a listener has a name in capitals, a host and a port", () => {
  assertEquals(parse("a://host-1.example:9092", "B://[::1]:9093", "C://:0"), [
    { listenerName: "A", host: "host-1.example", port: 9092, securityProtocol: "PLAINTEXT" },
    { listenerName: "B", host: "::1", port: 9093, securityProtocol: "PLAINTEXT" },
    { listenerName: "C", host: "", port: 0, securityProtocol: "PLAINTEXT" },
  ]);
});

Deno.test("a listener that is none is refused in Kafka's words", () => {
  const refused = (entries: string[], reason: string) =>
    assertThrows(
      () => parse(...entries),
      InvalidConfigError,
      `Error creating broker listeners from '[${entries.join(", ")}]': ${reason}`,
    );
  refused(["host:9092"], "Unable to parse host:9092 to a broker endpoint");
  refused(["A://host"], "Unable to parse A://host to a broker endpoint");
  refused(["D://host:1"], "No security protocol defined for listener D");
  refused(["A://host:65536"], "Port must be between 0 and 65535");
  refused(
    ["A://host:1", "a://host:2"],
    "Each listener must have a different name, listeners: [A://host:1, a://host:2]",
  );
  refused(
    ["A://host:1", "B://other:1"],
    "Each listener must have a different port, listeners: [A://host:1, B://other:1]",
  );
});

Deno.test("one port goes to an address of each version of IP, and to no third one", () => {
  assertEquals(parse("A://127.0.0.1:1", "B://[::1]:1").length, 2);
  assertThrows(
    () => parse("A://127.0.0.1:1", "B://127.0.0.2:1"),
    InvalidConfigError,
    "If you have two listeners on the same port then one needs to be IPv4 and the other IPv6",
  );
  assertThrows(
    () => parse("A://127.0.0.1:1", "B://[::1]:1", "C://127.0.0.3:1"),
    InvalidConfigError,
    "unless exactly one listener has an IPv4 address and the other IPv6 address",
  );
  assertThrows(
    () => parse("A://127.0.0.1:1", "B://[::1]:1", "C://host:1"),
    InvalidConfigError,
    "one needs to be IPv4 and the other IPv6",
  );
});

Deno.test("advertised listeners may share a port", () => {
  assertEquals(parseEndpoints(["A://one:1", "B://two:1"], protocols, false).length, 2);
});

Deno.test("pairs are split at their last colon", () => {
  assertEquals(
    parsePairs("the.config", "a:1 , ::1:2"),
    new Map([["a", "1"], ["::1", "2"]]),
  );
  assertEquals(parsePairs("the.config", "").size, 0);
  assertThrows(
    () => parsePairs("the.config", "a"),
    InvalidConfigError,
    "Error parsing configuration property 'the.config'",
  );
});

Deno.test("names and protocols are taken in any case", () => {
  assertEquals(normalisedListenerName("internal"), "INTERNAL");
  assertEquals(securityProtocol("sasl_ssl", "the.config"), "SASL_SSL");
  assertThrows(
    () => securityProtocol("TLS", "the.config"),
    InvalidConfigError,
    "Invalid security protocol `TLS` defined in the.config",
  );
  assertThrows(
    () => normalisedListenerName(" "),
    InvalidConfigError,
    "The provided listener name is null or empty string",
  );
});

Deno.test("controllers' listeners are plaintext when nothing is said and nothing is secured", () => {
  const input = {
    map: "PLAINTEXT:PLAINTEXT,SSL:SSL",
    isMapSet: false,
    controllerListenerNames: ["CONTROLLER"],
    listeners: ["PLAINTEXT://:1", "CONTROLLER://:2"],
  };
  assertEquals(securityProtocolMap(input).get("CONTROLLER"), "PLAINTEXT");
  assertEquals(securityProtocolMap({ ...input, isMapSet: true }).get("CONTROLLER"), undefined);
  const secured = { ...input, listeners: ["SSL://:1", "CONTROLLER://:2"] };
  assertEquals(securityProtocolMap(secured).get("CONTROLLER"), undefined);
  assertThrows(
    () => securityProtocolMap({ ...input, listeners: ["nothing"] }),
    InvalidConfigError,
    "Unable to parse a listener name from nothing",
  );
});
