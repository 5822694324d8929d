import { assertEquals, assertThrows } from "@std/assert";
import { bootstrapNodes, nodeText } from "../../client/node.ts";
import { InvalidConfigError } from "../../storage/errors.ts";

Deno.test("servers become nodes with negative ids", () => {
  assertEquals(bootstrapNodes(["a:1", "PLAINTEXT://b.c:92", "[::1]:9092", ""]), [
    { id: -1, host: "a", port: 1, rack: null },
    { id: -2, host: "b.c", port: 92, rack: null },
    { id: -3, host: "::1", port: 9092, rack: null },
  ]);
});

for (const server of ["localhost", "localhost:", "a b:1", ":9092", "host:port", "a:1:x"]) {
  Deno.test(`not a server: ${server}`, () => {
    assertThrows(
      () => bootstrapNodes([server]),
      InvalidConfigError,
      "Invalid url in bootstrap.servers",
    );
  });
}

Deno.test("a port beyond 65535 is refused, and so is an empty list", () => {
  assertThrows(() => bootstrapNodes(["a:65536"]), InvalidConfigError, "Invalid port");
  assertThrows(() => bootstrapNodes([""]), InvalidConfigError, "No resolvable bootstrap urls");
});

Deno.test("a node is written as Java writes it", () => {
  const node = { id: 1, host: "h", port: 9092, rack: null };
  assertEquals(nodeText(node), "h:9092 (id: 1 rack: null isFenced: false)");
  assertEquals(nodeText({ ...node, rack: "r" }), "h:9092 (id: 1 rack: r isFenced: false)");
});
