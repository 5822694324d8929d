import { assert, assertEquals } from "@std/assert";
import {
  compareOffsetAndEpoch,
  offsetAndEpochText,
} from "../../../cluster/raft/offset_and_epoch.ts";

Deno.test("of two places the one of the later epoch is later, whatever its offset", () => {
  assert(compareOffsetAndEpoch({ offset: 1, epoch: 2 }, { offset: 9, epoch: 1 }) > 0);
  assert(compareOffsetAndEpoch({ offset: 1, epoch: 1 }, { offset: 9, epoch: 1 }) < 0);
  assertEquals(compareOffsetAndEpoch({ offset: 1, epoch: 1 }, { offset: 1, epoch: 1 }), 0);
  assertEquals(offsetAndEpochText({ offset: 5, epoch: 2 }), "offset 5, epoch 2");
});
