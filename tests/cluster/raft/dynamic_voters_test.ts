import { assertEquals, assertThrows } from "@std/assert";
import {
  dynamicVoterSet,
  parseDynamicVoter,
  parseDynamicVoters,
} from "../../../cluster/raft/dynamic_voters.ts";
import { DIRECTORY_ID as D } from "./raft_support.ts";

Deno.test("a voter is id, host, port and directory", () => {
  assertEquals(parseDynamicVoter(` 1@host:9093:${D} `), {
    nodeId: 1,
    host: "host",
    port: 9093,
    directoryId: D,
  });
  assertEquals(parseDynamicVoter(`2@[::1]:0:${D}`).host, "::1");
});

Deno.test("what is wrong is told in Kafka's words", () => {
  const cases: [string, string][] = [
    ["1", "No @ found in dynamic voter string."],
    ["@h", "Invalid @ at beginning of dynamic voter string."],
    ["x@h", "Failed to parse node id in dynamic voter string."],
    ["-1@h", "Invalid negative node id -1 in dynamic voter string."],
    ["1@", "No hostname found after node id."],
    ["1@[::1", "Hostname began with left bracket, but no right bracket was found."],
    ["1@h", "No colon following hostname could be found."],
    ["1@[::1]x", "Port section must start with a colon."],
    ["1@h:9", "No colon following port could be found."],
    ["1@h:x:y", "Failed to parse port in dynamic voter string."],
    ["1@h:65536:y", "Invalid port 65536 in dynamic voter string."],
    ["1@h:1:y", "Failed to parse directory ID in dynamic voter string."],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => parseDynamicVoter(text), RangeError, undefined, text);
    assertEquals(error.message, message, text);
  }
  assertThrows(() => parseDynamicVoters(" ,"), RangeError, "No voters given.");
  const twice = `1@a:1:${D},1@b:1:${D}`;
  assertThrows(
    () => parseDynamicVoters(twice),
    RangeError,
    "Node id 1 was specified more than once.",
  );
});

Deno.test("several voters make the set of the first snapshot", () => {
  const set = dynamicVoterSet(parseDynamicVoters(`2@b:2:${D},1@a:1:${D}`), "controller");
  assertEquals(set.toString(), `1@a:1:${D},2@b:2:${D}`);
  assertEquals(set.get(1)!.endpoints, [{ name: "CONTROLLER", host: "a", port: 1 }]);
  assertEquals(set.supports(1), true);
});
