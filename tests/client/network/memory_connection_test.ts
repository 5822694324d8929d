import { assertEquals, assertRejects } from "@std/assert";
import { MemoryConnection, Pipe } from "../../../client/network/memory_connection.ts";
import { NetworkError } from "../../../client/network/transport.ts";

const A = { host: "a", port: 1 };
const B = { host: "b", port: 2 };

function joined(mayDeliver?: () => boolean | Promise<boolean>) {
  const [there, back] = [new Pipe(), new Pipe()];
  const faults = mayDeliver === undefined ? {} : { mayDeliver };
  let ended = 0;
  const end = () => ended++;
  return {
    a: new MemoryConnection(A, B, back, there, faults, end),
    b: new MemoryConnection(B, A, there, back, faults, end),
    ended: () => ended,
  };
}

Deno.test("what was written before the end still arrives", async () => {
  const { a, b } = joined();
  await a.write(new Uint8Array([1, 2, 3]));
  a.close();
  const bytes = new Uint8Array(8);
  assertEquals(await b.read(bytes), 3);
  assertEquals(await b.read(bytes), 0);
  await assertRejects(() => b.write(bytes), NetworkError);
});

Deno.test("the writer may change its bytes once they are written", async () => {
  const { a, b } = joined();
  const sent = new Uint8Array([1]);
  await a.write(sent);
  sent[0] = 9;
  const bytes = new Uint8Array(1);
  await b.read(bytes);
  assertEquals(bytes[0], 1);
});

Deno.test("what is delayed holds back what is written after it", async () => {
  const delays = [Promise.withResolvers<boolean>()];
  let asked = 0;
  const { a, b } = joined(() => delays[asked++]?.promise ?? true);
  const writes = [a.write(new Uint8Array([1])), a.write(new Uint8Array([2]))];
  await Promise.resolve();
  delays[0]!.resolve(true);
  await Promise.all(writes);
  const bytes = new Uint8Array(1);
  await b.read(bytes);
  assertEquals(bytes[0], 1);
});

Deno.test("a connection that breaks does so for both sides, and what was under way is lost", async () => {
  const { a, b, ended } = joined();
  const reading = b.read(new Uint8Array(1));
  assertEquals([a.break(), a.break()], [true, false]);
  await assertRejects(() => reading, NetworkError, "reset");
  await assertRejects(() => a.read(new Uint8Array(1)), NetworkError, "reset");
  await assertRejects(() => a.write(new Uint8Array(1)), NetworkError);
  assertEquals(ended() > 0, true);
});
