import { assert, assertEquals, assertRejects } from "@std/assert";
import { tcpTransport } from "../../../client/network/tcp_transport.ts";
import { type Listener, NetworkError } from "../../../client/network/transport.ts";

// What all networks have in common is in tests/contract/transport_test.ts.

/** Whether this machine has IPv6, which containers may lack. */
async function hasIpv6(): Promise<boolean> {
  try {
    (await tcpTransport().listen({ host: "::1", port: 0 })).close();
    return true;
  } catch {
    return false;
  }
}

/** Connects to a listener; gives what it sees of the client. */
async function clientHostOf(listener: Listener, host: string): Promise<string> {
  const [server, client] = await Promise.all([
    listener.accept(),
    tcpTransport().connect({ host, port: listener.address.port }),
  ]);
  client.close();
  server!.close();
  return server!.remoteAddress.host;
}

Deno.test("an empty host stands for all addresses, and IPv4 clients keep their numbers", async () => {
  const listener = await tcpTransport().listen({ host: "", port: 0 });
  assertEquals(await clientHostOf(listener, "127.0.0.1"), "127.0.0.1");
  if (await hasIpv6()) assertEquals(await clientHostOf(listener, "::1"), "::1");
  listener.close();
});

Deno.test("IPv6 addresses are taken with brackets and without", async () => {
  if (!await hasIpv6()) return;
  for (const host of ["::1", "[::1]"]) {
    const listener = await tcpTransport().listen({ host, port: 0 });
    assertEquals(await clientHostOf(listener, host), "::1");
    listener.close();
  }
});

Deno.test("localhost is where IPv4 clients look for it", async () => {
  const listener = await tcpTransport().listen({ host: "localhost", port: 0 });
  assertEquals(await clientHostOf(listener, "localhost"), "127.0.0.1");
  listener.close();
});

Deno.test("an address in use stays with whoever has it, whatever else the host stands for", async () => {
  for (const host of ["", "localhost"]) {
    const listener = await tcpTransport().listen({ host, port: 0 });
    const { port } = listener.address;
    const error = await assertRejects(
      () => tcpTransport().listen({ host, port }),
      NetworkError,
      "in use",
    );
    assertEquals(error.kind, "address-in-use");
    listener.close();
  }
});

Deno.test("a host name becomes numbers, or an error that names it", async () => {
  const transport = tcpTransport();
  assert((await transport.resolve("localhost")).some((host) => /^(127\.0\.0\.1|::1)$/.test(host)));
  assertEquals(await transport.resolve("10.1.2.3"), ["10.1.2.3"]);
  assertEquals(await transport.resolve("0:0:0:0:0:0:0:1"), ["::1"]);
  const error = await assertRejects(
    () => transport.resolve("no-such-host.invalid"),
    NetworkError,
    "no-such-host.invalid",
  );
  assertEquals(error.kind, "unknown-host");
});

Deno.test("connecting to a name that no host has is an error that says so", async () => {
  const error = await assertRejects(
    () => tcpTransport().connect({ host: "no-such-host.invalid", port: 1 }),
    NetworkError,
    "no-such-host.invalid:1",
  );
  assertEquals(error.kind, "unknown-host");
});

Deno.test("an address of another machine cannot be listened on, and the error says which", async () => {
  const error = await assertRejects(
    () => tcpTransport().listen({ host: "192.0.2.1", port: 0 }),
    NetworkError,
    "192.0.2.1:0",
  );
  assertEquals(error.kind, "address-not-available");
});

Deno.test("a connection that was reset is a network error", async () => {
  const transport = tcpTransport();
  const listener = await transport.listen({ host: "127.0.0.1", port: 0 });
  const client = await transport.connect(listener.address);
  const server = (await listener.accept())!;
  server.close();
  const error = await assertRejects(async () => {
    for (let i = 0; i < 1000; i++) await client.write(new Uint8Array(1 << 16));
  }, NetworkError);
  assert(error.message.includes("127.0.0.1"), error.message);
  client.close();
  listener.close();
});

Deno.test("a host has a name for each of its numbers, or the number itself", async () => {
  const transport = tcpTransport();
  const [name, ...others] = await transport.canonicalNames("127.0.0.1");
  assertEquals(others, []);
  assert(name !== undefined && name !== "");
  const nowhere = "does-not-exist.invalid";
  await assertRejects(() => transport.canonicalNames(nowhere), NetworkError, nowhere);
});

Deno.test("the machine's name can be looked up", async () => {
  const transport = tcpTransport();
  const name = await transport.localName();
  assert((await transport.resolve(name)).length > 0, name);
  assert(name === "localhost" || name === Deno.hostname(), name);
});
