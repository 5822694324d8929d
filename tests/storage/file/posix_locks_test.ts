import { assertEquals } from "@std/assert";
import { deviceNumbers, parsePosixLocks } from "../../../storage/file/posix_locks.ts";

Deno.test("POSIX locks are read out of /proc/locks; waiting ones, flocks and leases are not", () => {
  const text = `1: POSIX  ADVISORY  WRITE 4711 fe:00:10044494 0 EOF
1: -> POSIX  ADVISORY  WRITE 4712 fe:00:10044494 0 EOF
2: FLOCK  ADVISORY  WRITE 10873 fe:00:9994769 0 EOF
3: OFDLCK ADVISORY  READ  -1 00:05:8 128 128
4: LEASE  ACTIVE    READ 3 08:01:77 0 EOF
12: POSIX  MANDATORY READ  99 103:1a:77 128 128
`;
  assertEquals(parsePosixLocks(text), [
    { pid: 4711, device: [0xfe, 0], inode: 10044494 },
    { pid: 99, device: [0x103, 0x1a], inode: 77 },
  ]);
  assertEquals(parsePosixLocks(""), []);
});

Deno.test("a device number falls into major and minor", () => {
  assertEquals(deviceNumbers(65024), [0xfe, 0]);
  assertEquals(deviceNumbers(0x801), [8, 1]);
  assertEquals(deviceNumbers(0x12345678), [0x456, 0x12378]);
});
