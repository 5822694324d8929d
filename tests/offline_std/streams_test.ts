import { assertEquals, assertRejects } from "@std/assert";
import {
  LimitedBytesTransformStream,
  mergeReadableStreams,
  TextLineStream,
  toArrayBuffer,
  toJson,
  toText,
  toTransformStream,
  zipReadableStreams,
} from "@std/streams";

/** Holds for the real `@std/streams` too. */

const lines = (chunks: string[], options?: { allowCR: boolean }) =>
  Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new TextLineStream(options)));

Deno.test("text is cut into lines, wherever its chunks end", async () => {
  assertEquals(await lines(["a\nb", "c\r", "\nd\n\ne"]), ["a", "bc", "d", "", "e"]);
  assertEquals(await lines(["a\rb\n"]), ["a\rb"]);
  assertEquals(await lines(["a\rb\n"], { allowCR: true }), ["a", "b"]);
  assertEquals(await lines([]), []);
});

Deno.test("a generator makes a transform stream; its errors and a cancellation reach both ends", async () => {
  const doubled = ReadableStream.from([1, 2, 3]).pipeThrough(
    toTransformStream(async function* (source: ReadableStream<number>) {
      for await (const item of source) {
        yield item;
        yield item;
      }
    }),
  );
  assertEquals(await Array.fromAsync(doubled), [1, 1, 2, 2, 3, 3]);
  const failing = ReadableStream.from([1]).pipeThrough(
    toTransformStream(async function* (source: ReadableStream<number>) {
      for await (const item of source) {
        if (item === 1) throw new Error("no");
        yield item;
      }
    }),
  );
  await assertRejects(() => Array.fromAsync(failing), Error, "no");
});

Deno.test("streams are merged and zipped", async () => {
  const merged = await Array.fromAsync(
    mergeReadableStreams(ReadableStream.from([1, 2]), ReadableStream.from([3])),
  );
  assertEquals(merged.sort(), [1, 2, 3]);
  const zipped = await Array.fromAsync(
    zipReadableStreams(ReadableStream.from([1, 2, 3]), ReadableStream.from([10])),
  );
  assertEquals(zipped, [1, 10, 2, 3]);
});

Deno.test("a stream is collected", async () => {
  const bytes = () => ReadableStream.from([new Uint8Array([123]), new Uint8Array([125])]);
  assertEquals(await toText(bytes()), "{}");
  assertEquals(await toText(ReadableStream.from(["a", "b"])), "ab");
  assertEquals(await toJson(bytes()), {});
  assertEquals((await toArrayBuffer(bytes())).byteLength, 2);
});

Deno.test("no more bytes than the limit pass", async () => {
  const chunks = () => ReadableStream.from([new Uint8Array(3), new Uint8Array(3)]);
  const passed = await Array.fromAsync(chunks().pipeThrough(new LimitedBytesTransformStream(4)));
  assertEquals(passed.length, 1);
  await assertRejects(
    () =>
      Array.fromAsync(chunks().pipeThrough(new LimitedBytesTransformStream(4, { error: true }))),
    RangeError,
  );
});
