import { assertEquals } from "@std/assert";
import { TransactionVersion } from "../../../client/producer/transaction_version.ts";

Deno.test("version 2 is used from the transaction after it was seen, with a new epoch unless it is the first", () => {
  const version = new TransactionVersion();
  version.observeCoordinator(4);
  version.observeFeatures(1, 1);
  version.update(true);
  assertEquals([version.isVersion2, version.mustBumpEpoch, version.canRecover], [
    false,
    true,
    true,
  ]);
  version.observeFeatures(5, 2);
  version.observeFeatures(3, 1);
  assertEquals(version.isVersion2, false);
  version.update(false);
  assertEquals([version.isVersion2, version.needsEpochBump, version.mustBumpEpoch], [
    true,
    true,
    false,
  ]);
  const fresh = new TransactionVersion();
  fresh.observeFeatures(5, 2);
  fresh.update(true);
  assertEquals([fresh.isVersion2, fresh.needsEpochBump], [true, false]);
});

Deno.test("with an old coordinator there is no going on after an error", () => {
  const version = new TransactionVersion();
  version.observeCoordinator(2);
  assertEquals(version.canRecover, false);
  version.observeCoordinator(undefined);
  assertEquals(version.mustBumpEpoch, false);
});
