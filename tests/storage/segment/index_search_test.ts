import { assertEquals } from "@std/assert";
import {
  floorSlotByInt32,
  floorSlotByInt64,
  int64At,
} from "../../../storage/segment/index_search.ts";
import { SeededRandom } from "../../support/manual_env.ts";

Deno.test("both searches agree with a scan, in small indexes and beyond the warm part of large ones", () => {
  const random = new SeededRandom(5);
  for (const entries of [0, 1, 2, 3, 682, 683, 684, 1024, 1025, 5000]) {
    const view = new DataView(new ArrayBuffer(entries * 12));
    const times: number[] = [];
    const offsets: number[] = [];
    let time = -1;
    let offset = -1;
    for (let i = 0; i < entries; i++) {
      time += 1 + random.below(2 ** 34);
      offset += 1 + random.below(9);
      view.setBigInt64(i * 12, BigInt(time));
      view.setInt32(i * 12 + 8, offset);
      times.push(time);
      offsets.push(offset);
      assertEquals(int64At(view, i * 12), time);
    }
    const floor = (keys: readonly number[], target: number) =>
      keys.findLastIndex((key) => key <= target);
    for (let n = 0; n < 200; n++) {
      const near = random.below(Math.max(1, entries));
      const someOffset = (offsets[near] ?? 0) + random.below(5) - 2;
      const someTime = (times[near] ?? 0) + random.below(5) - 2;
      assertEquals(floorSlotByInt32(view, entries, 12, 8, someOffset), floor(offsets, someOffset));
      assertEquals(floorSlotByInt64(view, entries, 12, 0, someTime), floor(times, someTime));
    }
    assertEquals(floorSlotByInt32(view, entries, 12, 8, -1), -1);
    assertEquals(floorSlotByInt32(view, entries, 12, 8, Infinity), entries - 1);
    assertEquals(floorSlotByInt64(view, entries, 12, 0, Infinity), entries - 1);
  }
});

Deno.test("an int64 is read with its sign", () => {
  const view = new DataView(new ArrayBuffer(8));
  for (const value of [0n, -1n, -(2n ** 53n) + 1n, 2n ** 53n - 1n, -4294967296n, 4294967295n]) {
    view.setBigInt64(0, value);
    assertEquals(int64At(view, 0), Number(value));
  }
});
