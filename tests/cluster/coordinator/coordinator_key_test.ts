import { assertEquals } from "@std/assert";
import {
  coordinatorPartition,
  javaStringHash,
} from "../../../cluster/coordinator/coordinator_key.ts";

Deno.test("a text's hash is Java's", () => {
  // As jshell prints them.
  assertEquals(javaStringHash(""), 0);
  assertEquals(javaStringHash("a"), 97);
  assertEquals(javaStringHash("console-consumer-12345"), 158_455_506);
  assertEquals(javaStringHash("группа"), 1_749_938_458);
  assertEquals(javaStringHash("polygenelubricants"), -0x8000_0000);
});

Deno.test("a key's partition is its hash without the sign, and 0 for the hash that has no counterpart", () => {
  assertEquals(coordinatorPartition("a", 50), 97 % 50);
  assertEquals(coordinatorPartition("console-consumer-12345", 50), 158_455_506 % 50);
  assertEquals(coordinatorPartition("polygenelubricants", 50), 0);
});
