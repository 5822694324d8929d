import { assertEquals, assertThrows } from "@std/assert";
import {
  controlRecordText,
  parseControlRecord,
} from "../../../../storage/cli/decoders/control_record_text.ts";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { oneRecord } from "../cli_support.ts";

function record(key: string, value: string) {
  return oneRecord(Uint8Array.fromHex(key), Uint8Array.fromHex(value));
}

Deno.test("markers and KRaft control records have their own text", () => {
  const texts: [string, string, string][] = [
    ["00000000", "000000000007", "endTxnMarker: ABORT coordinatorEpoch: 7"],
    ["00000001", "000000000064", "endTxnMarker: COMMIT coordinatorEpoch: 100"],
    [
      "00000002",
      "000000000001" + "01" + "01" + "00",
      'LeaderChange: {"version":0,"leaderId":1,"voters":[],"grantingVoters":[]}',
    ],
    [
      "00000003",
      "0000" + "0000000000002710" + "00",
      'SnapshotHeader {"version":0,"lastContainedLogTimestamp":10000}',
    ],
    ["00000004", "000000", 'SnapshotFooter {"version":0}'],
    ["00000005", "0000000100", 'KRaftVersion {"version":0,"kRaftVersion":1}'],
    ["00000006", "00000100", 'KRaftVoters {"version":0,"voters":[]}'],
    ["00000063", "", "controlType: UNKNOWN(99)"],
    ["0000ffff", "", "controlType: UNKNOWN(-1)"],
  ];
  for (const [key, value, text] of texts) {
    assertEquals(controlRecordText(record(key, value)), text);
  }
});

Deno.test("voters that say they are of version 1 show the fields of it", () => {
  const { data } = parseControlRecord(
    record("00000002", "0001" + "00000001" + "02" + "00000005" + "00" + "01" + "00"),
  );
  assertEquals(data, {
    version: 1,
    leaderId: 1,
    voters: [{ voterId: 5, voterDirectoryId: "AAAAAAAAAAAAAAAAAAAAAA" }],
    grantingVoters: [],
  });
});

Deno.test("broken control records are refused", () => {
  for (
    const [key, value] of [["0000", ""], ["ffff0001", ""], ["00000001", "00"], [
      "00000001",
      "ffff00000000",
    ]]
  ) {
    assertThrows(() => parseControlRecord(record(key!, value!)), CorruptRecordError);
  }
});
