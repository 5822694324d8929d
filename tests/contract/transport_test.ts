import { assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Connection, Transport } from "../../client/network/transport.ts";
import { NetworkError } from "../../client/network/transport.ts";

/** What every network does. */

const transports: readonly (readonly [string, () => Transport])[] = [
  ["tcp", tcpTransport],
  ["memory", () => new MemoryTransport()],
];

async function pair(transport: Transport): Promise<{
  client: Connection;
  server: Connection;
  close: () => void;
}> {
  const listener = await transport.listen({ host: "127.0.0.1", port: 0 });
  const [server, client] = await Promise.all([
    listener.accept(),
    transport.connect(listener.address),
  ]);
  return {
    client,
    server: server!,
    close: () => {
      client.close();
      server!.close();
      listener.close();
    },
  };
}

async function readAll(connection: Connection, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const read = await connection.read(bytes.subarray(at));
    if (read === 0) throw new Error(`ended at ${at}`);
    at += read;
  }
  return bytes;
}

for (const [name, make] of transports) {
  Deno.test(`bytes arrive in order, in both directions (${name})`, async () => {
    const { client, server, close } = await pair(make());
    const sent = new Uint8Array(3_000_000).map((_, i) => i * 7);
    const writing = client.write(sent);
    assertEquals(await readAll(server, sent.length), sent);
    await writing;
    await server.write(new Uint8Array([1, 2, 3]));
    assertEquals(await readAll(client, 3), new Uint8Array([1, 2, 3]));
    assertEquals(client.remoteAddress.port, server.localAddress.port);
    assertEquals(client.localAddress.port, server.remoteAddress.port);
    close();
  });

  Deno.test(`the end of one side is read as the end by the other (${name})`, async () => {
    const { client, server, close } = await pair(make());
    client.close();
    client.close();
    assertEquals(await server.read(new Uint8Array(1)), 0);
    assertEquals(await client.read(new Uint8Array(1)), 0);
    close();
  });

  Deno.test(`closing ends a read that waits (${name})`, async () => {
    const { client, close } = await pair(make());
    const read = client.read(new Uint8Array(1));
    client.close();
    assertEquals(await read, 0);
    close();
  });

  Deno.test(`an address is had by one listener, and free again when that is closed (${name})`, async () => {
    const transport = make();
    const listener = await transport.listen({ host: "127.0.0.1", port: 0 });
    const error = await assertRejects(() => transport.listen(listener.address), NetworkError);
    assertEquals(error.kind, "address-in-use");
    listener.close();
    (await transport.listen(listener.address)).close();
  });

  Deno.test(`a closed listener accepts nobody, and nobody connects to it (${name})`, async () => {
    const transport = make();
    const listener = await transport.listen({ host: "127.0.0.1", port: 0 });
    const accepting = listener.accept();
    listener.close();
    assertEquals(await accepting, undefined);
    assertEquals(await listener.accept(), undefined);
    const error = await assertRejects(() => transport.connect(listener.address), NetworkError);
    assertEquals(error.kind, "refused");
  });

  Deno.test(`connecting ends when its signal aborts (${name})`, async () => {
    const reason = new Error("enough");
    await assertRejects(
      () => make().connect({ host: "127.0.0.1", port: 1 }, AbortSignal.abort(reason)),
      Error,
      "enough",
    );
  });
}
