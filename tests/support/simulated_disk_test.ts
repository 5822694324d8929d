import { assertEquals } from "@std/assert";
import { SeededRandom } from "./manual_env.ts";
import { SimulatedDisk } from "./simulated_disk.ts";

/** Beyond faulty_file_system_test.ts. */

Deno.test("a copy is independent, and as unflushed as what it was made of", () => {
  const disk = new SimulatedDisk(() => 7);
  disk.makeDirectory("/d");
  disk.create("/d/f", 10);
  disk.write(disk.file("/d/f"), 0, new Uint8Array([1, 2, 3]));
  const { disk: copy, nodes } = disk.clone();
  assertEquals(nodes.get(disk.file("/d/f")), copy.file("/d/f"));
  copy.flush(copy.file("/d/f"), copy.mark());
  copy.flushDirectory("/d");
  copy.flushDirectory("/");
  assertEquals([disk.isClean, copy.isClean], [false, true]);
  copy.remove("/d/f");
  assertEquals(disk.live.stat("/d/f"), { size: 10, modifiedMs: 7, isDirectory: false });
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(copy.powerCut(new SeededRandom(seed)).live.stat("/d")?.isDirectory, true);
  }
});

Deno.test("what was there from the start survives", () => {
  const first = new SimulatedDisk(() => 0);
  first.create("/f", 5);
  const second = new SimulatedDisk(() => 0, first.live);
  assertEquals(second.isClean, true);
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(second.powerCut(new SeededRandom(seed)).live.stat("/f")?.size, 5);
  }
});
