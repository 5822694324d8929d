import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from "../../../../client/consumer/assignors/consumer_protocol.ts";
import { ProtocolError } from "../../../../storage/message/protocol_error.ts";
import { tp } from "../../../support/consumer_world.ts";

const hex = (bytes: Uint8Array) => bytes.toHex();

Deno.test("a subscription is told in version 3", () => {
  const subscription = {
    topics: ["a"],
    userData: null,
    ownedPartitions: [tp("a", 1), tp("a", 2)],
    generationId: 5,
    rackId: "r",
    groupInstanceId: null,
  };
  const bytes = encodeSubscription(subscription);
  assertEquals(
    hex(bytes),
    "0003" + "00000001" + "000161" + "ffffffff" + // version, topics, user data
      "00000001" + "000161" + "00000002" + "00000001" + "00000002" + "00000005" + "000172",
  );
  const { groupInstanceId: _, ...told } = subscription;
  assertEquals(decodeSubscription(bytes), told);
});

Deno.test("older and later subscriptions are read as far as they are known", () => {
  const first = Uint8Array.fromHex("0000" + "00000001" + "000161" + "00000001" + "2a");
  assertEquals(decodeSubscription(first), {
    topics: ["a"],
    userData: Uint8Array.of(0x2a),
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
  });
  const later = "0009" + "00000000" + "ffffffff" + "00000000" + "00000001" + "ffff" + "cafe";
  assertEquals(decodeSubscription(Uint8Array.fromHex(later)).generationId, 1);
});

Deno.test("an assignment goes there and back", () => {
  const assignment = {
    partitions: [tp("a", 1), tp("b"), tp("a", 2)],
    userData: Uint8Array.of(1),
  };
  const bytes = encodeAssignment(assignment);
  assertEquals(
    hex(bytes),
    "0003" + "00000002" + "000161" + "00000002" + "00000001" + "00000002" +
      "000162" + "00000001" + "00000000" + "00000001" + "01",
  );
  assertEquals(decodeAssignment(bytes).partitions, [tp("a", 1), tp("a", 2), tp("b")]);
});

Deno.test("bytes that are none are refused", () => {
  assertThrows(() => decodeAssignment(new Uint8Array(1)), ProtocolError, "Buffer underflow");
  assertThrows(() => decodeAssignment(Uint8Array.fromHex("ffff")), ProtocolError, "version: -1");
  assertThrows(() => decodeSubscription(Uint8Array.fromHex("00030000ffff")), ProtocolError);
});
