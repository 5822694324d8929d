import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { FrameBuffer, OWN_SIZE } from "../../../cluster/server/frame_buffer.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const MAX = 100 << 20;

function framed(...frames: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + 4 + frame.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setInt32(at, frame.length);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}

/** Receives as much of `bytes` as there is space for. Returns how much. */
function receive(buffer: FrameBuffer, bytes: Uint8Array, most = Infinity): number {
  const space = buffer.space(MAX);
  assert(space.length > 0);
  const length = Math.min(space.length, bytes.length, most);
  space.set(bytes.subarray(0, length));
  buffer.received(length);
  return length;
}

/** Receives all. Returns the sizes of the frames. */
function receiveAll(buffer: FrameBuffer, bytes: Uint8Array): number[] {
  const sizes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    at += receive(buffer, bytes.subarray(at));
    for (let frame; (frame = buffer.next(MAX)) !== undefined;) sizes.push(frame.length);
  }
  return sizes;
}

Deno.test("frames come out as they went in, however the bytes were cut", () => {
  const random = new SeededRandom(3);
  const pool = new MemoryPool();
  for (let round = 0; round < 100; round++) {
    const frames = Array.from({ length: 1 + random.below(8) }, () => {
      const size = random.chance(0.2) ? random.below(200_000) : random.below(3000);
      return random.bytes(size);
    });
    const bytes = framed(...frames);
    const buffer = new FrameBuffer(pool);
    const found: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const most = random.chance(0.5) ? 1 + random.below(50) : Infinity;
      at += receive(buffer, bytes.subarray(at), most);
      for (let frame; (frame = buffer.next(MAX)) !== undefined;) found.push(frame.slice());
    }
    assertEquals(found, frames, `round ${round}`);
    buffer.release();
    assertEquals(pool.lent, 0);
  }
});

Deno.test("a frame is a view: nothing is copied out", () => {
  const buffer = new FrameBuffer(new MemoryPool());
  receive(buffer, framed(new Uint8Array([1]), new Uint8Array([2])));
  assertStrictEquals(buffer.next(MAX)!.buffer, buffer.next(MAX)!.buffer);
});

Deno.test("a quiet connection has its own small memory, a busy one reads much at a time", () => {
  const pool = new MemoryPool();
  const buffer = new FrameBuffer(pool);
  const small = framed(new Uint8Array(10));
  receiveAll(buffer, small);
  assertEquals([buffer.capacity, pool.lent], [OWN_SIZE, 0]);
  const busy = framed(...Array.from({ length: 100 }, () => new Uint8Array(16_000)));
  assertEquals(receiveAll(buffer, busy).length, 100);
  assertEquals(buffer.capacity, 256 * 1024);
  for (let i = 0; i < 20; i++) receiveAll(buffer, small);
  assertEquals([buffer.capacity, pool.lent], [OWN_SIZE, 0]);
});

Deno.test("where memory is scarce, connections that wait for a request give theirs back", () => {
  const pool = new MemoryPool();
  pool.take(1 << 24);
  for (let i = 0; i < 4; i++) pool.take(1 << 24);
  const { lent } = pool;
  const buffer = new FrameBuffer(pool);
  const busy = framed(...Array.from({ length: 10 }, () => new Uint8Array(16_000)));
  assertEquals(receiveAll(buffer, busy).length, 10);
  buffer.space(MAX);
  assertEquals([buffer.capacity, pool.lent], [OWN_SIZE, lent]);
});

Deno.test("a large frame that is only announced takes little memory", () => {
  const pool = new MemoryPool();
  const buffer = new FrameBuffer(pool);
  const head = new Uint8Array(4);
  new DataView(head.buffer).setInt32(0, MAX);
  receive(buffer, head);
  buffer.space(MAX);
  assert(buffer.capacity <= 1 << 20, String(buffer.capacity));
  buffer.release();
});

Deno.test("a very large frame comes out whole, and its memory is not kept", () => {
  const pool = new MemoryPool();
  const buffer = new FrameBuffer(pool);
  const large = new Uint8Array(40 << 20);
  large[large.length - 1] = 7;
  const bytes = framed(large);
  let at = 0;
  while (at < bytes.length) at += receive(buffer, bytes.subarray(at), 3_000_000);
  const frame = buffer.next(MAX)!;
  assertEquals([frame.length, frame.at(-1)], [large.length, 7]);
  buffer.space(MAX);
  assert(buffer.capacity < 1 << 20);
  assert(pool.kept <= 32 << 20);
});

Deno.test("a size that is negative or too large is refused, before any memory is taken for it", () => {
  for (const [size, reason] of [[-1, "size = -1"], [1001, "larger than 1000"]] as const) {
    const buffer = new FrameBuffer(new MemoryPool());
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setInt32(0, size);
    receive(buffer, bytes);
    assertThrows(() => buffer.next(1000), ProtocolError, reason);
    assertThrows(() => buffer.space(1000), ProtocolError, reason);
    assertEquals(buffer.capacity, OWN_SIZE);
  }
});
