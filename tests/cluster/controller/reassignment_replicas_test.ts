import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { registrationOf } from "../../../cluster/controller/partition_registration.ts";
import {
  beginReassignment,
  completedReassignment,
  revertedReassignment,
} from "../../../cluster/controller/reassignment_replicas.ts";
import { partitionRecordWith } from "./controller_support.ts";

Deno.test("replicas that go stay behind those wanted until the others are in sync", () => {
  assertEquals(beginReassignment([3, 1, 2], [2, 5, 4]), {
    replicas: [2, 5, 4, 1, 3],
    adding: [4, 5],
    removing: [1, 3],
  });
  assertEquals(beginReassignment([1, 2], [2, 1]), { replicas: [2, 1], adding: [], removing: [] });
});

Deno.test("a reassignment ends when all that come are in sync, and somebody who stays", () => {
  const moving = beginReassignment([1, 2], [2, 3]);
  assertEquals(completedReassignment(moving, [1, 2]), undefined);
  assertEquals(completedReassignment(moving, [1, 2, 3]), { replicas: [2, 3], isr: [2, 3] });
  assertEquals(completedReassignment(beginReassignment([1], [2]), [1]), undefined);
  assertEquals(completedReassignment(beginReassignment([1, 2], [1, 2]), [1, 2]), undefined);
});

Deno.test("a reassignment to fewer replicas waits for all of them", () => {
  const fewer = beginReassignment([0, 1, 2, 3, 4], [2, 3, 4, 5]);
  assertEquals(completedReassignment(fewer, [0, 1, 5]), undefined);
  assertEquals(completedReassignment(fewer, [2, 3, 4, 5]), {
    replicas: [2, 3, 4, 5],
    isr: [2, 3, 4, 5],
  });
  assertEquals(completedReassignment(beginReassignment([1, 2], [2]), [1]), undefined);
});

Deno.test("calling a reassignment off brings the old replicas back", () => {
  const moving = registrationOf(partitionRecordWith({
    replicas: [4, 1, 2],
    isr: [1, 4],
    addingReplicas: [4],
    removingReplicas: [1],
  }));
  assertEquals(revertedReassignment(moving), { replicas: [1, 2], isr: [1], isUnclean: false });
});

Deno.test("when only new replicas are in sync, calling off may lose something", () => {
  const moving = registrationOf(
    partitionRecordWith({ replicas: [4, 1], isr: [4], addingReplicas: [4] }),
  );
  assertEquals(revertedReassignment(moving), { replicas: [1], isr: [1], isUnclean: true });
  const all = registrationOf(partitionRecordWith({ replicas: [4], isr: [4], addingReplicas: [4] }));
  assertThrows(() => revertedReassignment(all), KafkaError, "addingReplicas contains all replicas");
});
