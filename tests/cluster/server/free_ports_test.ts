import { assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { freePorts } from "../../../cluster/server/free_ports.ts";

Deno.test("ports are different, and free", async () => {
  const transport = new MemoryTransport();
  const ports = await freePorts(transport, "localhost", 4);
  assertEquals(new Set(ports).size, 4);
  for (const port of ports) (await transport.listen({ host: "localhost", port })).close();
});
