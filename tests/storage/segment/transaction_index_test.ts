import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, StorageError } from "../../../storage/errors.ts";
import { type AbortedTxn, TransactionIndex } from "../../../storage/segment/transaction_index.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { fileBytes, writeFile } from "../../support/segments.ts";

const path = "/00000000000000000000.txnindex";

function open(env: ManualEnv, baseOffset = 0): TransactionIndex {
  return new TransactionIndex({ fileSystem: env.fileSystem, path, baseOffset });
}

function aborted(
  producerId: number,
  firstOffset: number,
  lastOffset: number,
  lastStableOffset: number,
): AbortedTxn {
  return { producerId, firstOffset, lastOffset, lastStableOffset };
}

const four = [
  aborted(0, 0, 10, 11),
  aborted(1, 5, 15, 13),
  aborted(2, 18, 35, 25),
  aborted(3, 32, 50, 40),
];

function filled(env: ManualEnv): TransactionIndex {
  const index = open(env);
  for (const txn of four) index.append(txn);
  return index;
}

Deno.test("an entry is 34 bytes: version 0, producer id, first, last and last stable offset", () => {
  const env = manualEnv();
  const index = open(env);
  index.append(aborted(983_493, 137, 299, 200));
  assertEquals(
    fileBytes(env, path),
    // deno-fmt-ignore
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 15, 1, 197, 0, 0, 0, 0, 0, 0, 0, 137, 0, 0, 0, 0, 0, 0, 1, 43,
      0, 0, 0, 0, 0, 0, 0, 200),
  );
  assertEquals(open(env).allAbortedTxns(), [aborted(983_493, 137, 299, 200)]);
});

Deno.test("there is no file before the first abort", () => {
  const env = manualEnv();
  const index = open(env);
  assert(index.isEmpty);
  assertEquals(index.collectAbortedTxns(0, 100), { abortedTransactions: [], isComplete: false });
  index.truncateTo(0);
  index.reset();
  index.flushSync();
  index.close();
  assertEquals(env.fileSystem.stat(path), undefined);
  const used = filled(env);
  assert(!used.isEmpty);
  assertEquals(env.fileSystem.stat(path)?.size, 4 * 34, "an append is written at once");
});

Deno.test("an index that is opened again grows on behind its entries", () => {
  const env = manualEnv();
  filled(env).close();
  const again = open(env);
  assertEquals(again.allAbortedTxns(), four);
  again.append(aborted(4, 51, 60, 61));
  again.close();
  assertEquals(open(env).allAbortedTxns().length, 5);
});

Deno.test("the markers' offsets must grow", () => {
  const index = filled(manualEnv());
  assertThrows(() => index.append(aborted(5, 0, 50, 51)), StorageError, "must increase");
  assertThrows(() => index.append(aborted(5, 0, 49, 51)), StorageError, "must increase");
  const env = manualEnv();
  filled(env).close();
  assertThrows(() => open(env).append(aborted(5, 0, 50, 51)), StorageError, "must increase");
});

Deno.test("a search finds what overlaps, and tells when no later segment can add to it", () => {
  const index = filled(manualEnv());
  const search = (from: number, to: number) => {
    const { abortedTransactions, isComplete } = index.collectAbortedTxns(from, to);
    return [abortedTransactions.map((txn) => txn.producerId), isComplete];
  };
  assertEquals(search(0, 100), [[0, 1, 2, 3], false]);
  assertEquals(search(0, 32), [[0, 1, 2], true]);
  assertEquals(search(0, 35), [[0, 1, 2, 3], true]);
  assertEquals(search(10, 35), [[0, 1, 2, 3], true]);
  assertEquals(search(11, 35), [[1, 2, 3], true]);
  assertEquals(search(20, 41), [[2, 3], false]);
  assertEquals(search(51, 100), [[], false]);
});

Deno.test("truncation drops the aborts whose markers go, and resets the last offset", () => {
  const env = manualEnv();
  const index = filled(env);
  index.truncateTo(51);
  assertEquals(index.allAbortedTxns(), four);
  index.truncateTo(50);
  assertEquals(index.allAbortedTxns(), four.slice(0, 3));
  assertEquals(env.fileSystem.stat(path)?.size, 3 * 34);
  index.append(aborted(9, 36, 40, 41));
  index.truncateTo(0);
  assertEquals(index.allAbortedTxns(), []);
  assertEquals(env.fileSystem.stat(path)?.size, 0);
  index.append(aborted(9, 1, 2, 3));
  index.reset();
  assert(index.isEmpty);
  index.append(aborted(9, 1, 2, 3));
});

Deno.test("sanity: a marker below the segment is told, and so are unknown versions and unsafe numbers", () => {
  const env = manualEnv();
  filled(env).close();
  open(env).sanityCheck();
  assertThrows(
    () => open(env, 100).sanityCheck(),
    CorruptRecordError,
    "less than start offset 100",
  );
  const bytes = fileBytes(env, path);
  bytes[35] = 1;
  writeFile(env, path, bytes);
  assertThrows(() => open(env).sanityCheck(), CorruptRecordError, "version");
  assertThrows(() => open(env).collectAbortedTxns(0, 100), CorruptRecordError, "version");
  bytes[35] = 0;
  bytes[34 + 10] = 0x7f;
  writeFile(env, path, bytes);
  assertThrows(() => open(env).allAbortedTxns(), CorruptRecordError, "safe integer");
});

Deno.test("a torn last entry is left out, and written over", () => {
  const env = manualEnv();
  filled(env).close();
  writeFile(env, path, fileBytes(env, path).subarray(0, 4 * 34 - 5));
  const index = open(env);
  assertEquals(index.allAbortedTxns(), four.slice(0, 3));
  index.append(four[3]!);
  index.close();
  assertEquals(open(env).allAbortedTxns(), four);
});

Deno.test("the index follows a rename, also one without a file, and can be removed", () => {
  const env = manualEnv();
  const empty = open(env);
  empty.renameTo("/other.txnindex");
  assertEquals(empty.path, "/other.txnindex");
  empty.append(four[0]!);
  assertEquals(env.fileSystem.stat("/other.txnindex")?.size, 34);
  empty.renameTo("/third.txnindex");
  empty.append(four[1]!);
  assertEquals(env.fileSystem.stat("/third.txnindex")?.size, 68);
  assertEquals(env.fileSystem.stat("/other.txnindex"), undefined);
  empty.deleteIfExists();
  empty.deleteIfExists();
  assertEquals(env.fileSystem.stat("/third.txnindex"), undefined);
  assertThrows(() => empty.allAbortedTxns(), StorageError, "closed");
});

Deno.test("searches and truncation agree with a plain list, over random histories", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const env = manualEnv({ seed });
    const random = env.random;
    let index = open(env);
    let model: AbortedTxn[] = [];
    for (let step = 0; step < 100; step++) {
      const action = random.below(10);
      if (action < 6) {
        const last = model.at(-1);
        const lastOffset = (last?.lastOffset ?? 0) + 1 + random.below(50);
        const firstOffset = Math.max(0, lastOffset - random.below(100));
        const stable = Math.max(last?.lastStableOffset ?? 0, lastOffset - random.below(60));
        const txn = aborted(random.below(9), firstOffset, lastOffset, stable);
        index.append(txn);
        model.push(txn);
      } else if (action === 6) {
        const offset = random.below(3000);
        index.truncateTo(offset);
        model = model.filter((txn) => txn.lastOffset < offset);
      } else if (action === 7) {
        index.close();
        index = open(env);
      } else if (action === 8) index.release();
      const from = random.below(3000);
      const to = from + random.below(300);
      const end = model.findIndex((txn) => txn.lastStableOffset >= to);
      const expected = (end < 0 ? model : model.slice(0, end + 1))
        .filter((txn) => txn.lastOffset >= from && txn.firstOffset < to);
      const found = index.collectAbortedTxns(from, to);
      assertEquals(found, { abortedTransactions: expected, isComplete: end >= 0 }, `seed ${seed}`);
      assertEquals(index.allAbortedTxns(), model);
    }
  }
});
