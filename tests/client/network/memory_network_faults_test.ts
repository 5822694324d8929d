import { assert, assertEquals } from "@std/assert";
import { randomFaults } from "../../../client/network/memory_network_faults.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** What becomes of a hundred writes, each on a connection of its own. */
async function history(seed: number): Promise<string[]> {
  const { random, clock } = manualEnv({ seed });
  const transport = new MemoryTransport(
    randomFaults({ random, clock, refuse: 0.1, drop: 0.2, delay: 0.3, maxDelayMs: 50 }),
  );
  const listener = await transport.listen({ host: "a", port: 1 });
  const seen: string[] = [];
  for (let i = 0; i < 100; i++) {
    const client = await transport.connect(listener.address).catch(() => undefined);
    if (client === undefined) {
      seen.push("refused");
      continue;
    }
    const begin = clock.monotonic();
    const written = client.write(new Uint8Array(1)).then(() => "delivered", () => "dropped");
    await clock.advance(50);
    seen.push(`${await written} ${clock.monotonic() - begin}`);
  }
  listener.close();
  return seen;
}

Deno.test("the same seed brings the same misfortune, another seed another", async () => {
  const [first, again, other] = [await history(1), await history(1), await history(2)];
  assertEquals(first, again);
  assert(first.join() !== other.join());
  for (const kind of ["refused", "dropped", "delivered"]) {
    assert(first.some((line) => line.startsWith(kind)), kind);
  }
});

Deno.test("nodes that are separated do not reach each other until they are not", async () => {
  const { random, clock } = manualEnv();
  let separated = true;
  const transport = new MemoryTransport(
    randomFaults({ random, clock, isSeparated: () => separated }),
  );
  const listener = await transport.listen({ host: "a", port: 1 });
  const reach = async () => {
    const client = await transport.connect(listener.address);
    return await client.write(new Uint8Array(1)).then(() => true, () => false);
  };
  assertEquals(await reach(), false);
  separated = false;
  assertEquals(await reach(), true);
});
