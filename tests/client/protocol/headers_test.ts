import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../client/protocol/error_codes.ts";
import {
  clientIdBytes,
  decodeRequestHeader,
  decodeResponseHeader,
  requestHeaderSize,
  responseHeaderSize,
  writeRequestHeader,
  writeResponseHeader,
} from "../../../client/protocol/headers.ts";

const header = { requestApiKey: 1, requestApiVersion: 12, correlationId: 7, clientId: "ab" };

function written(headerVersion: 1 | 2, clientId: string | null): Uint8Array {
  const id = clientIdBytes(clientId);
  const bytes = new Uint8Array(requestHeaderSize(headerVersion, id));
  const requestApiVersion = headerVersion === 2 ? 12 : 11;
  const end = writeRequestHeader(
    headerVersion,
    { ...header, clientId, requestApiVersion },
    id,
    bytes,
    0,
  );
  assertEquals(end, bytes.length);
  return bytes;
}

Deno.test("the client id keeps its two bytes of length in flexible headers", () => {
  assertEquals(written(1, "ab").toHex(), "0001" + "000b" + "00000007" + "0002" + "6162");
  assertEquals(written(2, "ab").toHex(), "0001" + "000c" + "00000007" + "0002" + "6162" + "00");
  assertEquals(written(2, null).toHex(), "0001" + "000c" + "00000007" + "ffff" + "00");
});

Deno.test("a request's header is read as it was written", () => {
  for (const clientId of ["ab", "", null, "ключ"]) {
    for (const headerVersion of [1, 2] as const) {
      const bytes = written(headerVersion, clientId);
      assertEquals(decodeRequestHeader(bytes), {
        requestApiKey: 1,
        requestApiVersion: headerVersion === 2 ? 12 : 11,
        correlationId: 7,
        clientId,
        bodyAt: bytes.length,
      });
    }
  }
});

Deno.test("a header is read amid other bytes, and its tagged fields are passed over", () => {
  const bytes = Uint8Array.fromHex("aa" + "0012000300000007ffff" + "02" + "0001ff" + "0500" + "bb");
  const decoded = decodeRequestHeader(bytes, 1, bytes.length);
  assertEquals([decoded.requestApiKey, decoded.bodyAt], [18, bytes.length - 1]);
});

Deno.test("ApiVersions of a version from the future still has a header that can be read", () => {
  const bytes = Uint8Array.fromHex("0012" + "0063" + "00000007" + "0000" + "00" + "dead");
  const { requestApiVersion, correlationId, bodyAt } = decodeRequestHeader(bytes);
  assertEquals([requestApiVersion, correlationId, bodyAt], [99, 7, 11]);
});

Deno.test("an unknown API and headers that are cut are refused", () => {
  assertThrows(
    () => decodeRequestHeader(Uint8Array.fromHex("0007000000000007ffff")),
    ProtocolError,
    "Unknown API key 7",
  );
  for (const headerVersion of [1, 2] as const) {
    const bytes = written(headerVersion, "ab");
    for (let end = 0; end < bytes.length; end++) {
      assertThrows(() => decodeRequestHeader(bytes, 0, end), ProtocolError);
    }
  }
  const endless = Uint8Array.fromHex("0012000300000007ffff" + "ffffffff0f" + "00");
  assertThrows(() => decodeRequestHeader(endless), ProtocolError);
  assertThrows(() => decodeRequestHeader(new Uint8Array(0)), ProtocolError);
});

Deno.test("a client id that does not fit is refused", () => {
  assertThrows(() => clientIdBytes("x".repeat(0x8000)), ProtocolError, "32768");
});

Deno.test("a response's header is read as it was written", () => {
  for (const headerVersion of [0, 1] as const) {
    const bytes = new Uint8Array(responseHeaderSize(headerVersion));
    assertEquals(writeResponseHeader(headerVersion, 258, bytes, 0), bytes.length);
    assertEquals(bytes.toHex(), headerVersion === 0 ? "00000102" : "0000010200");
    assertEquals(decodeResponseHeader(headerVersion, bytes), {
      correlationId: 258,
      bodyAt: bytes.length,
    });
    assertThrows(() => decodeResponseHeader(headerVersion, bytes, 1), ProtocolError);
  }
});
