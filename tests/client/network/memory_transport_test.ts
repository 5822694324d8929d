import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";

// What all networks have in common is in tests/contract/transport_test.ts.

Deno.test("a writer waits for its reader, who then gets everything", async () => {
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 5 });
  const client = await transport.connect({ host: "a", port: 5 });
  const server = (await listener.accept())!;
  let done = false;
  const writing = client.write(new Uint8Array(1 << 20)).then(() => done = true);
  await Promise.resolve();
  assert(!done);
  const target = new Uint8Array(1 << 16);
  let read = 0;
  while (read < 1 << 20) read += await server.read(target);
  await writing;
  assertEquals(read, 1 << 20);
});

Deno.test("a writer that waits learns that its reader has gone", async () => {
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 5 });
  const client = await transport.connect({ host: "a", port: 5 });
  const writing = client.write(new Uint8Array(1 << 20));
  (await listener.accept())!.close();
  await assertRejects(() => writing, NetworkError, "closed");
});

Deno.test("faults refuse connections and break them", async () => {
  let breaks = false;
  const transport = new MemoryTransport({
    mayConnect: ({ port }) => port !== 6,
    mayDeliver: () => !breaks,
  });
  const listener = await transport.listen({ host: "a", port: 5 });
  await transport.listen({ host: "a", port: 6 });
  await assertRejects(() => transport.connect({ host: "a", port: 6 }), NetworkError);
  const client = await transport.connect({ host: "a", port: 5 });
  const server = (await listener.accept())!;
  await client.write(new Uint8Array([1]));
  assertEquals(await server.read(new Uint8Array(4)), 1);
  breaks = true;
  await assertRejects(() => client.write(new Uint8Array([1])), NetworkError, "reset");
  await assertRejects(() => server.read(new Uint8Array(4)), NetworkError, "reset");
});

Deno.test("connections of nodes are broken when somebody says so, others stay", async () => {
  const transport = new MemoryTransport();
  const listeners = await Promise.all(
    [5, 6].map((port) => transport.listen({ host: "a", port })),
  );
  const [first, second] = await Promise.all(
    listeners.map(({ address }) => transport.connect(address)),
  );
  assertEquals(transport.breakConnections((_from, to) => to.port === 5), 1);
  await assertRejects(() => first!.write(new Uint8Array(1)), NetworkError);
  await second!.write(new Uint8Array(1));
});

Deno.test("who comes beyond the backlog waits until somebody is accepted", async () => {
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 5 }, { backlog: 2 });
  for (let i = 0; i < 2; i++) await transport.connect(listener.address);
  let connected = 0;
  const abort = new AbortController();
  const impatient = transport.connect(listener.address, abort.signal);
  const third = transport.connect(listener.address).then(() => connected++);
  const fourth = transport.connect(listener.address);
  abort.abort(new Error("enough"));
  await assertRejects(() => impatient, Error, "enough");
  assertEquals(connected, 0);
  await listener.accept();
  await third;
  listener.close();
  const error = await assertRejects(() => fourth, NetworkError);
  assertEquals(error.kind, "refused");
});

Deno.test("ports are used again, but not those that are listened on", async () => {
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 0 });
  for (let i = 0; i < 20_000; i++) {
    const client = await transport.connect(listener.address);
    const { port } = client.localAddress;
    assert(port >= 49_152 && port <= 65_535 && port !== listener.address.port, String(port));
    client.close();
    await listener.accept();
  }
});
