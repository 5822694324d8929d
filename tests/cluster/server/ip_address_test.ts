import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { addressBytes, addressOf } from "../../../cluster/server/ip_address.ts";

Deno.test("an address has 4 bytes or 16, whichever way it is written", () => {
  assertEquals([...addressBytes("127.0.0.1")], [127, 0, 0, 1]);
  assertEquals([...addressBytes("::ffff:10.0.0.7")], [10, 0, 0, 7]);
  assertEquals([...addressBytes("::1")], [...Array(15).fill(0), 1]);
  assertEquals([...addressBytes("::")], Array(16).fill(0));
  const bytes = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd];
  assertEquals([...addressBytes("2001:db8::abcd")], bytes);
  assertEquals([...addressBytes("[2001:0DB8:0:0:0:0:0:ABCD]")], bytes);
  assertEquals([...addressBytes("fe80::1%eth0")].slice(0, 2), [0xfe, 0x80]);
});

Deno.test("bytes are an address again", () => {
  for (const text of ["0.0.0.0", "192.168.1.255", "::1", "::", "2001:db8::abcd", "fe80::1:0:1"]) {
    assertEquals(addressOf(addressBytes(text)), text);
  }
});

Deno.test("what is no address is refused", () => {
  for (const host of ["localhost", "1.2.3", "1.2.3.256", ""]) {
    assertThrows(() => addressBytes(host), TypeError);
  }
  for (const length of [0, 3, 5, 15, 17]) {
    assertThrows(() => addressOf(new Uint8Array(length)), ProtocolError, "illegal length");
  }
});
