import { assert, assertEquals, assertRejects } from "@std/assert";
import { FrameStream } from "../../../client/network/frame_stream.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { SeededRandom } from "../../support/manual_env.ts";

async function pair(maxSize = 1 << 24) {
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 1 });
  const writer = await transport.connect(listener.address);
  return { writer, stream: new FrameStream((await listener.accept())!, maxSize) };
}

function framed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + frame.length);
  new DataView(bytes.buffer).setInt32(0, frame.length);
  bytes.set(frame, 4);
  return bytes;
}

Deno.test("frames come out whole, small, large and empty ones, however the bytes were cut", async () => {
  const random = new SeededRandom(5);
  const sizes = [0, 1, 100, 32_764, 32_765, 70_000, 3_000_000, 5, 0, 20_000, 20_000, 20_000];
  const frames = sizes.map((size) => random.bytes(size));
  const { writer, stream } = await pair();
  const bytes = new Uint8Array(
    await new Blob(frames.map((frame) => framed(frame) as BlobPart)).arrayBuffer(),
  );
  const writing = (async () => {
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + 1 + random.below(100_000));
      await writer.write(bytes.subarray(at, end));
      at = end;
    }
    writer.close();
  })();
  const found: Uint8Array[] = [];
  for (let frame; (frame = await stream.next()) !== undefined;) found.push(frame);
  await writing;
  assertEquals(found.map(({ length }) => length), sizes);
  // Looked at only now: no frame was written over by a later one.
  for (const [i, frame] of found.entries()) assert(equal(frame, frames[i]!), `frame ${i}`);
});

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

Deno.test("a size that is negative or too large is refused", async () => {
  for (const size of [-1, 101]) {
    const { writer, stream } = await pair(100);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, size);
    await writer.write(bytes);
    await assertRejects(() => stream.next(), ProtocolError, `size = ${size}`);
  }
});

Deno.test("half a frame is none", async () => {
  for (const sent of [2, 10, 40_000]) {
    const { writer, stream } = await pair();
    await writer.write(framed(new Uint8Array(50_000)).subarray(0, sent));
    writer.close();
    assertEquals(await stream.next(), undefined);
  }
});
