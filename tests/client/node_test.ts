import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bootstrapNodes, canonicalNodes, nodeText } from "../../client/node.ts";
import { NetworkError } from "../../client/network/transport.ts";
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

Deno.test("canonical names stand for all numbers of a host; hosts that are not found are left out", async () => {
  const names: Record<string, readonly string[]> = { a: ["a1", "a2"], b: ["b1"] };
  const transport = {
    canonicalNames: (host: string) =>
      host in names
        ? Promise.resolve(names[host]!)
        : Promise.reject(new NetworkError("unknown-host", `No ${host}`)),
  };
  const named = async (...servers: readonly string[]) =>
    (await canonicalNodes(bootstrapNodes(servers), transport))
      .map(({ id, host, port }) => `${id} ${host}:${port}`);
  assertEquals(await named("a:1", "c:2", "b:3"), ["-1 a1:1", "-2 a2:1", "-3 b1:3"]);
  await assertRejects(() => named("c:2", "d:2"), NetworkError, "No d");
});
