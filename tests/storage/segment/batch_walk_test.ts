import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogDirError } from "../../../storage/errors.ts";
import { lastOffsetAt } from "../../../storage/segment/batch_header.ts";
import { BatchWalk } from "../../../storage/segment/batch_walk.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batch, join, overwrite, writeFile } from "../../support/segments.ts";

const path = "/00000000000000000000.log";

Deno.test("a walk visits every whole batch, small or larger than its window, and reads windows", () => {
  const env = manualEnv();
  const batches = Array.from(
    { length: 300 },
    (_, i) => batch(i, ["x".repeat(i % 50 === 0 ? 20_000 : i % 90)]),
  );
  const bytes = join(...batches);
  writeFile(env, path, bytes);
  const file = env.fileSystem.open(path);
  let reads = 0;
  const counted = Object.create(file, {
    read: {
      value: (...args: Parameters<typeof file.read>) => {
        reads++;
        return file.read(...args);
      },
    },
  }) as typeof file;
  const walk = new BatchWalk();
  walk.start(counted, 0, bytes.length);
  let position = 0;
  for (let i = 0; i < batches.length; i++) {
    assert(walk.next());
    assertEquals([walk.position, walk.sizeInBytes], [position, batches[i]!.length]);
    assertEquals(lastOffsetAt(walk.bytes, walk.at), i);
    position += batches[i]!.length;
  }
  assert(!walk.next());
  assert(!walk.next(), "the end stays the end");
  assert(reads < 20, `reads: ${reads}`);
  file.close();
});

Deno.test("a walk ends before a torn batch, and before the end it was given", () => {
  const env = manualEnv();
  const first = batch(0, ["first"]);
  const second = batch(1, ["second"]);
  const bytes = join(first, second);
  const walk = new BatchWalk();
  for (let cut = first.length; cut <= bytes.length; cut++) {
    writeFile(env, path, bytes.subarray(0, cut));
    const file = env.fileSystem.open(path);
    walk.start(file, 0, cut);
    assert(walk.next());
    assertEquals(walk.next(), cut === bytes.length);
    walk.start(file, 0, cut - 1);
    assertEquals(walk.next(), cut > first.length);
    file.close();
  }
});

Deno.test("nonsense on the way is an error that tells file and position", () => {
  const env = manualEnv();
  const first = batch(0, ["first"]);
  const second = batch(1, ["second"]);
  writeFile(env, path, join(first, second));
  const walk = new BatchWalk();
  const expectAt = (position: number, bytes: number[], what: string) => {
    overwrite(env, path, first.length, second);
    overwrite(env, path, position, Uint8Array.from(bytes));
    const file = env.fileSystem.open(path);
    walk.start(file, 0, first.length + second.length);
    assert(walk.next());
    const error = assertThrows(() => walk.next(), CorruptRecordError, `${first.length}`);
    assert(error.message.includes(path) && error.message.includes(what), error.message);
    file.close();
  };
  expectAt(first.length + 8, [0, 0, 0, 13], "minimum record overhead");
  expectAt(first.length + 8, [0x80, 0, 0, 0], "minimum record overhead");
  expectAt(first.length + 8, [0, 0, 0, 40], "header");
  expectAt(first.length + 16, [3], "magic");
  expectAt(first.length + 16, [0xff], "magic");
});

Deno.test("a file shorter than it was said to be is an error, not a loop", () => {
  const env = manualEnv();
  writeFile(env, path, batch(0, ["first"]));
  const file = env.fileSystem.open(path);
  const walk = new BatchWalk();
  walk.start(file, 0, 100_000);
  assertThrows(() => walk.next(), LogDirError, "it ends at");
  file.close();
});

Deno.test("bytes on offer go once to a read of just them, and to no other", () => {
  const env = manualEnv();
  const bytes = join(batch(0, ["first"]), batch(1, ["second"]));
  writeFile(env, path, bytes);
  const file = env.fileSystem.open(path);
  const other = env.fileSystem.open(path);
  const walk = new BatchWalk();
  const begin = () => {
    walk.start(file, 0, bytes.length);
    walk.next();
  };
  begin();
  assert(walk.holds(file, 3, bytes.length - 3));
  assert(!walk.holds(file, 3, bytes.length));
  assert(!walk.holds(other, 3, 5));
  const copy = new Uint8Array(10);
  assert(!walk.take(file, 5, copy, 2, 8), "nothing is on offer");
  walk.offer(file, 5, 8);
  assert(!walk.take(other, 5, copy, 2, 8));
  assert(!walk.take(file, 6, copy, 2, 8));
  assert(!walk.take(file, 5, copy, 2, 7));
  assert(walk.take(file, 5, copy, 2, 8));
  assertEquals(copy, join(new Uint8Array(2), bytes.subarray(5, 13)));
  assert(!walk.take(file, 5, copy, 2, 8), "once");
  walk.offer(file, 5, bytes.length);
  assert(!walk.take(file, 5, copy, 2, bytes.length), "not all of it is there");
  walk.offer(file, 5, 8);
  begin();
  assert(!walk.take(file, 5, copy, 2, 8), "a new walk withdraws the offer");
  walk.offer(file, 5, 8);
  walk.forget(other);
  walk.forget(file);
  assert(!walk.take(file, 5, copy, 2, 8));
  assert(!walk.holds(file, 3, 5));
  file.close();
  other.close();
});

Deno.test("a walk can go on elsewhere in the file, before or behind its window", () => {
  const env = manualEnv();
  const batches = Array.from({ length: 30 }, (_, i) => batch(i, ["x".repeat(1000)]));
  const bytes = join(...batches);
  const size = batches[0]!.length;
  writeFile(env, path, bytes);
  const file = env.fileSystem.open(path);
  const walk = new BatchWalk();
  for (const likely of [1, 100, 8192, 20_000, 1 << 20]) {
    walk.start(file, 15 * size, bytes.length, likely);
    for (const n of [15, 16, 2, 29, 28, 0]) {
      walk.goTo(n * size, bytes.length);
      assert(walk.next());
      assertEquals(lastOffsetAt(walk.bytes, walk.at), n);
      assertEquals(walk.at, walk.indexOf(n * size));
    }
  }
  file.close();
});
