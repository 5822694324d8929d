import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import {
  checkFrameSize,
  encodeRequest,
  encodeResponse,
  FRAME_SIZE_BYTES,
  FrameReader,
} from "../../../client/protocol/framing.ts";
import { decodeRequestHeader, decodeResponseHeader } from "../../../client/protocol/headers.ts";
import { apiVersions } from "../../../client/protocol/messages/api_versions.ts";
import { heartbeat } from "../../../client/protocol/messages/heartbeat.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { decode } from "../../../storage/message/message_codec.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function frame(...bytes: number[]): Uint8Array {
  return Uint8Array.of(0, 0, 0, bytes.length, ...bytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("frames in one piece are views on it", () => {
  const chunk = joined([frame(1, 2), frame(), frame(3)]);
  const frames = new FrameReader(100).push(chunk);
  assertEquals(frames, [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]);
  assert(frames.every((each) => each.buffer === chunk.buffer));
});

Deno.test("frames come out the same however the bytes are cut", () => {
  const random = new SeededRandom(11);
  for (let run = 0; run < 300; run++) {
    const contents = Array.from(
      { length: 1 + random.below(6) },
      () => random.bytes(random.below(20)),
    );
    const stream = joined(contents.map((content) => frame(...content)));
    const reader = new FrameReader(20);
    const frames: Uint8Array[] = [];
    for (let at = 0; at < stream.length;) {
      const length = 1 + random.below(9);
      frames.push(...reader.push(stream.slice(at, at + length)));
      at += length;
    }
    assertEquals(frames, contents);
    assertEquals(reader.held, 0);
  }
});

Deno.test("no more is held than has come, whatever the size says", () => {
  const reader = new FrameReader(0x7fff_ffff);
  assertEquals(reader.push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff)), []);
  assertEquals(reader.held, 4);
  reader.push(new Uint8Array(10));
  assertEquals(reader.held, 14);
});

Deno.test("sizes below zero or above the limit are refused, also when they come in pieces", () => {
  const texts: [number[], string][] = [
    [[0xff, 0xff, 0xff, 0xff], "Invalid receive (size = -1)"],
    [[0, 0, 0, 101], "Invalid receive (size = 101 larger than 100)"],
    [[0x47, 0x45, 0x54, 0x20], "Invalid receive (size = 1195725856 larger than 100)"],
  ];
  for (const [bytes, text] of texts) {
    assertThrows(() => new FrameReader(100).push(Uint8Array.from(bytes)), ProtocolError, text);
    const reader = new FrameReader(100);
    reader.push(Uint8Array.from(bytes.slice(0, 3)));
    assertThrows(() => reader.push(Uint8Array.from(bytes.slice(3))), ProtocolError, text);
  }
  assertEquals(new FrameReader(100).push(frame(...new Uint8Array(100))).length, 1);
  checkFrameSize(0, 0);
});

Deno.test("a request is its size, its header and its message", () => {
  const header = { correlationId: 9, clientId: "c" };
  for (const version of [0, 3, 4]) {
    const bytes = encodeRequest(heartbeat, version, header, { groupId: "g", generationId: 3 });
    const [content] = new FrameReader(1000).push(bytes);
    const { bodyAt, ...read } = decodeRequestHeader(content!);
    assertEquals(read, { ...header, requestApiKey: 12, requestApiVersion: version });
    assertEquals(decode(heartbeat.request, version, content!, bodyAt).generationId, 3);
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
