import { assertEquals, assertThrows } from "@std/assert";
import {
  CoordinatorParser,
  offsetsParser,
  shareGroupStateParser,
  transactionLogParser,
} from "../../../../storage/cli/decoders/coordinator_decoder.ts";
import { parseSchemas } from "../../../../storage/message/message_schema.ts";
import type { RecordParser } from "../../../../storage/cli/decoders/record_parser.ts";
import { ToolFailure } from "../../../../storage/cli/tool.ts";
import { oneRecord, utf8 } from "../cli_support.ts";

function hex(text: string): string {
  return utf8(text).toHex();
}

/** A string with an int16 in front. */
function s(text: string): string {
  return utf8(text).length.toString(16).padStart(4, "0") + hex(text);
}

/** Bytes with an int32 in front. */
function b(bytes: string): string {
  return (bytes.length / 2).toString(16).padStart(8, "0") + bytes;
}

const int = (n: number) => n.toString(16).padStart(8, "0");

function parse(parser: RecordParser, key: string, value: string | null) {
  const { key: k, value: v } = parser.parse(
    oneRecord(Uint8Array.fromHex(key), value === null ? null : Uint8Array.fromHex(value)),
  );
  return [k, v];
}

const GROUP_KEY = "0003" + s("group");

Deno.test("a record without a key ends the tool", () => {
  for (const parser of [offsetsParser(), transactionLogParser(), shareGroupStateParser()]) {
    assertThrows(
      () => parser.parse(oneRecord(null, null)),
      ToolFailure,
      "Failed to decode message at offset 0 using the specified decoder (message had a missing key)",
    );
  }
});

Deno.test("a group's metadata, and its tombstone", () => {
  const key = '{"type":"3","data":{"groupId":"group"}}';
  assertEquals(parse(offsetsParser(), GROUP_KEY, "0000" + int(10) + "00"), [
    key,
    '{"version":"0","data":{"epoch":10}}',
  ]);
  assertEquals(parse(offsetsParser(), GROUP_KEY, null), [key, "<DELETE>"]);
});

function classicGroup(subscription: string, assignment: string): string {
  const member = s("member") + s("instance") + s("client") + s("host") + int(1000) + int(100) +
    b(subscription) + b(assignment);
  return "0003" + s("consumer") + int(10) + s("range") + s("member") + "ffffffffffffffff" + int(1) +
    member;
}

const MEMBER_HEAD =
  '{"version":"3","data":{"protocolType":"consumer","generation":10,"protocol":"range","leader":"member",' +
  '"currentStateTimestamp":-1,"members":[{"memberId":"member","groupInstanceId":"instance","clientId":"client",' +
  '"clientHost":"host","rebalanceTimeout":1000,"sessionTimeout":100,';

Deno.test("the consumer protocol inside a classic group is decoded where it can be", () => {
  const partitions = int(1) + s("foo") + int(1) + int(0);
  const subscription = "0003" + int(1) + s("foo") + "ffffffff" + partitions + int(0) + s("rack");
  const assignment = "0000" + partitions + "ffffffff";
  assertEquals(
    parse(offsetsParser(), "0002" + s("group"), classicGroup(subscription, assignment)),
    [
      '{"type":"2","data":{"group":"group"}}',
      MEMBER_HEAD +
      '"subscription":{"topics":["foo"],"userData":null,"ownedPartitions":[{"topic":"foo","partitions":[0]}],' +
      '"generationId":0,"rackId":"rack"},"assignment":{"assignedPartitions":[{"topic":"foo","partitions":[0]}],' +
      '"userData":null}}]}}',
    ],
  );
  const opaque = classicGroup(hex("Subscription"), hex("Assignment"));
  assertEquals(
    parse(offsetsParser(), "0002" + s("group"), opaque)[1],
    `${MEMBER_HEAD}"subscription":"U3Vic2NyaXB0aW9u","assignment":"QXNzaWdubWVudA=="}]}}`,
  );
});

Deno.test("an unknown record type, version, and a broken record are told and skipped", () => {
  assertEquals(parse(offsetsParser(), "7fff", ""), [
    "Unknown record type 32767 at offset 0, skipping.",
    undefined,
  ]);
  const error = "Error at offset 0, skipping. ";
  assertEquals(
    parse(offsetsParser(), GROUP_KEY, "0009")[0],
    `${error}Found an unknown record version 9 for 3 type`,
  );
  assertEquals(
    parse(offsetsParser(), GROUP_KEY, "00")[0],
    `${error}Could not read version from value's buffer.`,
  );
  assertEquals(
    parse(offsetsParser(), "00", "")[0],
    `${error}Could not read version from key's buffer.`,
  );
  assertEquals(
    parse(offsetsParser(), "000300ff", "0000")[0],
    `${error}Could not read record with version 3 from key's buffer due to: ` +
      "Error reading byte array of 255 byte(s): only 0 byte(s) available.",
  );
});

Deno.test("the state of a transaction", () => {
  const key = "0000" + s("txnId");
  assertEquals(
    parse(
      transactionLogParser(),
      key,
      "0000" + "000000000000007b" + "0000" + int(0) + "00" + int(0) + "00".repeat(16),
    ),
    [
      '{"type":"0","data":{"transactionalId":"txnId"}}',
      '{"version":"0","data":{"producerId":123,"producerEpoch":0,"transactionTimeoutMs":0,"transactionStatus":0,' +
      '"transactionPartitions":[],"transactionLastUpdateTimestampMs":0,"transactionStartTimestampMs":0}}',
    ],
  );
});

Deno.test("the state of a share group", () => {
  const key = "0001" + s("gs1") + "52".repeat(16) + int(0);
  const value = "0000" + int(0) + int(0) + "00".repeat(8) + "02" + "00".repeat(8) +
    "0000000000000004" + "02" +
    "0001" + "00" + "00";
  assertEquals(parse(shareGroupStateParser(), key, value), [
    '{"type":"1","data":{"groupId":"gs1","topicId":"UlJSUlJSUlJSUlJSUlJSUg","partition":0}}',
    '{"version":"0","data":{"snapshotEpoch":0,"leaderEpoch":0,"startOffset":0,"stateBatches":[{"firstOffset":0,' +
    '"lastOffset":4,"deliveryState":2,"deliveryCount":1}]}}',
  ]);
});

Deno.test("a key without a value schema is of no type", () => {
  const parser = new CoordinatorParser(parseSchemas("@LonelyKey 0 0 flexible none"));
  assertEquals(parse(parser, "0000", "")[0], "Unknown record type 0 at offset 0, skipping.");
});
