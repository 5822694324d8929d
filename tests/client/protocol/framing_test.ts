import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import {
  checkFrameSize,
  encodeRequest,
  encodeResponse,
  FRAME_SIZE_BYTES,
} from "../../../client/protocol/framing.ts";
import { decodeRequestHeader, decodeResponseHeader } from "../../../client/protocol/headers.ts";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import { heartbeat } from "../../../client/protocol/messages/heartbeat.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { decode } from "../../../storage/message/message_codec.ts";

Deno.test("sizes below zero or above the limit are refused", () => {
  const texts: [number, string][] = [
    [-1, "Invalid receive (size = -1)"],
    [101, "Invalid receive (size = 101 larger than 100)"],
    [0x4745_5420, "Invalid receive (size = 1195725856 larger than 100)"],
  ];
  for (const [size, text] of texts) {
    assertThrows(() => checkFrameSize(size, 100), ProtocolError, text);
  }
  checkFrameSize(100, 100);
  checkFrameSize(0, 0);
});

Deno.test("a request is its size, its header and its message", () => {
  const header = { correlationId: 9, clientId: "c" };
  for (const version of [0, 3, 4]) {
    const bytes = encodeRequest(heartbeat, version, header, { groupId: "g", generationId: 3 });
    const content = bytes.subarray(FRAME_SIZE_BYTES);
    assertEquals(new DataView(bytes.buffer).getInt32(0), content.length);
    const { bodyAt, ...read } = decodeRequestHeader(content);
    assertEquals(read, { ...header, requestApiKey: 12, requestApiVersion: version });
    assertEquals(decode(heartbeat.request, version, content, bodyAt).generationId, 3);
  }
});

Deno.test("a response is its size, its header and its message", () => {
  for (const version of [0, 4]) {
    const bytes = encodeResponse(heartbeat, version, 9, { errorCode: 27 });
    const content = bytes.subarray(FRAME_SIZE_BYTES);
    assertEquals(new DataView(bytes.buffer).getInt32(0), content.length);
    const { correlationId, bodyAt } = decodeResponseHeader(version === 4 ? 1 : 0, content);
    assertEquals(correlationId, 9);
    assertEquals(decode(heartbeat.response, version, content, bodyAt).errorCode, 27);
  }
});

Deno.test("the answer to a version of ApiVersions that is too high can be read by any client", () => {
  const body = { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] };
  assertEquals(
    encodeResponse(apiVersions, 0, 1, body).toHex(),
    "00000010" + "00000001" + "0023" + "00000001" + "0012" + "0000" + "0004",
  );
});

Deno.test("the response of ApiVersions never has tagged fields in its header", () => {
  const bytes = encodeResponse(apiVersions, 3, 1, { errorCode: 0 });
  assertEquals(bytes.toHex().slice(8), "00000001" + "0000" + "01" + "00000000" + "00");
});

Deno.test("records are read into the frame of a request", () => {
  let target: Uint8Array | undefined;
  const records = {
    size: 3,
    readInto: (into: Uint8Array, at: number) => {
      target = into;
      into.set([1, 2, 3], at);
      return 3;
    },
  };
  const body = { topicData: [{ name: "t", partitionData: [{ index: 0, records }] }] };
  const bytes = encodeRequest(produce, 9, { correlationId: 1, clientId: null }, body);
  assert(target === bytes);
  const content = bytes.subarray(4);
  const { bodyAt } = decodeRequestHeader(content);
  const { topicData } = decode(produce.request, 9, content, bodyAt);
  assertEquals(topicData[0]!.partitionData[0]!.records, Uint8Array.of(1, 2, 3));
});
